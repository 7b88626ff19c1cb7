"""What a person looked at, liked and hid, fed from what the bot itself records: it decides the next recommendation."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from aiokafka.errors import KafkaError

from bot.state.store import Store
from ops.logs import get_logger
from pipeline.contracts.chat_state import Preferences
from pipeline.contracts.messages import AuditEntry, ClientRequest, RequestKind

log = get_logger(__name__)
RECENT = 30
LIKED = 100
HIDDEN = 300
UNSAVED_LIMIT = 5_000
# What somebody liked half a year ago says little about today.
KEPT_DAYS = 180


class PreferenceStore:
    """Tastes by pseudonym. Noting one never waits: it is in memory at once, in Kafka a moment later."""

    def __init__(self, states: Store[Preferences], clock: Callable[[], datetime]) -> None:
        self._states = states
        self._clock = clock
        self._unsaved: OrderedDict[str, Preferences] = OrderedDict()
        self._saving: asyncio.Task[None] | None = None

    def of(self, pseudonym: str) -> Preferences:
        """The person's taste as of now; an empty one for a newcomer."""
        return self._unsaved.get(pseudonym) or self._states.get(pseudonym) or Preferences()

    def knows(self, pseudonym: str) -> bool:
        """Whether anything is kept about the person here."""
        return pseudonym in self._unsaved or self._states.get(pseudonym) is not None

    def note(self, request: ClientRequest) -> None:
        """Learn from a request; those that say nothing about taste are passed over."""
        before = self.of(request.user)
        after = learnt(before, request)
        if after is before:
            return
        self._unsaved[request.user] = after.model_copy(update={"at": self._clock()})
        while len(self._unsaved) > UNSAVED_LIMIT:
            self._unsaved.popitem(last=False)
        if self._saving is None or self._saving.done():
            self._saving = asyncio.create_task(self._save_all())

    async def forget(self, pseudonym: str) -> None:
        """Delete what is kept; it is gone when this returns. Raises KafkaError."""
        self._unsaved.pop(pseudonym, None)
        if self._saving is not None:
            # A write that is under way must not come after the deletion.
            await asyncio.wait((self._saving,))
        if self._states.get(pseudonym) is not None:
            await self._states.put(pseudonym, None)

    async def sweep(self) -> int:
        """Delete tastes of people who have not been here for long; how many. Raises KafkaError."""
        oldest = self._clock() - timedelta(days=KEPT_DAYS)
        old = [pseudonym for pseudonym, taste in self._states.entries() if taste.at < oldest]
        for pseudonym in old:
            if pseudonym not in self._unsaved:
                await self._states.put(pseudonym, None)
        return len(old)

    async def _save_all(self) -> None:
        while self._unsaved:
            pseudonym, taste = next(iter(self._unsaved.items()))
            try:
                await self._states.put(pseudonym, taste)
            except KafkaError as error:
                log.warning("tastes_not_saved", error=str(error), next_step="they are tried again with the next one")
                return
            if self._unsaved.get(pseudonym) is taste:
                del self._unsaved[pseudonym]


def learnt(taste: Preferences, request: ClientRequest) -> Preferences:
    """The taste after the request; the same object when the request says nothing about taste."""
    product = request.product_id
    if product is None:
        return taste
    if request.kind is RequestKind.VIEW and request.hits:
        return taste.model_copy(update={"recent": _last(taste.recent, product, RECENT)})
    if request.kind is RequestKind.LIKE:
        return taste.model_copy(
            update={
                "recent": _last(taste.recent, product, RECENT),
                "liked": _last(taste.liked, product, LIKED),
                "hidden": _without(taste.hidden, product),
            }
        )
    if request.kind in {RequestKind.DISLIKE, RequestKind.HIDE}:
        return taste.model_copy(
            update={
                "recent": _without(taste.recent, product),
                "liked": _without(taste.liked, product),
                "hidden": _last(taste.hidden, product, HIDDEN),
            }
        )
    return taste


def _without(products: tuple[str, ...], product: str) -> tuple[str, ...]:
    return tuple(one for one in products if one != product)


def _last(products: tuple[str, ...], product: str, limit: int) -> tuple[str, ...]:
    return (*_without(products, product), product)[-limit:]


class Requests(Protocol):
    """Where requests and refusals are written down."""

    def request(self, request: ClientRequest) -> None: ...

    def audit(self, entry: AuditEntry) -> None: ...


class NotedRecords:
    """Writes down, and lets the tastes learn from it."""

    def __init__(self, records: Requests, preferences: PreferenceStore) -> None:
        self._records = records
        self._preferences = preferences

    def request(self, request: ClientRequest) -> None:
        self._records.request(request)
        self._preferences.note(request)

    def audit(self, entry: AuditEntry) -> None:
        self._records.audit(entry)
