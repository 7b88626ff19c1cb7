"""Things to try, for somebody who does not know yet what there is."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from elastic_transport import TransportError
from elasticsearch import ApiError

from bot.products.catalog import Catalog
from bot.products.product_item import leaf
from bot.products.visibility import VisibilityPolicy
from bot.ui.locale import Language, Texts
from ops.logs import get_logger
from pipeline.catalog.request import SearchRequest

log = get_logger(__name__)
SUGGESTIONS = 6
KEPT = timedelta(minutes=5)
SLOWEST_S = 1.0


class Suggestions:
    """Things to try: an example, and what the market has most of. Asked anew every five minutes."""

    def __init__(self, catalog: Catalog, visibility: VisibilityPolicy, clock: Callable[[], datetime]) -> None:
        self._catalog = catalog
        self._visibility = visibility
        self._clock = clock
        self._kept: dict[Language, tuple[datetime, tuple[str, ...]]] = {}

    async def of(self, texts: Texts) -> tuple[str, ...]:
        """Up to six searches; the example alone when the catalogue does not answer soon."""
        kept = self._kept.get(texts.language)
        if kept is not None and self._clock() - kept[0] < KEPT:
            return kept[1]
        example = texts.plain("smart watch")
        request = self._visibility.narrowed(SearchRequest(text="", language=texts.language, size=1))
        try:
            page = await asyncio.wait_for(self._catalog.search(request, self._visibility.allows), SLOWEST_S)
        except (TimeoutError, ApiError, TransportError) as error:
            log.warning("no_suggestions", error=type(error).__name__)
            return (example,)
        found = [leaf(category).lower() for category, _ in page.facets.categories]
        suggestions = tuple(dict.fromkeys([example, *found]))[:SUGGESTIONS]
        self._kept[texts.language] = (self._clock(), suggestions)
        return suggestions
