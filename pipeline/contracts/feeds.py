"""Shops, and the runs of their feeds: what the feed service, the bot and the terminal tell each other. Pure."""

import re
import time
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pipeline.contracts.messages import Message, Moment, RowFault, StoreId, now
from pipeline.contracts.ways_on import WrittenContact

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

# Headers of `products`: which run of which feed sent the offer, and from which line.
RUN_HEADER = "run"
LINE_HEADER = "line"


# --- shops ---


class FeedScope(StrEnum):
    """What a feed is of its shop's offers."""

    WHOLE = "whole"
    """All of them: what it no longer has is withdrawn."""
    PARTIAL = "partial"
    """Some of them: the others stay as they are."""


def _named(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (" ".join(name.split()) for name in names))))


class Shop(Message):
    """A shop as people and rules name it. Key: store_id; a tombstone removes the shop from the registry."""

    store_id: StoreId
    name: str = Field("", max_length=200, description="what people see; empty: the id")
    aliases: Annotated[tuple[str, ...], AfterValidator(_named), Field(max_length=50)] = ()
    language: Literal["ru", "en"] = "ru"
    scope: FeedScope | None = Field(None, description="None: as the format says, YML is whole and all others partial")
    address: str | None = Field(
        None, max_length=2_000, repr=False, description="where its feed is fetched; a password may stand in it"
    )
    every_s: int | None = Field(None, ge=60, description="seconds between two fetches; None: as the settings say")
    asked: Moment | None = Field(None, description="when somebody last asked that it be fetched at once")
    contact: WrittenContact = Field(None, description="where buyers ask the shop, see contact_of")
    by: str = Field("", description="the name of who changed it last")
    updated: Moment = Field(default_factory=now)

    @property
    def shown(self) -> str:
        """The name that people see; the id of a shop that has none."""
        return self.name or self.store_id


# --- runs ---


class FeedState(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    DONE = "done"
    """Sent; a whole feed has withdrawn what it no longer has, also when somebody had to decide it."""
    WAITING = "waiting"
    """Sent; withdrawing waits for somebody's decision, see `reason`."""
    KEPT = "kept"
    """Sent; somebody decided that nothing is withdrawn."""
    INCOMPLETE = "incomplete"
    """Sent as far as it could be read, nothing withdrawn; see `reason`."""
    REFUSED = "refused"
    """Nothing of it could be read; see `reason`."""
    FAILED = "failed"
    """Given up after a fault of ours, see `reason`; what was sent stays, nothing was withdrawn."""
    SUPERSEDED = "superseded"
    """A later feed of the shop has taken its place, or what waited can no longer be applied."""


OTHER_REASONS = "other reasons"
"""Of a run's reasons: all those that were met after the first hundred different ones."""


class FaultCode(StrEnum):
    """What may be wrong with a row; whoever speaks to people has words for each."""

    MISSING = "missing"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_PRICE = "not_a_price"
    NOT_PIECES = "not_pieces"
    TOO_MANY_PIECES = "too_many_pieces"
    TWO_READINGS = "two_readings"
    TWO_CURRENCIES = "two_currencies"
    CURRENCY_UNCLEAR = "currency_unclear"
    UNKNOWN_CURRENCY = "unknown_currency"
    NOT_A_DATE = "not_a_date"
    NOT_A_PERIOD = "not_a_period"
    NOT_YES_OR_NO = "not_yes_or_no"
    NOT_ALLOWED = "not_allowed"
    """The value is of another kind, or has what it may not have."""
    TOO_LONG = "too_long"
    TWICE = "twice"
    OTHER_SHOP = "other_shop"
    UNKNOWN_CATEGORY = "unknown_category"
    NO_PRODUCT = "no_product"
    NOT_AN_OBJECT = "not_an_object"
    TOO_LARGE = "too_large"
    NOT_CLOSED = "not_closed"
    BAD_QUOTES = "bad_quotes"
    CELLS = "cells"
    BAD_JSON = "bad_json"
    BAD_XML = "bad_xml"
    STRAY_AMPERSAND = "stray_ampersand"
    UNKNOWN_ENTITY = "unknown_entity"
    BAD_ENCODING = "bad_encoding"
    CUT_OFF = "cut_off"
    TOO_SLOW = "too_slow"
    UNREADABLE = "unreadable"


class RefusedRow(Message):
    """A row of a feed that no offer could be made of: an example for its shop."""

    line: int
    reason: str
    fault: RowFault | None = None
    row: str = Field("", description="how the row begins")


class FeedRun(Message):
    """One feed of one shop. Key: `key`; written when it begins, when it ends, and when it was decided on.

    Of the shop's offers in the file: `sent` were written (`changed` of them were known and different), `unchanged` were
    not written again, `passed_over` had newer word, `refused` are rows. `withdrawn` were taken off sale.
    """

    run_id: str = Field(description="grows with the time of the beginning; see run_id_at")
    store_id: StoreId
    file: str = Field("", description="the file's name, or the address without passwords")
    by: str = Field("", description="who: terminal:<user>, a pseudonym, or empty for the shops' folder")
    by_name: str = ""
    channel: Literal["folder", "chat", "address", "terminal"] = "terminal"
    scope: FeedScope = FeedScope.PARTIAL
    state: FeedState = FeedState.RUNNING
    reason: str = Field("", description="why it waits, is incomplete or was refused, in words for people")
    began: Moment = Field(default_factory=now)
    ended: Moment | None = None
    seconds: float = 0.0
    same_file: bool = Field(False, description="the address has the same file as before; it was not read again")
    sent: int = 0
    changed: int = 0
    unchanged: int = 0
    passed_over: int = 0
    refused: int = 0
    reasons: dict[str, int] = Field(default_factory=dict, description="refused rows by reason")
    lines: dict[str, tuple[int, ...]] = Field(default_factory=dict, description="the first lines of each reason")
    faults: dict[str, RowFault] = Field(default_factory=dict, description="what each reason is, to be said in words")
    examples: tuple[RefusedRow, ...] = ()
    offers: int = Field(0, description="offers of the shop before anything was withdrawn")
    missing: int = Field(0, description="of these, offers that a whole feed no longer has")
    withdrawn: int = 0
    decided_by: str = ""

    @property
    def key(self) -> str:
        return f"{self.store_id}/{self.run_id}"


class FeedDecision(Message):
    """What somebody decided about a waiting run. Key: the run's key. It carries the run as they saw it."""

    run: FeedRun
    apply: bool = Field(description="true: withdraw what the feed no longer has; false: keep it on sale")
    by: str = ""
    by_name: str = ""
    at: Moment = Field(default_factory=now)


# --- feeds that are fetched from an address ---


class FetchOutcome(StrEnum):
    """How the last fetch ended."""

    FETCHED = "fetched"
    """There was a file, and it was fed; what came of it says its run."""
    SAME = "same"
    """The address said that its file is the one that was fed before."""
    FAILED = "failed"


class FetchFault(StrEnum):
    """Why nothing could be fetched."""

    ADDRESS = "address"
    """It is no address of http or https, or leads to one that is none."""
    PRIVATE = "private"
    """The host is not in the public internet."""
    NO_HOST = "no_host"
    """There is no host of this name."""
    AWAY = "away"
    """Nobody answers there, or the connection breaks."""
    SLOW = "slow"
    """It took too long."""
    CERTIFICATE = "certificate"
    """The certificate is not good."""
    STATUS = "status"
    """The site refuses: `detail` has the number of HTTP."""
    REDIRECTS = "redirects"
    """It leads on and on."""
    LARGE = "large"
    """The file is too large."""
    CUT_OFF = "cut_off"
    """The file broke off before its end."""
    OURS = "ours"
    """It could not be put on our disk; nothing that the shop could do."""


class FetchedFile(Message):
    """A file that was fetched, with that by which it is known whether there is still the same."""

    token: str
    etag: str = ""
    modified: str = ""
    digest: str = Field("", description="of its bytes, for sites that give out everything each time")


class FeedFetch(Message):
    """How fetching from a shop's address stands. Key: store_id; a tombstone when it has no address any more.

    `at` is when the last fetch ended, `failures` how many have failed since one was well. `came`, `sent`, `withdrawn`
    and `refused` are of the run of the last file that was fed.
    """

    store_id: StoreId
    of: str = Field(description="stands for the address of which this is told, see fetch_of")
    at: Moment
    outcome: FetchOutcome
    fault: FetchFault | None = None
    detail: str = ""
    failures: int = 0
    failing_since: Moment | None = None
    not_before: Moment | None = Field(None, description="the site asked to be left alone so long")
    asked: Moment | None = Field(None, description="`asked` of the shop, as of this fetch")
    known: FetchedFile | None = Field(None, description="the file that was fed last, as a whole")
    read_at: Moment | None = Field(None, description="when that was fed")
    pending: FetchedFile | None = Field(None, description="a file that lies in the shop's folder, to be fed")
    came: FeedState | None = None
    sent: int = 0
    withdrawn: int = 0
    refused: int = 0


def fetch_of(shop: Shop) -> str:
    """Stands for the address, and for what its file is of the shop: with another of them all is fetched anew."""
    return sha256(f"{shop.address}\n{shop.scope or ''}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


# --- files that come through the chat, or from an address ---

NOT_SHOPS = frozenset({"done", "refused"})
"""Folders of the shops' folder that have another use."""
CHAT_FILE = re.compile(r"^chat-([A-Za-z0-9_-]{11})-")
ADDRESS_FILE = re.compile(r"^address-([A-Za-z0-9_-]{11})-")
ADDRESS_IN_NAME = re.compile(r"https?://.*", re.DOTALL)


def can_have_folder(store_id: str) -> bool:
    """Whether the shop's id can be the name of a folder that the feed service looks into."""
    return not (store_id.startswith(".") or "/" in store_id or "\0" in store_id or store_id in NOT_SHOPS)


def address_file(token: str, name: str) -> str:
    """The name in the shop's folder of a file that was fetched; `token` has eleven characters."""
    return f"address-{token}-{name}"


def address_token(file: str) -> str:
    """The token of a file that was fetched from an address, by its name; empty for others."""
    found = ADDRESS_FILE.match(file.rpartition("/")[2])
    return found.group(1) if found else ""


def chat_file(token: str, name: str) -> str:
    """The name in the shop's folder of a file that was sent in the chat; `token` has eleven characters."""
    return f"chat-{token}-{name}"


def chat_token(file: str) -> str:
    """The token of a file that came through the chat, by the name of the file or of its run; empty for others."""
    found = CHAT_FILE.match(file.rpartition("/")[2])
    return found.group(1) if found else ""


def plain_file(file: str) -> str:
    """What its sender calls the file of a run: without the shop's folder and the token, or the address."""
    address = ADDRESS_IN_NAME.search(file)
    return address.group() if address else CHAT_FILE.sub("", file.rpartition("/")[2])


def run_id_at(moment_us: int) -> str:
    """The id of a run that began so many microseconds after 1970: ten characters that sort as the moments do."""
    found = ""
    while moment_us:
        moment_us, digit = divmod(moment_us, 36)
        found = DIGITS[digit] + found
    return found.rjust(10, "0")


def moment_of(run_id: str) -> int:
    """The microseconds that `run_id_at` made an id of. Raises ValueError."""
    return int(run_id, 36)


def new_run_id() -> str:
    """The id of a run that begins now."""
    return run_id_at(time.time_ns() // 1_000)
