from pathlib import Path

import pandas as pd
import pytest

from analytics.lake.files import read
from analytics.lake.purchases import ColumnNames, content_id, purchase_rows
from ops.errors import StartupError

CSV = """\
Customer ID;StockCode;Quantity;InvoiceDate
12345.0;85048;12;2011-01-04 10:00:00
12345.0;85048;-1;2011-01-05 10:00:00
;79323P;3;2011-01-06 10:00:00
777;POST;1;never
778;21232;2;2011-01-07T12:30:00Z
"""
NAMES = ColumnNames("Customer ID", "StockCode", "Quantity", "InvoiceDate")


def test_usable_rows_are_taken_and_people_renamed(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text(CSV, encoding="utf-8")
    found = purchase_rows(read(path), NAMES, lambda name: f"<{name}>", content_id(path), "retail")
    rows = found.rows
    assert (found.refused, found.returned) == ((4, 5), 1)
    assert rows[["user", "offer_id", "quantity"]].to_numpy().tolist() == [
        ["<12345>", "retail/85048", 11],
        ["<778>", "retail/21232", 2],
    ]
    assert rows["at"].iloc[1] == pd.Timestamp("2011-01-07T12:30:00Z")
    assert set(rows["import_id"]) == {content_id(path)}


def test_a_russian_shops_file_and_its_odd_rows(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    lines = (
        "Покупатель;Товар;Кол-во;Дата",
        "Анна;чай;1\u00a0000;01.02.2024",
        "Анна;сыр;1,5;13.02.2024",
        "Анна;чай;5;01.03.2099",
        "Анна;чай;5;01.03.1899",
        "Анна;чай;много;01.03.2024",
        "Анна;чай;-999;02.03.2024",
        "Анна;чай;-7;03.03.2024",
        "Пётр;чай;2;04.03.2024",
    )
    path.write_bytes("\r\n".join(lines).encode("cp1251"))
    names = ColumnNames("Покупатель", "Товар", "Кол-во", "Дата")
    found = purchase_rows(read(path), names, str, "id", "лавка")
    assert found.rows[["user", "offer_id", "quantity"]].to_numpy().tolist() == [
        ["Анна", "лавка/сыр", 2],
        ["Пётр", "лавка/чай", 2],
    ]
    assert (found.refused, found.returned) == ((4, 5, 6), 2)


def test_parquet_without_quantities(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    pd.DataFrame({"user": ["u"], "product": ["s/p"], "time": [pd.Timestamp("2026-01-01")]}).to_parquet(path)
    assert purchase_rows(read(path), ColumnNames(), str, "id").rows["quantity"].tolist() == [1]


def test_the_same_number_of_two_shops_is_two_offers() -> None:
    sold = pd.DataFrame({
        "user": ["u", "u", "u"], "product": ["north/1", "south/1", "1"], "time": ["2026-01-01"] * 3,
    })  # fmt: skip
    assert purchase_rows(sold, ColumnNames(), str, "id").rows["offer_id"].tolist() == ["north/1", "south/1"]
    of_one = purchase_rows(sold, ColumnNames(), str, "id", "west").rows["offer_id"].tolist()
    assert of_one == ["west/north/1", "west/south/1", "west/1"]
    with pytest.raises(StartupError, match="name no shop: say whose they are by --store"):
        purchase_rows(sold.iloc[2:], ColumnNames(), str, "id")


def test_wrong_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(StartupError, match="no column `user` but who; name it by --user"):
        purchase_rows(pd.DataFrame({"who": []}), ColumnNames(), str, "id")
    with pytest.raises(StartupError, match=r"gone\.csv"):
        read(tmp_path / "gone.csv")
    with pytest.raises(StartupError, match=r"gone\.csv"):
        content_id(tmp_path / "gone.csv")
