"""Invoice lines → what is learnt before a day, and what is to be found after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analytics.evaluation.task import Task
from analytics.lake.files import ids, read
from analytics.lake.timestamps import timestamps
from analytics.models.arrays import Floats, Ints, Mask
from analytics.models.interactions import Interactions
from ops.errors import StartupError

if TYPE_CHECKING:
    import pandas as pd

GOODS = r"\d{5}"
MOSTLY = 0.5


@dataclass(frozen=True)
class PurchaseColumn:
    """What a column means, and the names under which shops have it, in letters and digits only."""

    meaning: str
    names: tuple[str, ...]
    needed: bool = True


CUSTOMER = PurchaseColumn("customer", ("customerid", "customer", "userid", "user", "visitorid", "clientid", "memberid"))
PRODUCT = PurchaseColumn("product", ("stockcode", "productid", "product", "itemid", "item", "sku", "articleid"))
TIMESTAMP = PurchaseColumn(
    "time", ("invoicedate", "time", "timestamp", "datetime", "date", "at", "orderdate", "purchasedate")
)
QUANTITY = PurchaseColumn("quantity", ("quantity", "qty", "count", "pieces"), needed=False)
INVOICE = PurchaseColumn("invoice", ("invoiceno", "invoice", "orderid", "order", "invoiceid"), needed=False)
FIELDS = (CUSTOMER, PRODUCT, TIMESTAMP, QUANTITY, INVOICE)


def read_purchases(path: Path, split: datetime) -> Task:
    """Purchases, Parquet or CSV; learn before `split`, find what came after.

    The layout is that of UCI Online Retail, or columns named alike (customer, product and time are needed). Left out:
    lines without a customer, a product or a time, cancellations (invoice "C…"), returns (quantity <= 0), and, where
    most stock codes begin with five digits, those that do not: postage, fees and notes. To be found: items new to a
    customer who bought before, of those that anybody bought before. Raises StartupError.
    """
    return _split(read_rows(path, split))


def read_rows(path: Path, split: datetime) -> PurchaseRows:
    """The purchases that `read_purchases` takes. Raises StartupError."""
    frame = read(path)
    columns = {field: _find_column(frame, field, path) for field in FIELDS}
    user, item = ids(frame[columns[CUSTOMER]]), ids(frame[columns[PRODUCT]])
    at = timestamps(frame[columns[TIMESTAMP]])
    if len(frame) and at.notna().mean() < MOSTLY:
        example = next(iter(frame[columns[TIMESTAMP]].dropna().astype(str)), "nothing")
        raise StartupError(
            f"{path}: the column {columns[TIMESTAMP]} has no times that can be read, such as `{example}`."
        )
    kept = _usable(frame, columns, user, item) & at.notna().to_numpy()
    return _rows(user[kept], item[kept], at[kept], split, path)


def _find_column(frame: pd.DataFrame, field: PurchaseColumn, path: Path) -> str:
    known = {"".join(filter(str.isalnum, str(name))).lower(): str(name) for name in reversed(list(frame.columns))}
    for name in field.names:
        if name in known:
            return known[name]
    if field.needed:
        raise StartupError(
            f"{path} cannot be read as purchases: it has no column for the {field.meaning} ({field.names[0]} or "
            f"{field.names[1]}) but {', '.join(map(str, frame.columns))}."
        )
    return ""


def _usable(
    frame: pd.DataFrame, columns: dict[PurchaseColumn, str], user: pd.Series[str], item: pd.Series[str]
) -> Mask:
    import pandas as pd

    kept = (user != "") & (item != "")
    if columns[QUANTITY]:
        kept &= pd.to_numeric(frame[columns[QUANTITY]], errors="coerce").fillna(0) > 0
    if columns[INVOICE]:
        kept &= ~frame[columns[INVOICE]].astype("string").fillna("").str.startswith("C")
    goods = item.str.match(GOODS)
    if goods.mean() > MOSTLY:
        kept &= goods
    return kept.to_numpy(dtype=np.bool_)


@dataclass(frozen=True)
class PurchaseRows:
    """What can be used of a file, by names; `seconds` since 1970, `split` among them."""

    customers: NDArray[np.str_]
    items: NDArray[np.str_]
    seconds: Floats
    split: float

    @property
    def before(self) -> Mask:
        return self.seconds < self.split


def _rows(
    user: pd.Series[str], item: pd.Series[str], at: pd.Series[pd.Timestamp], split: datetime, path: Path
) -> PurchaseRows:
    clock = at.dt.tz_localize(None)
    before = (clock < split).to_numpy()
    if before.all() or not before.any():
        seen = f"they are from {clock.min():%Y-%m-%d} to {clock.max():%Y-%m-%d}" if len(clock) else "there is none"
        raise StartupError(
            f"All purchases in {path} are on one side of {split:%Y-%m-%d}: choose another --split ({seen})."
        )
    seconds = clock.to_numpy(dtype="datetime64[s]").astype(np.float64)
    first = float(np.datetime64(split.replace(tzinfo=None)).astype("datetime64[s]").astype(np.float64))
    return PurchaseRows(user.to_numpy(dtype=str), item.to_numpy(dtype=str), seconds, first)


def _split(rows: PurchaseRows) -> Task:
    before, customers, items = rows.before, rows.customers, rows.items
    known_customers, users = np.unique(customers[before], return_inverse=True)
    known_items, numbers = np.unique(items[before], return_inverse=True)
    sizes = known_customers.size, known_items.size
    train = Interactions.from_rows(users.astype(np.int64), numbers.astype(np.int64), rows.seconds[before], *sizes)
    later_user, later_item = find(known_customers, customers[~before]), find(known_items, items[~before])
    known = (later_user >= 0) & (later_item >= 0)
    pairs = np.unique(later_user[known] * sizes[1] + later_item[known])
    pairs = np.setdiff1d(pairs, train.users * sizes[1] + train.items)
    asked, who = np.unique(pairs // sizes[1], return_inverse=True)
    return Task(train, asked, train.of_users(asked), who.astype(np.int64), pairs % sizes[1])


def find(known: np.ndarray, wanted: np.ndarray) -> Ints:
    """The place of each wanted value among the known ones, sorted; -1 where it is not."""
    place = np.minimum(np.searchsorted(known, wanted), known.size - 1)
    return np.where(known[place] == wanted, place, -1).astype(np.int64)
