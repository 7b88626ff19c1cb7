"""Shops, and the runs of their feeds: what the feed service, the bot and the terminal tell each other. Pure."""

import re
import time
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pipeline.contracts.messages import Message, Moment, StoreId, now
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
    address: str | None = Field(None, max_length=2_000, description="where its feed is fetched")
    every_s: int | None = Field(None, ge=60, description="seconds between two fetches")
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
    SUPERSEDED = "superseded"
    """A later feed of the shop has taken its place, or what waited can no longer be applied."""


class RefusedRow(Message):
    """A row of a feed that no offer could be made of: an example for its shop."""

    line: int
    reason: str
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
    sent: int = 0
    changed: int = 0
    unchanged: int = 0
    passed_over: int = 0
    refused: int = 0
    reasons: dict[str, int] = Field(default_factory=dict, description="refused rows by reason")
    lines: dict[str, tuple[int, ...]] = Field(default_factory=dict, description="the first lines of each reason")
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


# --- files that come through the chat ---

CHAT_FILE = re.compile(r"^chat-([A-Za-z0-9_-]{11})-")


def chat_file(token: str, name: str) -> str:
    """The name in the shop's folder of a file that was sent in the chat; `token` has eleven characters."""
    return f"chat-{token}-{name}"


def chat_token(file: str) -> str:
    """The token of a file that came through the chat, by the name of the file or of its run; empty for others."""
    found = CHAT_FILE.match(file.rpartition("/")[2])
    return found.group(1) if found else ""


def plain_file(file: str) -> str:
    """The name that its sender gave the file of a run: without the shop's folder and the token."""
    return CHAT_FILE.sub("", file.rpartition("/")[2])


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
