"""Reading the two layouts: what is learnt, what is to be found, what is left out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from analytics.evaluate_data import read_purchases, read_sequences
from ops.errors import StartupError

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
SPLIT = datetime(2011, 11, 8)  # noqa: DTZ001 - the file's clock has no zone
LINES = [
    ("1", "10001", 1, "2011-10-01 10:00", "7"),
    ("1", "10002", 1, "2011-10-01 10:00", "7"),
    ("2", "10003", 1, "2011-10-02 10:00", "8"),
    ("3", "POST", 1, "2011-10-03 10:00", "7"),
    ("C4", "10003", -1, "2011-10-04 10:00", "7"),
    ("5", "10003", 1, "2011-10-05 10:00", ""),
    ("6", "10003", 2, "2011-11-08 00:00", "7"),
    ("6", "10003", 1, "2011-11-08 00:00", "7"),
    ("6", "10001", 1, "2011-11-08 00:00", "7"),
    ("6", "19999", 1, "2011-11-08 00:00", "7"),
    ("7", "10001", 1, "2011-11-09 00:00", "9"),
    ("8", "DOT", 1, "2011-11-09 00:00", "8"),
]


def test_sequences(tmp_path: Path) -> None:
    file = tmp_path / "sequences.txt"
    file.write_text("u1 a b c\nu2 b\nu3 c a c\n\nu4 a d\n")
    task = read_sequences(file)
    assert task.train.items.tolist() == [0, 1, 2, 0, 0]
    assert list(zip(task.who.tolist(), task.what.tolist(), strict=True)) == [(0, 2), (2, 3)]
    assert task.train.n_items == 4


def test_purchases(tmp_path: Path) -> None:
    file = tmp_path / "purchases.csv"
    file.write_text(HEADER + "".join(f"{n},{s},x,{q},{d},1.5,{c},UK\n" for n, s, q, d, c in LINES))
    task = read_purchases(file, SPLIT)
    assert task.train.users.tolist() == [0, 0, 1]
    assert task.train.items.tolist() == [0, 1, 2]
    assert task.train.events.tolist() == [0, 0, 0]
    assert task.asked.tolist() == [0]
    assert (task.who.tolist(), task.what.tolist()) == ([0], [2])


@pytest.mark.parametrize("text", [None, "", "only\nusers\n"])
def test_a_file_without_sequences_is_refused(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "sequences.txt"
    if text is not None:
        file.write_text(text)
    with pytest.raises(StartupError, match=r"sequences\.txt"):
        read_sequences(file)


@pytest.mark.parametrize(("name", "text"), [("a.csv", "x,y\n1,2\n"), ("a.parquet", "no"), ("none.csv", None)])
def test_a_file_without_purchases_is_refused(tmp_path: Path, name: str, text: str | None) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(StartupError, match="cannot be read as purchases"):
        read_purchases(tmp_path / name, SPLIT)


def test_a_split_outside_the_data_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "purchases.csv"
    file.write_text(HEADER + "1,10001,x,1,2011-10-01,1.5,7,UK\n")
    with pytest.raises(StartupError, match="--split"):
        read_purchases(file, SPLIT)
