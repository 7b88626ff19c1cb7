"""A typed query understood: one reading for the chat, inline mode, the terminal, what is saved, and the evaluation.

This is what the text alone says. What its words are in a catalogue, names of makers and kinds among them, `plan` says.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from pipeline.catalog.price_words import without_price
from pipeline.catalog.request import Language, SearchRequest, Sort
from pipeline.catalog.shop_words import ShopCalls
from pipeline.text.lacking import wish
from pipeline.text.words import is_cyrillic


class OtherCurrency(NamedTuple):
    """The currency in which a price was typed that is not the marketplace's, and what one of it is worth there.

    Without a rate (None) the price narrows nothing.
    """

    code: str
    rate: float | None


class Query(NamedTuple):
    """What a person asks for in words.

    `text` is the query without its price, its order and its shop: these are filters that can be taken away. Of it,
    `wanted` is looked for, and `unwanted` are phrases that no product may be or have. Prices include both ends and are
    in the marketplace's currency, whatever was typed: `other` says what that was.
    """

    text: str
    wanted: str
    unwanted: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    sort: Sort = "relevance"
    language: Language = "ru"
    shops: tuple[str, ...] = ()
    other: OtherCurrency | None = None

    def request(self) -> SearchRequest:
        """The query as a request to the catalogue, not narrowed otherwise."""
        return SearchRequest(
            text=self.text,
            language=self.language,
            shops=self.shops,
            price_min=self.low,
            price_max=self.high,
            sort=self.sort,
        )


class QueryContext:
    """What a query is read against beside the language: the currency, the rates of others, the shops of this moment.

    `rates`: what one of each currency is worth in the marketplace's; `shops`: the ids of the shops of each name.
    """

    def __init__(
        self,
        currency: str = "RUB",
        rates: Mapping[str, float] | None = None,
        shops: Callable[[], Mapping[str, tuple[str, ...]]] | None = None,
    ) -> None:
        self.currency = currency
        self._rates = dict(rates or {})
        self._shops = shops
        self._seen: Mapping[str, tuple[str, ...]] = {}
        self._calls = ShopCalls({})

    def rate(self, currency: str) -> float | None:
        """What one of it is worth here; None without a rate."""
        return 1.0 if currency == self.currency else self._rates.get(currency)

    @property
    def calls(self) -> ShopCalls:
        """What the shops are called now; made anew only when they have changed."""
        names = self._seen if self._shops is None else self._shops()
        if names is not self._seen:
            self._seen, self._calls = names, ShopCalls(names)
        return self._calls


NO_CONTEXT = QueryContext()
"""Without rates and without shops: for texts whose prices and shops do not matter."""


def understand(text: str, context: QueryContext = NO_CONTEXT) -> Query:
    """The query that the text is."""
    told = without_price(text)
    said = context.calls.taken_from(told.text)
    query = _read(said.text)._replace(low=told.low, high=told.high, sort=told.sort, shops=said.shops)
    if said.shops and not said.text.strip():
        query = query._replace(language=_language(text))
    if told.currency and told.currency != context.currency:
        rate = context.rate(told.currency)
        low, high = (None if end is None or rate is None else round(end * rate, 2) for end in (told.low, told.high))
        query = query._replace(low=low, high=high, other=OtherCurrency(told.currency, rate))
    return query


@lru_cache(maxsize=4096)
def _read(text: str) -> Query:
    asked = wish(text)
    return Query(text, asked.text, asked.unwanted, language=_language(text))


def _language(text: str) -> Language:
    return "ru" if is_cyrillic(text.lower()) else "en"
