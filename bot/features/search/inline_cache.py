"""Recent answers of the catalogue for inline queries."""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from pipeline.catalog.page import SearchPage

CACHE_S = 30.0
CACHED = 512

# Language, text, offset.
Key = tuple[str, str, int]


class InlineCache:
    """Answers by what was asked: people type letter by letter and page back and forth."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._pages: OrderedDict[Key, tuple[float, SearchPage]] = OrderedDict()

    def get(self, key: Key) -> SearchPage | None:
        """An answer that is fresh enough."""
        kept = self._pages.get(key)
        return kept[1] if kept is not None and self._clock() - kept[0] < CACHE_S else None

    def put(self, key: Key, page: SearchPage) -> None:
        """Keep an answer; the oldest goes when there are too many."""
        self._pages[key] = (self._clock(), page)
        self._pages.move_to_end(key)
        if len(self._pages) > CACHED:
            self._pages.popitem(last=False)
