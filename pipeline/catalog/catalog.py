"""The query side of the catalogue: one class for the bot, the terminal and the evaluation."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from elasticsearch import AsyncElasticsearch

from pipeline.bans.rule import Kind as RuleKind
from pipeline.bans.rule import Rule
from pipeline.catalog import request_body as body
from pipeline.catalog.ban_query import hit_by, without
from pipeline.catalog.index_words import IndexWords
from pipeline.catalog.keyboard import other_layout
from pipeline.catalog.page import Kind, SearchPage
from pipeline.catalog.plan import Plan, plan, replaced
from pipeline.catalog.request import LAST_HIT, SearchRequest, Sort
from pipeline.catalog.response_parsing import Buckets, Found, indexed
from pipeline.catalog.similar import like
from pipeline.catalog.spelling import checks, choice, doubts
from pipeline.catalog.synonyms import Synonyms
from pipeline.catalog.vocabulary import Vocabulary
from pipeline.contracts.messages import Product

Allowed = Callable[[Product], bool]

# An answer with fewer products is filled up to this many with the nearest that lack a word.
FILLED_TO = 10
# Fetched beyond the page when some may be refused, so that the page is full without a second request.
_SPARE = 5
# Shops that may call a product by the same id, as far as a person is asked which is meant.
_SHOPS_NAMED = 100


class Catalog:
    """Searches the index behind `alias`. Holds no connection of its own: the caller closes `client`.

    `synonyms` may change at any time; the next search sees it. Elasticsearch's own errors pass through.
    """

    def __init__(
        self,
        client: AsyncElasticsearch,
        alias: str,
        synonyms: Mapping[str, Sequence[str]] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._alias = alias
        self._words = IndexWords(client, alias, clock)
        self._synonyms = Synonyms({} if synonyms is None else synonyms)

    async def search(self, request: SearchRequest, allowed: Allowed | None = None) -> SearchPage:
        """One page. Products that `allowed` turns down are never shown, and the page is filled without them."""
        started = time.perf_counter()
        vocabulary = await self._words.vocabulary()
        understood, corrected = await self._understood(request.text, vocabulary)
        until = request.offset + request.size
        query = without(body.all_of(understood, request), request.without)
        whole = await self._found(query, request.sort, until, allowed, facets=True)
        answer = whole
        kind: Kind = "corrected" if corrected else "found"
        if whole.total < FILLED_TO and understood.slots and request.sort == "relevance":
            answer = await self._filled_up(whole, understood, request, until, allowed)
        if not whole.total:
            kind = "nearest" if answer.total else "nothing"
        shown = answer.hits[request.offset : until]
        return SearchPage.model_construct(
            products=tuple(product for product, _ in shown),
            scores=tuple(score for _, score in shown),
            total=answer.total,
            kind=kind,
            corrected=corrected if answer.total else None,
            facets=answer.facets,
            took_ms=(time.perf_counter() - started) * 1000,
        )

    async def product(self, offer_id: str) -> Product | None:
        """The product as it is indexed now, or None."""
        return (await self.products((offer_id,))).get(offer_id)

    async def products(self, offer_ids: Iterable[str]) -> dict[str, Product]:
        """Those of the products that are in the index, by id, in the order asked for."""
        return {offer_id: product for offer_id, (product, _) in (await self.indexed(offer_ids)).items()}

    async def indexed(self, offer_ids: Iterable[str]) -> dict[str, tuple[Product, int]]:
        """Like `products`, each with the offset of `filtered_products` that it was indexed from."""
        wanted = list(dict.fromkeys(offer_ids))[:LAST_HIT]
        if not wanted:
            return {}
        asked = body.some({"terms": {"offer_id": wanted}}, len(wanted))
        by_id = indexed((await self._client.search(index=self._alias, body=asked)).body)
        return {offer_id: by_id[offer_id] for offer_id in wanted if offer_id in by_id}

    async def named(self, text: str) -> tuple[Product, ...]:
        """The offers in the index that a person may mean by an id, in the order of their ids, 100 at most.

        The one of that offer id, else those of all shops that call a product so.
        """
        found = await self.products((text,))
        if found:
            return tuple(found.values())
        asked = body.some({"term": {"product_id": text}}, _SHOPS_NAMED)
        by_id = indexed((await self._client.search(index=self._alias, body=asked)).body)
        return tuple(by_id[offer_id][0] for offer_id in sorted(by_id))

    async def similar(self, product: Product, size: int, allowed: Allowed | None = None) -> tuple[Product, ...]:
        """Products of the same kind, nearest first, the product itself left out."""
        found = await self._found(like(product), "relevance", size, allowed, facets=False)
        return tuple(other for other, _ in found.hits[:size])

    async def count(self, rule: Rule) -> int:
        """How many products in the index a ban rule hits."""
        answer = await self._client.count(index=self._alias, query=hit_by(rule))
        return int(answer["count"])

    async def sample(self, rule: Rule, size: int) -> tuple[Product, ...]:
        """Up to `size` products in the index that a ban rule hits; of a keyword's, first one of each category."""
        asked = body.page(hit_by(rule), "relevance", size, facets=False)
        hits = (await self._ask(asked)).hits
        if rule.kind is RuleKind.KEYWORD and len(hits) == size:
            hits = ((await self._ask(asked | {"collapse": {"field": "category_facet"}})).hits) + hits
        return tuple({product.offer_id: product for product, _ in hits}.values())[:size]

    async def categories(self, rule: Rule | None = None, left_out: Sequence[Rule] = ()) -> tuple[tuple[str, int], ...]:
        """The categories of products that a ban rule hits (or of all), with how many each, the most first, 1,000.

        `left_out`: nothing that one of these rules stops is counted.
        """
        asked = {"categories": {"terms": {"field": "category_facet", "size": 1_000}}}
        query = without({"match_all": {}} if rule is None else hit_by(rule), left_out)
        answer = await self._client.search(index=self._alias, size=0, query=query, aggs=asked)
        return tuple(Buckets.of(answer.body).terms("categories"))

    async def shops(self, rule: Rule | None = None, left_out: Sequence[Rule] = ()) -> tuple[tuple[str, int], ...]:
        """The shops whose products in the index a ban rule hits (or all), with how many each, the most first, 1,000.

        `left_out`: nothing that one of these rules stops is counted.
        """
        query = without({"match_all": {}} if rule is None else hit_by(rule), left_out)
        asked = {"shops": {"terms": {"field": "seller", "size": 1_000}}}
        answer = await self._client.search(index=self._alias, size=0, query=query, aggs=asked)
        return tuple(Buckets.of(answer.body).terms("shops"))

    async def _understood(self, text: str, vocabulary: Vocabulary) -> tuple[Plan, str | None]:
        """The plan of the text, put right where no product has a word of it, and the text as it is meant then."""
        understood = plan(text, vocabulary, self._synonyms)
        if understood.unknown:
            # The word may have come with a product a moment ago.
            vocabulary = await self._words.newest()
            understood = plan(text, vocabulary, self._synonyms)
        if not understood.unknown:
            return understood, None
        typed = plan(other_layout(text), vocabulary, self._synonyms)
        doubted = doubts(understood, vocabulary)
        asked = checks(understood, doubted)
        counted = Buckets.of((await self._client.search(index=self._alias, size=0, aggs=asked)).body)
        counts = {name: counted.count(name) for name in asked}
        if len(typed.unknown) < len(understood.unknown) and not any(counts[doubt.word] for doubt in doubted):
            return typed, typed.text
        corrected = understood
        for doubt in doubted:
            if meant := choice(doubt, counts):
                corrected = replaced(corrected, doubt.word, meant, vocabulary, self._synonyms)
        return (understood, None) if corrected is understood else (corrected, corrected.text)

    async def _filled_up(
        self, whole: Found, understood: Plan, request: SearchRequest, until: int, allowed: Allowed | None
    ) -> Found:
        """The whole answer followed by the nearest that lack a word: up to ten, or all of them if there is no whole."""
        room = max(min(until, FILLED_TO) - whole.total, 0) if whole.total else until
        query = without(body.some_of(understood, request), request.without)
        near = await self._found(query, "relevance", room, allowed, facets=not whole.total)
        if not whole.total:
            return near
        return Found(
            whole.hits + near.hits[:room],
            whole.total + min(near.total, FILLED_TO - whole.total),
            whole.facets,
        )

    async def _found(
        self, query: body.Clause, sort: Sort, until: int, allowed: Allowed | None, *, facets: bool
    ) -> Found:
        """At least the first `until` hits that are allowed, if there are as many."""
        size = until if allowed is None else until + _SPARE
        while True:
            found = await self._ask(body.page(query, sort, size, facets=facets))
            if allowed is None:
                return found
            passed = tuple(hit for hit in found.hits if allowed(hit[0]))
            if len(passed) >= until or len(found.hits) < size or size >= 10 * LAST_HIT:
                refused = len(found.hits) - len(passed)
                return Found(passed, found.total - refused, found.facets)
            size = min(2 * size, 10 * LAST_HIT)

    async def _ask(self, asked: body.Clause) -> Found:
        answer = await self._client.search(index=self._alias, body=asked)
        return Found.of(answer.body)
