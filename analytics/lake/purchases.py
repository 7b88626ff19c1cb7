"""A shop's own sales, CSV or Parquet → rows of the table `purchases`."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analytics.lake.files import ids, read
from analytics.lake.timestamps import timestamps
from ops.errors import StartupError
from pipeline.contracts.lake import PURCHASES
from pipeline.contracts.messages import OFFER_DIVIDER, offer_id

if TYPE_CHECKING:
    import pandas as pd

    from analytics.lake.tables import Lake
    from ops.settings import Settings


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


def add_purchases(
    lake: Lake, path: Path, names: ColumnNames, pseudonym: Callable[[str], str], store: str = ""
) -> PurchaseImport:
    """Add a file's sales, once: the same bytes again change nothing. Durable when it returns, whole or not at all.

    `store`: the shop whose own product ids the file has; without it the products are offer ids, `store/product`. Rows
    without user, product or timestamp, or with a quantity below one (returned goods), are left out and counted.
    Raises StartupError for a file that cannot be read.
    """
    from pyspark.sql import functions as F

    import_id = content_id(path)
    lake.create(PURCHASES)
    if not lake.read(PURCHASES).where(F.col("import_id") == import_id).isEmpty():
        return PurchaseImport(0, 0, import_id, before=True)
    frame = read(path)
    rows = purchase_rows(frame, names, pseudonym, import_id, store)
    if len(rows):
        lake.append(lake.session.createDataFrame(rows, schema=PURCHASES.ddl), PURCHASES)
    return PurchaseImport(len(rows), len(frame) - len(rows), import_id)


def purchase_rows(
    frame: pd.DataFrame, names: ColumnNames, pseudonym: Callable[[str], str], import_id: str, store: str = ""
) -> pd.DataFrame:
    """The rows that can be used, in the columns of `purchases`.

    Raises StartupError for a column that is not there, and when no product's shop is known.
    """
    import pandas as pd

    for name in (names.user, names.product, names.time):
        if name not in frame.columns:
            known = ", ".join(map(str, frame.columns))
            raise StartupError(f"The file has no column `{name}` but {known}; name it by --user, --product or --time.")
    quantity = frame[names.quantity] if names.quantity in frame.columns else pd.Series(1, index=frame.index)
    found = pd.DataFrame({
        "user": ids(frame[names.user]),
        "offer_id": _offer_ids(ids(frame[names.product]), store),
        "quantity": pd.to_numeric(quantity, errors="coerce").fillna(0).clip(-(2**31), 2**31 - 1).astype("int32"),
        "at": timestamps(frame[names.time]),
        "import_id": import_id,
    })  # fmt: skip
    found = found[(found["user"] != "") & (found["offer_id"] != "") & found["at"].notna() & (found["quantity"] >= 1)]
    known_people = {name: pseudonym(name) for name in found["user"].unique()}
    return found.assign(user=found["user"].map(known_people)).reset_index(drop=True)


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
