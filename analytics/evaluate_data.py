"""Files of interactions for offline evaluation, split into what a model may learn and what it has to find."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from analytics.models.arrays import Ints
from analytics.models.interactions import Interactions
from ops.errors import StartupError


@dataclass(frozen=True)
class Task:
    """`train` to learn from; `queries` are the histories to answer, and (`who`, `what`) what each should find.

    Query number q is user `asked[q]` of the training part.
    """

    train: Interactions
    asked: Ints
    queries: Interactions
    who: Ints
    what: Ints


def read_sequences(path: Path) -> Task:
    """A line a user: the user's id, then item ids in time order. The last item of each line is to be found.

    A line of one item has nothing to learn before it: its item is only part of the catalogue. A last item that the
    user had before is no question, for seen items are excluded.
    """
    number: dict[str, int] = {}
    sequences: list[list[int]] = []
    try:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                items = [number.setdefault(item, len(number)) for item in line.split()[1:]]
                if len(items) > 1:
                    sequences.append(items)
    except (OSError, UnicodeDecodeError) as error:
        raise StartupError(f"{path} cannot be read ({error}): give --sequences a text file, a line a user.") from error
    if not sequences:
        raise StartupError(f"{path} has no user with two items: a line is a user id, then item ids in time order.")
    train = Interactions.from_sequences([items[:-1] for items in sequences], len(number))
    asked = [(user, items[-1]) for user, items in enumerate(sequences) if items[-1] not in items[:-1]]
    pairs = np.array(asked, dtype=np.int64).reshape(-1, 2)
    return Task(train, np.arange(train.n_users), train, pairs[:, 0], pairs[:, 1])


PURCHASE_COLUMNS = ["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "CustomerID"]


def read_purchases(path: Path, split: datetime) -> Task:
    """Invoice lines in the layout of UCI Online Retail, Parquet or CSV; learn before `split`, find what came after.

    Left out: lines without a customer, cancellations (invoice "C…"), returns (quantity <= 0), and stock codes that do
    not begin with five digits, which are postage, fees and notes. To be found: items new to a customer who bought
    before, of those that anybody bought before.
    """
    import pandas as pd

    try:
        if path.suffix == ".csv":
            frame = pd.read_csv(path, usecols=PURCHASE_COLUMNS, dtype={"StockCode": str, "InvoiceNo": str})
        else:
            frame = pd.read_parquet(path, columns=PURCHASE_COLUMNS)
    except (OSError, ValueError) as error:
        raise StartupError(
            f"{path} cannot be read as purchases ({error}): give Parquet or CSV with {', '.join(PURCHASE_COLUMNS)}."
        ) from error
    code = frame["StockCode"].astype(str)
    kept = (
        frame["CustomerID"].notna()
        & (frame["Quantity"] > 0)
        & ~frame["InvoiceNo"].astype(str).str.startswith("C")
        & code.str.match(r"\d{5}")
    )
    frame = frame[kept]
    moment = pd.to_datetime(frame["InvoiceDate"])
    before = (moment < split).to_numpy()
    if before.all() or not before.any():
        raise StartupError(f"All purchases in {path} are on one side of {split:%Y-%m-%d}: choose another --split.")
    customers, items = frame["CustomerID"].to_numpy(dtype=np.int64), code[kept].to_numpy(dtype=str)
    seconds = moment.to_numpy(dtype="datetime64[s]").astype(np.float64)
    known_customers, user = np.unique(customers[before], return_inverse=True)
    known_items, item = np.unique(items[before], return_inverse=True)
    sizes = known_customers.size, known_items.size
    train = Interactions.from_rows(user.astype(np.int64), item.astype(np.int64), seconds[before], *sizes)
    later_user, later_item = _find(known_customers, customers[~before]), _find(known_items, items[~before])
    known = (later_user >= 0) & (later_item >= 0)
    pairs = np.unique(later_user[known] * sizes[1] + later_item[known])
    pairs = np.setdiff1d(pairs, train.users * sizes[1] + train.items)
    asked, who = np.unique(pairs // sizes[1], return_inverse=True)
    return Task(train, asked, train.of_users(asked), who.astype(np.int64), pairs % sizes[1])


def _find(known: np.ndarray, wanted: np.ndarray) -> Ints:
    place = np.minimum(np.searchsorted(known, wanted), known.size - 1)
    return np.where(known[place] == wanted, place, -1).astype(np.int64)
