"""Purchases in the ways of many shops: what is learnt, what is to be found, what is left out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from analytics.evaluation.purchases import read_purchases
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


def test_purchases(tmp_path: Path) -> None:
    file = tmp_path / "purchases.csv"
    file.write_text(HEADER + "".join(f"{n},{s},x,{q},{d},1.5,{c},UK\n" for n, s, q, d, c in LINES))
    task = read_purchases(file, SPLIT)
    assert task.train.users.tolist() == [0, 0, 1]
    assert task.train.items.tolist() == [0, 1, 2]
    assert task.train.events.tolist() == [0, 0, 0]
    assert task.asked.tolist() == [0]
    assert (task.who.tolist(), task.what.tolist()) == ([0], [2])


OTHERS = {
    "as Online Retail II": "Invoice,StockCode,Quantity,InvoiceDate,Price,Customer ID\n"
    "1,10001,1,10/1/2011 10:00,1,7.0\n2,10002,2,10/30/2011 10:00,1,8.0\n3,10002,1,11/9/2011 9:00,1,7.0\n"
    "4,10002,-3,11/9/2011 9:00,1,8.0\n",
    "as a shop's export": "user;product;quantity;time\nIvan;tea;1;01.10.2011\nОльга;cup-2;1,;30.10.2011\n"
    "Ольга;cup-2;1;30.10.2011\nIvan;cup-2;1;09.11.2011\n;tea;1;09.11.2011\nIvan;;1;09.11.2011\nIvan;tea;1;soon\n",
    "as events": "timestamp,visitor_id,item_id\n1317463200000,a,x\n1319968800000,b,y\n1320829200000,a,y\n",
}


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS.keys())
def test_other_layouts(tmp_path: Path, text: str) -> None:
    file = tmp_path / "purchases.csv"
    file.write_text(text)
    task = read_purchases(file, SPLIT)
    assert (task.train.n_users, task.train.items.size, task.asked.size, task.what.size) == (2, 2, 1, 1)


def test_times_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    file = tmp_path / "purchases.csv"
    file.write_text("user,product,time\na,x,Tuesday\nb,y,Wednesday\n")
    with pytest.raises(StartupError, match="column time has no times that can be read, such as `Tuesday`"):
        read_purchases(file, SPLIT)


@pytest.mark.parametrize(("name", "text"), [("a.csv", "x,y\n1,2\n"), ("a.parquet", "no"), ("none.csv", None)])
def test_a_file_without_purchases_is_refused(tmp_path: Path, name: str, text: str | None) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(StartupError, match="cannot be read as"):
        read_purchases(tmp_path / name, SPLIT)


def test_a_split_outside_the_data_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "purchases.csv"
    file.write_text(HEADER + "1,10001,x,1,2011-10-01,1.5,7,UK\n")
    with pytest.raises(StartupError, match="--split"):
        read_purchases(file, SPLIT)
