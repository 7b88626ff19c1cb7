"""The query side of the catalogue: one class for the bot, the terminal and the evaluation."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from elasticsearch import AsyncElasticsearch

from pipeline.bans.rule import Kind as RuleKind
from pipeline.bans.rule import Rule
from pipeline.catalog import request_body as body
from pipeline.catalog.ban_query import hit_by, without
from pipeline.catalog.explained import Explanation, explained
from pipeline.catalog.index_words import IndexWords
from pipeline.catalog.keyboard import other_layout
from pipeline.catalog.line import Line, keys_of, line_of, lines_of, ordered, spread
from pipeline.catalog.mapping import document
from pipeline.catalog.meaning_query import likeness, told_apart
from pipeline.catalog.page import Kind, SearchPage
from pipeline.catalog.plan import Plan, is_sold, plan, replaced
from pipeline.catalog.proofs import WEIGHTS, Clause, Weights, named
from pipeline.catalog.request import LAST_HIT, SearchRequest
from pipeline.catalog.response_parsing import Buckets, Found, Hit, indexed, scores
from pipeline.catalog.similar import like
from pipeline.catalog.spelling import checks, choice, doubts
from pipeline.catalog.synonyms import Synonyms
from pipeline.catalog.understood import UnderstoodRequest, is_article, rest_of, what_is_near
from pipeline.catalog.vocabulary import Vocabulary
from pipeline.contracts.messages import Product
from pipeline.meaning.model import Encoder, Vector
from pipeline.text.lacking import wish

Allowed = Callable[[Product], bool]

# Among the first lines, so many at most of one shop; those of others are looked for so far down. So many are told apart
# by their meaning, too.
_FIRST, _OF_A_SHOP, _WINDOW = 5, 2, 60
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
        currency: str = "RUB",
        encoder: Encoder | None = None,
        weights: Weights = WEIGHTS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`currency`: in which prices are compared; that of the index. Without an encoder, words alone count."""
        self._client = client
        self._alias = alias
        self._words = IndexWords(client, alias, clock)
        self._currency = currency
        self._encoder = encoder
        self._weights = weights
        self._synonyms = Synonyms({} if synonyms is None else synonyms)

    async def search(self, request: SearchRequest, allowed: Allowed | None = None) -> SearchPage:
        """One page. Products that `allowed` turns down are never shown, and the page is filled without them."""
        started = time.perf_counter()
        vocabulary = await self._words.vocabulary()
        understood, corrected = await self._understood(request.text, vocabulary)
        asked = UnderstoodRequest.of(understood, request, self._weights)
        # The words are looked for while their meaning is made out.
        found, vector = await asyncio.gather(self._whole(asked, allowed), self._meaning(understood, vocabulary))
        asked = replace(asked, vector=vector)
        exact = bool(found.exact) and is_article(understood.code)
        if exact:
            asked = replace(asked, wanted=named(understood))
            found = await self._whole(asked, allowed)
        found, (near, near_query) = await asyncio.gather(
            self._arranged(found, asked), self._near(asked, found, allowed, exact=exact)
        )
        here = (found.hits[request.offset : request.until], rest_of(near, request, found.total))
        lines = await self._lines(asked.offers, here[0], found, allowed)
        if near_query is not None:
            lines |= await self._lines(near_query, here[1], near, allowed)
        kind: Kind = "corrected" if corrected else "found"
        if not found.total:
            kind = "nearest" if near.total else "nothing"
        return SearchPage.model_construct(
            products=tuple(product for product, _ in here[0]),
            near=tuple(product for product, _ in here[1]),
            scores=tuple(score for part in here for _, score in part),
            total=found.total,
            near_total=near.total,
            kind=kind,
            corrected=corrected if found.total or near.total else None,
            makers=tuple(" ".join(slot.words) for slot in understood.slots if slot.is_brand),
            exact=exact,
            lines=lines,
            beyond=None if found.total else found.beyond,
            no_rate=found.no_rate,
            facets=found.facets if found.total else near.facets,
            took_ms=(time.perf_counter() - started) * 1000,
        )

    async def explain(self, request: SearchRequest, product: Product) -> Explanation:
        """What the request's words and filters come to for a product, as it would be indexed now."""
        understood, corrected = await self._understood(request.text, await self._words.vocabulary())
        return explained(understood, corrected, request, document(product, self._currency))

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
        """Products of the same kind, nearest first, one of a line, those of the product's own model left out."""
        query = like(product)
        found = await self._passed(lambda size: body.hits(query, "relevance", size, by_offer=False), size, allowed)
        return tuple(other for other, _ in found.hits[:size])

    async def together(self, product: Product, allowed: Allowed | None = None) -> tuple[Product, ...]:
        """The offers of the same model, itself among them: its variants, and what other shops have of it."""
        asked = body.same_as(keys_of(product))
        offers = Found.of((await self._client.search(index=self._alias, body=asked)).body).hits
        return tuple(other for other, _ in offers if allowed is None or allowed(other))

    async def lines(self, products: Sequence[Product], allowed: Allowed | None = None) -> dict[str, Line]:
        """What lists tell of those of the products that are more than one offer, by offer id."""
        if not products:
            return {}
        asked = body.same_as(list(map(line_of, products)))
        offers = Found.of((await self._client.search(index=self._alias, body=asked)).body).hits
        good = (product for product, _ in offers if allowed is None or allowed(product))
        return lines_of(products, good, self._currency)

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

    async def categories(
        self, rule: Rule | None = None, left_out: Sequence[Rule] = (), *, lines: bool = False
    ) -> tuple[tuple[str, int], ...]:
        """The categories of products that a ban rule hits (or of all), with how many each, the most first, 1,000.

        `left_out`: nothing that one of these rules stops is counted. `lines`: what a list would show is counted, a
        model once, instead of offers.
        """
        return await self._counted("category_facet", rule, left_out, lines=lines)

    async def shops(
        self, rule: Rule | None = None, left_out: Sequence[Rule] = (), *, lines: bool = False
    ) -> tuple[tuple[str, int], ...]:
        """The shops whose products in the index a ban rule hits (or all), with how many each, the most first, 1,000.

        `left_out` and `lines` as in `categories`.
        """
        return await self._counted("seller", rule, left_out, lines=lines)

    async def _counted(
        self, field: str, rule: Rule | None, left_out: Sequence[Rule], *, lines: bool
    ) -> tuple[tuple[str, int], ...]:
        query = without({"match_all": {}} if rule is None else hit_by(rule), left_out)
        asked = {"values": body.values(field, 1_000, by_offer=not lines)}
        answer = await self._client.search(index=self._alias, size=0, query=query, aggs=asked)
        return tuple(Buckets.of(answer.body).terms("values"))

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
        # «Рюкзак» on the other layout is "h.rpfr": two words, and none that anybody sells.
        is_meant = len(typed.unknown) < len(understood.unknown) and all(
            is_sold(each, vocabulary) for each in typed.slots
        )
        if is_meant and not any(counts[doubt.word] for doubt in doubted):
            return typed, typed.text
        corrected = understood
        for doubt in doubted:
            if meant := choice(doubt, counts):
                corrected = replaced(corrected, doubt.word, meant, vocabulary, self._synonyms)
        return (understood, None) if corrected is understood else (corrected, corrected.text)

    async def _meaning(self, understood: Plan, vocabulary: Vocabulary) -> Vector | None:
        """What the words that are wanted mean; None where only words count, or an index without vectors is searched."""
        if self._encoder is None or not vocabulary.has_meanings or not understood.slots:
            return None
        return (await asyncio.to_thread(self._encoder.vectors, [wish(understood.text).text]))[0]

    async def _whole(self, asked: UnderstoodRequest, allowed: Allowed | None) -> Found:
        """What is found, at least as far as the page goes."""
        request = asked.request
        until = max(request.until, _WINDOW) if self._arranges(request) else request.until
        return await self._passed(
            lambda size: body.answer(asked.query, asked.wanted, asked.plan, request, size), until, allowed
        )

    def _arranges(self, request: SearchRequest) -> bool:
        """Whether the page is one of those whose order is more than that of the words."""
        first = request.sort == "relevance" and bool(request.size) and request.offset < _WINDOW
        return first and not request.cheaper and not (request.by_offer and self._encoder is None)

    async def _arranged(self, found: Found, asked: UnderstoodRequest) -> Found:
        """The first hits told apart by their meaning, and spread over shops."""
        if not self._arranges(asked.request) or not found.hits:
            return found
        first = found.hits[:_WINDOW]
        if asked.vector is not None:
            likely = likeness(asked.vector, [product.offer_id for product, _ in first])
            alike = scores((await self._client.search(index=self._alias, body=likely)).body)
            first = told_apart(first, alike, self._weights)
        if not asked.request.by_offer:
            first = spread(first, _FIRST, _OF_A_SHOP)
        return replace(found, hits=(*first, *found.hits[_WINDOW:]))

    async def _near(
        self, asked: UnderstoodRequest, found: Found, allowed: Allowed | None, *, exact: bool
    ) -> tuple[Found, Clause | None]:
        """What comes after what is found, and the query for it."""
        request = asked.request
        # Who counts what was found, or knows the article, has no use for what comes near it.
        if exact or (found.total and not request.size):
            return Found((), 0), None
        query, sort, most = what_is_near(asked, found)
        if query is None or not most:
            return Found((), 0), None
        # Any order but theirs is one of the same products: the nearest are taken first, and then put in order.
        until = min(request.until - found.total, most) if sort == request.sort == "relevance" else most
        near = await self._passed(
            lambda size: body.hits(query, sort, size, by_offer=request.by_offer, facets=not found.total),
            max(until, 0),
            allowed,
        )
        hits = near.hits[:most]
        if sort == "relevance" != request.sort:
            hits = ordered(hits, request.sort, self._currency)
        return replace(near, hits=hits, total=min(near.total, most)), query

    async def _lines(
        self, query: Clause, shown: Sequence[Hit], found: Found, allowed: Allowed | None
    ) -> dict[str, Line]:
        """What is told of those of the shown lines that are more than one offer."""
        if not found.folded or not shown:
            return {}
        products = [product for product, _ in shown]
        asked = body.standing_with(query, list(map(line_of, products)))
        offers = Found.of((await self._client.search(index=self._alias, body=asked)).body).hits
        good = (product for product, _ in offers if allowed is None or allowed(product))
        return lines_of(products, good, self._currency)

    async def _passed(
        self,
        asked: Callable[[int], Clause],
        until: int,
        allowed: Allowed | None,
    ) -> Found:
        """At least the first `until` hits that are allowed, if there are as many."""
        size = until if allowed is None else until + _SPARE
        while True:
            found = await self._ask(asked(size))
            passed = tuple(hit for hit in found.hits if allowed is None or allowed(hit[0]))
            if allowed is None or len(passed) >= until or len(found.hits) < size or size >= 10 * LAST_HIT:
                refused = len(found.hits) - len(passed)
                return replace(found, hits=passed, total=found.total - refused)
            size = min(2 * size, 10 * LAST_HIT)

    async def _ask(self, asked: Clause) -> Found:
        answer = await self._client.search(index=self._alias, body=asked)
        return Found.of(answer.body)
