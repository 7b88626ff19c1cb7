"""What was found out about one offer, each fact with what it is when nobody could say. Pure."""

from dataclasses import dataclass
from datetime import datetime

from ops.errors import UnprocessableMessage
from pipeline.contracts.decisions import DecisionNote
from pipeline.contracts.feeds import FeedRun
from pipeline.contracts.messages import Ban, Product, decode


@dataclass(frozen=True, slots=True)
class LogRecord:
    """An offer's newest record in one of the two topics; without a value it takes the offer back."""

    partition: int
    offset: int
    at: datetime
    value: bytes | None
    run: str = ""
    """Of `products`: the id of the feed's run that sent it, and the line."""
    line: str = ""
    note: DecisionNote | None = None
    """Of `filtered_products`: what the filter noted."""

    @property
    def decided_at(self) -> datetime:
        """When the filter decided it; as near as the record itself says, without a note."""
        return self.note.at if self.note is not None else self.at


@dataclass(frozen=True, slots=True)
class Looked:
    """A topic was read: the newest record, if there is one. Below a `share` of 1 a newer one may be unread."""

    record: LogRecord | None = None
    share: float = 1.0

    @property
    def whole(self) -> bool:
        return self.share >= 1


@dataclass(frozen=True, slots=True)
class Logs:
    """Both topics, and the run that sent the offer, as far as it is still kept."""

    products: Looked
    filtered: Looked
    run: FeedRun | None = None


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index has: the offset of `filtered_products` it is of, and the product; None: it has nothing."""

    offset: int | None = None
    product: Product | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of the offer at the moment `at`. `logs`, `index`: None when the server did not answer.

    `ban` is the rule in force that stops the newest version, `lake_at` the beginning of the last run that filled the
    lake.
    """

    offer_id: str
    at: datetime
    logs: Logs | None = None
    index: Indexed | None = None
    ban: Ban | None = None
    lake_at: datetime | None = None

    @property
    def product(self) -> Product | None:
        """The offer in its newest version that can be read."""
        return newest_product(self.logs, self.index)


def newest_product(logs: Logs | None, index: Indexed | None) -> Product | None:
    """The newest version of the offer that is a product, wherever it is."""
    for looked in (logs.products, logs.filtered) if logs is not None else ():
        product = readable(looked.record)
        if product is not None:
            return product
    return index.product if index is not None else None


def readable(record: LogRecord | None) -> Product | None:
    """The product in a record; None without one, and when it is not understood."""
    if record is None or record.value is None:
        return None
    try:
        return decode(Product, record.value)
    except UnprocessableMessage:
        return None
