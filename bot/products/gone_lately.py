"""Offers that the filter took back a moment ago: gone from every answer before the index has followed."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

# So long the index may still have what was taken back; it is seldom a second behind.
FRESH = timedelta(minutes=1)
# A whole feed may withdraw more at once: of the oldest of them the index has heard first.
MOST = 50_000


class GoneLately:
    """Whoever follows `filtered_products` notes what was taken back, and what came again."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._gone: OrderedDict[str, datetime] = OrderedDict()

    def note(self, offer_id: str) -> None:
        """The offer was taken back."""
        self._gone.pop(offer_id, None)
        self._gone[offer_id] = self._clock()
        if len(self._gone) > MOST:
            self._gone.popitem(last=False)

    def came_back(self, offer_id: str) -> None:
        """The offer is there again, or as it was."""
        self._gone.pop(offer_id, None)

    def forget(self) -> None:
        """Nobody follows the topic any more: what comes again would not be noted."""
        self._gone.clear()

    def has(self, offer_id: str) -> bool:
        """Whether the offer was taken back so lately that the index may still have it."""
        at = self._gone.get(offer_id)
        return at is not None and self._clock() - at < FRESH

    def newest(self, most: int) -> tuple[str, ...]:
        """Those that went last, at most so many."""
        self._sweep()
        return tuple(offer_id for offer_id, _ in zip(reversed(self._gone), range(most), strict=False))

    def _sweep(self) -> None:
        now = self._clock()
        while self._gone and now - next(iter(self._gone.values())) >= FRESH:
            self._gone.popitem(last=False)
