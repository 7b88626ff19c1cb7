"""A shop's own sales, CSV or Parquet → rows of the table `purchases`."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from analytics.lake import commits
from analytics.lake.files import amounts, ids, read
from analytics.lake.timestamps import timestamps
from ops.errors import StartupError
from pipeline.contracts.lake import PURCHASES
from pipeline.contracts.messages import OFFER_DIVIDER, offer_id

if TYPE_CHECKING:
    import pandas as pd

    from analytics.lake.tables import Lake
    from ops.settings import Settings

SALE = ("user", "offer_id", "at")
"""What a sale is known by: two files that say the same of it mean one."""
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
FIRST_ROW = 2
"""The number of the first row below the heading."""


@dataclass(frozen=True)
class ColumnNames:
    """How the file calls its columns; without a quantity every row is one piece."""

    user: str = "user"
    product: str = "product"
    quantity: str = "quantity"
    time: str = "time"


@dataclass(frozen=True)
class PurchaseImport:
    """What came of a file."""

    rows: int
    refused: int
    import_id: str
    before: bool = False
    """It was imported before and changed nothing."""
    refused_lines: tuple[int, ...] = ()
    """The numbers of those rows in the file; the heading is 1."""
    returned: int = 0
    """Rows of returned goods, which were taken off the sales before."""
    known: int = 0
    """Sales that another file had brought in already."""


@dataclass(frozen=True)
class PurchaseRows:
    """What a file says: rows in the columns of `purchases`, the numbers of rows of no use, how many are returns."""

    rows: pd.DataFrame
    refused: tuple[int, ...]
    returned: int


def add_purchases(
    lake: Lake, path: Path, names: ColumnNames, pseudonym: Callable[[str], str], store: str = ""
) -> PurchaseImport:
    """Add a file's sales, once: the same bytes again change nothing. Durable when it returns, whole or not at all.

    `store`: the shop whose own product ids the file has; without it the products are offer ids, `store/product`.
    See `purchase_rows`. Raises StartupError for a file that cannot be read.
    """
    from pyspark.sql import functions as F

    import_id = content_id(path)
    lake.create(PURCHASES)
    if not lake.read(PURCHASES).where(F.col("import_id") == import_id).isEmpty():
        return PurchaseImport(0, 0, import_id, before=True)
    found = purchase_rows(read(path), names, pseudonym, import_id, store)
    added = _append(lake, found.rows) if len(found.rows) else 0
    return PurchaseImport(
        added, len(found.refused), import_id, refused_lines=found.refused, returned=found.returned,
        known=len(found.rows) - added,
    )  # fmt: skip


def take_back(lake: Lake, path: Path) -> int:
    """Delete the sales that this file brought in; how many. The file may then be imported again."""
    from pyspark.sql import functions as F

    lake.create(PURCHASES)
    import_id = content_id(path)
    rows = lake.read(PURCHASES).where(F.col("import_id") == import_id).count()
    if rows:
        lake.delete(PURCHASES, f"import_id = '{import_id}'")
    return rows


def _append(lake: Lake, rows: pd.DataFrame) -> int:
    """Add the sales that no other file has brought: exports overlap. How many they are."""
    new = lake.session.createDataFrame(rows, schema=PURCHASES.ddl)
    version = lake.version(PURCHASES)
    lake.append(new.join(lake.read(PURCHASES).select(*SALE).distinct(), list(SALE), "left_anti"), PURCHASES)
    return commits.rows_written(lake.hdfs, PURCHASES) if lake.version(PURCHASES) > version else 0


def purchase_rows(
    frame: pd.DataFrame, names: ColumnNames, pseudonym: Callable[[str], str], import_id: str, store: str = ""
) -> PurchaseRows:
    """The rows that can be used, in the columns of `purchases`.

    Left out, by their numbers, are rows without user, product, quantity or timestamp, and of a time that cannot be:
    before 1990, or to come. Returned goods have quantities below 0, and are taken off what the person bought of them
    before.
    Raises StartupError for a column that is not there, and when no product's shop is known.
    """
    import pandas as pd

    for name in (names.user, names.product, names.time):
        if name not in frame.columns:
            known = ", ".join(map(str, frame.columns))
            raise StartupError(f"The file has no column `{name}` but {known}; name it by --user, --product or --time.")
    quantity = amounts(frame[names.quantity]) if names.quantity in frame.columns else pd.Series(1.0, index=frame.index)
    found = pd.DataFrame({
        "user": ids(frame[names.user]),
        "offer_id": _offer_ids(ids(frame[names.product]), store),
        # Half a kilogram is bought, too.
        "quantity": _pieces(quantity),
        "at": timestamps(frame[names.time]),
        "import_id": import_id,
    })  # fmt: skip
    within = (found["at"] >= EARLIEST) & (found["at"] <= pd.Timestamp.now("UTC") + pd.Timedelta(days=1))
    usable = (found["user"] != "") & (found["offer_id"] != "") & within & (found["quantity"] != 0)
    refused = tuple(int(place) + FIRST_ROW for place in (~usable.to_numpy(bool)).nonzero()[0])
    sold = _without_returned(found[usable])
    known_people = {name: pseudonym(name) for name in sold["user"].unique()}
    rows = sold.assign(user=sold["user"].map(known_people)).reset_index(drop=True)
    return PurchaseRows(rows, refused, int((found[usable]["quantity"] < 0).sum()))


def _pieces(quantity: pd.Series[float]) -> pd.Series[int]:
    """Whole pieces, away from 0; 0 where there is no number."""
    import numpy as np
    import pandas as pd

    whole = pd.Series(np.sign(quantity) * np.ceil(quantity.abs()), index=quantity.index)
    return whole.fillna(0).clip(-(2**31), 2**31 - 1).astype("int32")


def _without_returned(rows: pd.DataFrame) -> pd.DataFrame:
    """The sales, less what came back of them: the latest before the return first."""
    back = rows[rows["quantity"] < 0].sort_values("at", kind="stable")
    sold = rows[rows["quantity"] > 0].copy()
    if back.empty:
        return sold
    times: dict[int, pd.Timestamp] = dict(zip(sold.index.tolist(), sold["at"], strict=True))
    left: dict[int, int] = dict(zip(sold.index.tolist(), sold["quantity"].tolist(), strict=True))
    bought: dict[tuple[str, str], list[int]] = {}
    for place, user, offer in zip(sold.index.tolist(), sold["user"], sold["offer_id"], strict=True):
        bought.setdefault((user, offer), []).append(place)
    for user, offer, quantity, at in zip(back["user"], back["offer_id"], back["quantity"], back["at"], strict=True):
        owed = -int(quantity)
        before = [place for place in bought.get((user, offer), ()) if times[place] <= at]
        for place in sorted(before, key=times.__getitem__, reverse=True):
            taken = min(owed, left[place])
            left[place], owed = left[place] - taken, owed - taken
    sold["quantity"] = sold.index.map(left).astype("int32")
    return sold[sold["quantity"] > 0]


def _offer_ids(products: pd.Series[str], store: str) -> pd.Series[str]:
    """What the products are called in the marketplace; empty where that is not known."""
    if store:
        return products.where(products == "", offer_id(store, "") + products)
    if len(products) and not products.str.contains(OFFER_DIVIDER, regex=False).any():
        raise StartupError("The file's products name no shop: say whose they are by --store.")
    return products.where(products.str.contains(OFFER_DIVIDER, regex=False), "")


def pseudonyms(settings: Settings) -> Callable[[str], str]:
    """As the bot makes them: HMAC-SHA-256 with the marketplace's key. Raises StartupError without the key."""
    path = settings.credentials / "bot" / "user-hash.key"
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise StartupError(
            f"YARMARKA_CREDENTIALS: cannot read {path} ({error.strerror}); `python -m ops certs issue` makes it, "
            "or say --pseudonyms when the file holds no names of people."
        ) from None
    return lambda name: hmac.new(key, name.encode(), hashlib.sha256).hexdigest()


def content_id(path: Path) -> str:
    """SHA-256 of the file, hexadecimal."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise StartupError(f"{path} cannot be read ({error.strerror}).") from None
