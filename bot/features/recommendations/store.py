"""What a person looked at, liked and hid, learnt from the request log: it decides the next recommendation."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.features.recommendations.models import Preferences
from bot.state.buffered import BufferedStore
from bot.state.store import each
from pipeline.contracts.messages import ClientRequest, RequestKind

RECENT = 30
LIKED = 100
HIDDEN = 300
# What somebody liked half a year ago says little about today.
KEPT_DAYS = 180


class PreferenceStore:
    """Preferences by pseudonym. Learning never waits: it is in memory at once, in Kafka a moment later."""

    def __init__(self, kept: BufferedStore[Preferences], clock: Callable[[], datetime]) -> None:
        self._kept = kept
        self._clock = clock

    def of(self, pseudonym: str) -> Preferences:
        """The person's preferences as of now; empty ones for a newcomer."""
        return self._kept.get(pseudonym) or Preferences()

    def learn(self, request: ClientRequest) -> None:
        """Learn from a request; those that say nothing about preferences are passed over."""
        before = self.of(request.user)
        after = learnt(before, request)
        if after is not before:
            self._kept.put_soon(request.user, after.model_copy(update={"at": self._clock()}))

    async def sweep(self) -> int:
        """Delete those of people who have not been here for long; how many. Raises KafkaError."""
        oldest = self._clock() - timedelta(days=KEPT_DAYS)
        old = [pseudonym async for pseudonym, preferences in each(self._kept) if preferences.at < oldest]
        for pseudonym in old:
            await self._kept.put(pseudonym, None)
        return len(old)


def learnt(known: Preferences, request: ClientRequest) -> Preferences:
    """What is known after the request; the same object when the request says nothing about preferences."""
    product = request.offer_id
    if product is None:
        return known
    if request.kind is RequestKind.VIEW and request.hits:
        return known.model_copy(update={"recent": _last(known.recent, product, RECENT)})
    if request.kind is RequestKind.LIKE:
        return known.model_copy(
            update={
                "recent": _last(known.recent, product, RECENT),
                "liked": _last(known.liked, product, LIKED),
                "hidden": _without(known.hidden, product),
                "disliked": _without(known.disliked, product),
            }
        )
    return _hidden(known, request.kind, product)


def _hidden(known: Preferences, kind: RequestKind, product: str) -> Preferences:
    """After a product was hidden, disliked or brought back; what else is known of it stays, so that this can be undone.

    The same object when the request is of another kind.
    """
    without = _without(known.disliked, product)
    if kind is RequestKind.DISLIKE:
        hidden = _last(known.hidden, product, HIDDEN)
        return known.model_copy(update={"hidden": hidden, "disliked": _last(known.disliked, product, HIDDEN)})
    if kind is RequestKind.HIDE:
        return known.model_copy(update={"hidden": _last(known.hidden, product, HIDDEN), "disliked": without})
    if kind is RequestKind.UNHIDE:
        return known.model_copy(update={"hidden": _without(known.hidden, product), "disliked": without})
    return known


def _without(products: tuple[str, ...], product: str) -> tuple[str, ...]:
    return tuple(one for one in products if one != product)


def _last(products: tuple[str, ...], product: str, limit: int) -> tuple[str, ...]:
    return (*_without(products, product), product)[-limit:]
