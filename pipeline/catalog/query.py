"""A typed query understood: one reading for the chat, inline mode, the terminal, what is saved, and the evaluation.

This is what the text alone says. What its words are in a catalogue, names of makers and kinds among them, `plan` says.
"""

from functools import lru_cache
from typing import NamedTuple

from pipeline.catalog.price_words import without_price
from pipeline.catalog.request import Language, SearchRequest, Sort
from pipeline.text.lacking import wish
from pipeline.text.words import is_cyrillic


class Query(NamedTuple):
    """What a person asks for in words.

    `text` is the query without its price and its order: these are filters that can be taken away. Of it, `wanted` is
    looked for, and `unwanted` are phrases that no product may be or have. Prices include both ends.
    """

    text: str
    wanted: str
    unwanted: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    sort: Sort = "relevance"
    language: Language = "ru"

    def request(self) -> SearchRequest:
        """The query as a request to the catalogue, not narrowed otherwise."""
        return SearchRequest(
            text=self.text, language=self.language, price_min=self.low, price_max=self.high, sort=self.sort
        )


@lru_cache(maxsize=4096)
def understand(text: str) -> Query:
    """The query that the text is."""
    told = without_price(text)
    wanted, unwanted = wish(told.text)
    language: Language = "ru" if is_cyrillic(text.lower()) else "en"
    return Query(told.text, wanted, unwanted, told.low, told.high, told.sort, language)
