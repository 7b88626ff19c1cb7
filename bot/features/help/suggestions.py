"""Things to try, for somebody who does not know yet what there is."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from elastic_transport import TransportError
from elasticsearch import ApiError

from bot.products.catalog import Catalog
from bot.products.list_state import ListState
from bot.products.section_names import section_name
from bot.products.visibility import VisibilityPolicy
from bot.ui.locale import Language, Texts
from ops.logs import get_logger
from pipeline.catalog.request import SearchRequest

log = get_logger(__name__)
SUGGESTIONS = 4
KEPT = timedelta(minutes=5)
SLOWEST_S = 1.0
LETTERS: dict[Language, re.Pattern[str]] = {"ru": re.compile("[А-Яа-яЁё]"), "en": re.compile("[A-Za-z]")}
CYRILLIC = LETTERS["ru"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A list to try, and what its button says."""

    label: str
    state: ListState


class Suggestions:
    """An example, and the sections that the market has most of, in the reader's language alone.

    Asked anew every five minutes.
    """

    def __init__(self, catalog: Catalog, visibility: VisibilityPolicy, clock: Callable[[], datetime]) -> None:
        self._catalog = catalog
        self._visibility = visibility
        self._clock = clock
        self._kept: dict[Language, tuple[datetime, tuple[Suggestion, ...]]] = {}

    async def of(self, texts: Texts) -> tuple[Suggestion, ...]:
        """Up to four lists; the example alone when the catalogue does not answer soon."""
        kept = self._kept.get(texts.language)
        if kept is not None and self._clock() - kept[0] < KEPT:
            return kept[1]
        word = texts.plain("smart watch")
        example = Suggestion(word, ListState(text=word))
        request = self._visibility.narrowed(SearchRequest(text="", language=texts.language, size=1))
        try:
            page = await asyncio.wait_for(self._catalog.search(request, self._visibility.allows), SLOWEST_S)
        except (TimeoutError, ApiError, TransportError) as error:
            log.warning("no_suggestions", error=type(error).__name__)
            return (example,)
        found = [_section(category, texts) for category, _ in page.facets.categories]
        readable = [one for one in found if reads(one.label, texts.language) and one.label != word]
        suggestions = tuple({one.label: one for one in (example, *readable)}.values())[:SUGGESTIONS]
        self._kept[texts.language] = (self._clock(), suggestions)
        return suggestions


def reads(label: str, language: Language) -> bool:
    """Whether somebody who reads this language alone can read the label."""
    return bool(LETTERS[language].search(label)) and (language == "ru" or not CYRILLIC.search(label))


def _section(category: str, texts: Texts) -> Suggestion:
    # The section itself rather than its name: a translated name is no word of the products in it.
    return Suggestion(section_name(category, texts).lower(), ListState(category=category))
