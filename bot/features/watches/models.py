"""What people watch in `chat_state`: prices and searches. What a watch still has to tell waits in the watch itself."""

from datetime import datetime
from typing import Literal, TypedDict, Unpack

from pydantic import Field

from bot.products.list_state import ListState
from bot.state.store import Personal, StoreSpec
from bot.ui.locale import Html, Texts
from pipeline.contracts.messages import Message, Moment, now

DUE, STOPPED, ASLEEP = "due", "stopped", "asleep"


class PriceDue(Message):
    """A price that the person is to be told."""

    price: float
    told_before: float | None = Field(None, description="what `told` was; it is again when the price goes up in time")
    sending_since: Moment | None = Field(None, description="a try is under way; nobody knows what became of it")
    at: Moment = Field(default_factory=now)

    def sending(self, since: datetime) -> "PriceDue":
        """The same, with a try under way since that moment."""
        return PriceDue(price=self.price, told_before=self.told_before, sending_since=since, at=self.at)


class PriceChange(TypedDict, total=False):
    """What may change of a price watch after it was set."""

    user_id: int
    wanted: float | None
    told: float | None
    due: PriceDue | None
    stopped_at: datetime | None


class PriceWatch(Message):
    """Tell me when the product gets cheaper; its key is `watch:<pseudonym>:<mark of the product>`.

    A price is told once: the next message needs a lower one. `told` holds the last price that was told or is due, so
    that what has to be told and what was told change in one write.
    """

    user_id: int = Field(description="Telegram's id of the person, whose private chat gets the message; 0: they left")
    language: Literal["ru", "en"] = "ru"
    offer_id: str
    name: str
    price: float = Field(description="what it cost when the watch was set")
    currency: str
    wanted: float | None = Field(None, description="tell at this price or below; None: at any below `price`")
    told: float | None = None
    due: PriceDue | None = None
    stopped_at: Moment | None = Field(None, description="the person took it off, and may bring it back for a while")
    at: Moment = Field(default_factory=now)

    def marks(self) -> tuple[str, ...]:
        """What it is found by: its product, and how it stands."""
        return (of_product(self.offer_id), *marks_of(self))

    def changed(self, **fields: Unpack[PriceChange]) -> "PriceWatch":
        """The watch with these fields instead of its own."""
        return self.model_copy(update=dict(fields))


class LogEnds(Message):
    """Where the log of products ended at a moment: the topic's id, and the next offset of each partition."""

    topic_id: str
    ends: dict[int, int]


class SearchChange(TypedDict, total=False):
    """What may change of a saved search."""

    user_id: int
    due: tuple[str, ...]
    sending: tuple[str, ...]
    sending_since: datetime | None
    told: tuple[str, ...]
    stopped_at: datetime | None


class SavedSearch(Message):
    """Tell me what is new for this search; its key is `saved:<pseudonym>:<token of the list>`."""

    user_id: int = Field(description="as in PriceWatch")
    language: Literal["ru", "en"] = "ru"
    search: ListState
    due: tuple[str, ...] = Field((), description="products to be told")
    sending: tuple[str, ...] = Field((), description="those of them that a try is under way with")
    sending_since: Moment | None = None
    told: tuple[str, ...] = Field((), description="the last products that were told or are due; none comes twice")
    stopped_at: Moment | None = Field(None, description="as in PriceWatch")
    since: LogEnds | None = Field(None, description="what came before is not new; None: nobody knows where it ended")
    at: Moment = Field(default_factory=now)

    def changed(self, **fields: Unpack[SearchChange]) -> "SavedSearch":
        """The search with these fields instead of its own."""
        return self.model_copy(update=dict(fields))

    def marks(self) -> tuple[str, ...]:
        """What it is found by: how it stands."""
        return marks_of(self)


def of_product(offer_id: str) -> str:
    """The mark of the watches of a product's price."""
    return f"offer {offer_id}"


def marks_of(watch: PriceWatch | SavedSearch) -> tuple[str, ...]:
    """How a watch of either kind stands: it has something to tell, was taken off, or its person has left."""
    told = DUE if watch.due and watch.stopped_at is None else ""
    stopped = STOPPED if watch.stopped_at is not None else ""
    return tuple(filter(None, (told, stopped, "" if watch.user_id else ASLEEP)))


def _prices(count: int, texts: Texts) -> Html:
    return texts.html_n("• {n} price that you watch", "• {n} prices that you watch", count)


def _searches(count: int, texts: Texts) -> Html:
    return texts.html_n("• {n} saved search", "• {n} saved searches", count)


class AskedPrice(Message):
    """The person was asked to write a price, and the next text may be it; its key is `asked_price:<pseudonym>`."""

    offer_id: str
    open: bool = True
    at: Moment = Field(default_factory=now)

    def closed(self) -> "AskedPrice":
        """The same, answered or over."""
        return AskedPrice(offer_id=self.offer_id, open=False, at=self.at)


PRICES = StoreSpec("watch:", PriceWatch, Personal(_prices), large=True, marks=PriceWatch.marks)
SEARCHES = StoreSpec("saved:", SavedSearch, Personal(_searches), marks=SavedSearch.marks)
# A question is over within minutes: there is nothing to tell of it.
ASKED = StoreSpec("asked_price:", AskedPrice, Personal(_prices, count=lambda _: 0))
