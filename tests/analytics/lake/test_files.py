"""CSV in the ways of many shops, and what is none."""

import gzip
from pathlib import Path

import pandas as pd
import pytest

from analytics.lake.files import amounts, read
from ops.errors import StartupError

ROWS = [["u", "Чай"], ["v", "a b"]]


@pytest.mark.parametrize(
    "content",
    [
        "user,product\nu,Чай\nv,a b\n".encode(),
        "user;product\r\nu;Чай\r\n\r\nv;a b\r\n".encode(),
        "\ufeffuser\tproduct\nu\tЧай\nv\ta b".encode(),
        gzip.compress("user|product\nu|Чай\nv|a b\n".encode(), mtime=0),
        'user,product\nu,"Чай"\nv,a b\nx,y,too many\n'.encode(),
    ],
    ids=["commas", "semicolons, CRLF, a blank line", "tabs, byte order mark", "bars, gzip", "quoted, a broken line"],
)
def test_all_of_these_are_one_table(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sales"
    path.write_bytes(content)
    frame = read(path)
    assert list(frame.columns) == ["user", "product"]
    assert frame.to_numpy().tolist() == ROWS


@pytest.mark.parametrize(
    ("text", "number"),
    [("1 000", 1_000), ("1,5", 1.5), ("1\u202f234,50", 1_234.5), ("-2", -2), ("12.0", 12), ("x", None), ("", None)],
)
def test_numbers_as_people_write_them(text: str, number: float | None) -> None:
    (found,) = amounts(pd.Series([text], dtype="string")).tolist()
    assert found == number if number is not None else pd.isna(found)


def test_latin_letters_and_parquet_by_another_name(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes("user,product\né,x\n".encode("latin-1"))
    assert read(path)["user"].tolist() == ["é"]
    pd.DataFrame({"user": [1]}).to_parquet(path)
    assert read(path)["user"].tolist() == [1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "cannot be read as CSV or Parquet"),
        (b"PK\x03\x04rest", "save its table as CSV or Parquet"),
        (b"PAR1 and no more", "cannot be read as CSV or Parquet"),
        (b"\x00\x01\x02\n\x00", "it is not a text"),
        (gzip.compress(b"user,product\n" * 1000, mtime=0)[:-20], "cannot be read as CSV or Parquet"),
    ],
    ids=["empty", "a spreadsheet", "half a Parquet", "bytes", "half a gzip"],
)
def test_what_is_no_table_is_one_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes(content)
    with pytest.raises(StartupError, match=said) as raised:
        read(path)
    assert "sales.csv" in str(raised.value)
    assert "\n" not in str(raised.value)
