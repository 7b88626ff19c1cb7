"""A plan and its narrowing as the body of a search. Pure: nothing here talks to a server."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipeline.bans.rule import category_path
from pipeline.catalog.mapping import IN_PASSING
from pipeline.catalog.plan import Alternative, Plan, QuerySlot
from pipeline.catalog.request import SearchRequest, Sort
from pipeline.text.letters import folded

Clause = dict[str, object]


@dataclass(frozen=True, slots=True)
class Weights:
    """What proves how much. A slot is worth its best field, so that saying a thing twice proves it once."""

    fields: Mapping[str, float] = field(
        default_factory=lambda: {
            "name": 1.0,
            "lead": 1.0,
            "description": 0.6,
            "purpose": 0.4,
            "category": 1.0,
            "brand": 1.0,
            "tags": 0.8,
            "specifications": 0.5,
            "codes": 1.0,
        }
    )
    # Above any score of a single word: who has all that was asked for comes before who has a part of it.
    coverage: float = 10.0
    # If something must be lacking, then any word rather than the kind of goods.
    kind_lacking: float = 3.0
    # The noun of the query is the noun of the name; of the category.
    head: float = 0.3
    category_head: float = 6.0
    # The word names a maker, and this is the maker's own.
    maker: float = 3.0
    # Of two equals, the one that can be bought.
    in_stock: float = 0.5
    # The thing is said not to have what is not wanted; that is said in passing.
    lacking: float = 6.0
    said_lacking: float = 2.0
    # A small word of the query is a name here.
    letter: float = 1.5
    # The words stand together.
    near: float = 1.5
    exact: float = 1000.0


WEIGHTS = Weights()
_NAMING_FIELDS = ("name", "category", "tags")
_PHRASE_FIELDS = (*_NAMING_FIELDS, "lead", "description", "purpose", "specifications")
_STATED_FIELDS = (*_NAMING_FIELDS, "specifications")
_NEAR_FIELDS = ("name", "lead", "description")
_SLOP = 3
# Among equals by id: what a person pages through keeps its order though shops send their feeds again.
_BY_ID: Clause = {"offer_id": "asc"}
_SORTS: Mapping[Sort, Sequence[Clause]] = {
    "relevance": [{"_score": "desc"}, _BY_ID],
    "price_asc": [{"price": {"order": "asc", "missing": "_last"}}, {"_score": "desc"}, _BY_ID],
    "price_desc": [{"price": {"order": "desc", "missing": "_last"}}, {"_score": "desc"}, _BY_ID],
    "newest": [{"created_at": {"order": "desc", "missing": "_last"}}, {"_score": "desc"}, _BY_ID],
}
_FACET_VALUES = 20
# Up to here, the most that Elasticsearch offers, lines are counted one by one; above it, to a percent or so.
_EXACT_COUNT = 40_000
_OFFERS_OF_LINES = 500


def all_of(plan: Plan, request: SearchRequest, weights: Weights = WEIGHTS) -> Clause:
    """Products that fill every slot, be it by their description, or whose id or article is the text; at any price."""
    if not plan.slots:
        asked: list[Clause] = [_bool(should=_lacking(plan, weights), filter=[{"match_all": {}}])]
        asked = asked if plan.unwanted or not plan.code else []
    else:
        asked = [_bool(filter=[filled(slot) for slot in plan.slots], should=_proofs(plan, weights))]
    return _bool(must=[_any([*asked, *_exact(plan, weights)])], filter=_narrowing(request), must_not=_unwanted(plan))


def found(plan: Plan) -> Clause:
    """Of those, what is found: what is stated to be what the query's noun says, its description apart.

    Where the query has no noun, one of its words must be stated. How the thing is may be told by its description alone:
    «наушники с шумоподавлением» are headphones first of all, and a watch to be worn «с футболкой» is no T-shirt.
    """
    if not plan.slots:
        return {"match_all": {}} if plan.unwanted or not plan.code else named(plan)
    heads = [filled(slot, "stated") for slot in plan.slots if slot.is_head]
    stated = heads or [_any([filled(slot, "stated") for slot in plan.slots])]
    # «Пылесос без мешка» is not found by «пылесос с мешком», although the word is there.
    terms = {each.terms[0] for slot in plan.slots for each in slot.alternatives if len(each.terms) == 1}
    lacks: Clause = {"terms": {"lacking": sorted(terms)}}
    return _any([_bool(filter=[*map(filled, plan.slots), *stated], must_not=[lacks]), *_exact(plan, WEIGHTS)])


def named(plan: Plan) -> Clause:
    """Products whose id (with its shop or without) or article is the text."""
    return {"term": {"exact": plan.code}}


def some_of(plan: Plan, request: SearchRequest, weights: Weights = WEIGHTS) -> Clause:
    """Products that come near: they fill some slots, or all of them with their description only; the more the first."""
    covered: list[Clause] = [
        {"constant_score": {"filter": filled(slot), "boost": weights.coverage * _worth(slot, weights)}}
        for slot in plan.slots
    ]
    covered += [
        _any([{"term": {"everything": word}} for word in words]) for slot in plan.slots if (words := _apart(slot))
    ]
    return _bool(
        must=[_any(covered)],
        should=_proofs(plan, weights),
        filter=[*_narrowing(request), *priced(request)],
        must_not=[found(plan), *_unwanted(plan)],
    )


def both(*clauses: Clause) -> Clause:
    """What all of the clauses let through, without a score."""
    return _bool(filter=clauses)


def only(query: Clause, filters: Sequence[Clause], left_out: Clause) -> Clause:
    """What the query finds and the filters let through, with its scores, less what another clause finds."""
    return _bool(must=[query], filter=filters, must_not=[left_out])


def answer(query: Clause, wanted: Clause, plan: Plan, request: SearchRequest, size: int) -> Clause:
    """The whole body for what is found: the first `size` lines of `wanted`, and what is told of all of them.

    `query` goes further than `wanted`: what it finds besides is counted as "described", and as "beyond" the price.
    """
    price = priced(request)
    here = _bool(filter=[wanted, *price])
    aggs: dict[str, Clause] = {
        "found": {"filter": here, "aggs": _facets(by_offer=request.by_offer)},
        "described": {"filter": _bool(filter=price, must_not=[wanted]), "aggs": _lines()},
        "exact": {"filter": _bool(filter=[named(plan), *price])},
    }
    if price:
        aggs["beyond"] = {"filter": wanted, "aggs": {"price": {"stats": {"field": "price"}}}}
        aggs["no_rate"] = {"filter": _bool(filter=[wanted, {"term": {"no_rate": True}}])}
    return hits(query, request.sort, size, by_offer=request.by_offer) | {"post_filter": here, "aggs": aggs}


def beyond(query: Clause, wanted: Clause, request: SearchRequest, prices: tuple[float, float]) -> tuple[Clause, Sort]:
    """What is nearest to a price that left nothing, and in which order: the cheapest above it, else the dearest below.

    `prices`: the lowest and the highest of all that there is.
    """
    if request.price_max is not None and prices[0] > request.price_max:
        return _bool(must=[query], filter=[wanted, {"range": {"price": {"gt": request.price_max}}}]), "price_asc"
    return _bool(must=[query], filter=[wanted, {"range": {"price": {"lt": request.price_min}}}]), "price_desc"


def hits(query: Clause, sort: Sort, size: int, *, by_offer: bool, facets: bool = False) -> Clause:
    """The first `size` lines or offers, and how many there are of either; with the facets of all if asked for."""
    aggs = _facets(by_offer=by_offer) if facets else {} if by_offer else _lines()
    body = page(query, sort, size, facets=False) | {"aggs": aggs}
    return body if by_offer else body | {"collapse": {"field": "line"}}


def standing_with(query: Clause, lines: Sequence[str]) -> Clause:
    """The offers behind these lines, as far as the query finds them."""
    body = some(_bool(filter=[query, {"terms": {"line": list(lines)}}]), _OFFERS_OF_LINES)
    return body | {"sort": [_BY_ID]}


def same_as(keys: Sequence[str]) -> Clause:
    """The offers that share one of the keys of a model."""
    return some({"terms": {"same": list(keys)}}, _OFFERS_OF_LINES) | {"sort": [_BY_ID]}


def _facets(*, by_offer: bool) -> Clause:
    return {
        **({} if by_offer else _lines()),
        "categories": values("category_facet", _FACET_VALUES, by_offer=by_offer),
        "brands": values("brand_facet", _FACET_VALUES, by_offer=by_offer),
        "shops": values("seller", _FACET_VALUES, by_offer=by_offer),
        "price": {"stats": {"field": "price"}},
    }


def values(field: str, size: int, *, by_offer: bool) -> Clause:
    """The values of a field with how many offers, or lines, have them."""
    lines = {} if by_offer else {"aggs": {"lines": {"cardinality": {"field": "line"}}}}
    return {"terms": {"field": field, "size": size}, **lines}


def _lines() -> dict[str, Clause]:
    return {"lines": {"cardinality": {"field": "line", "precision_threshold": _EXACT_COUNT}}}


def page(query: Clause, sort: Sort, size: int, *, facets: bool) -> Clause:
    """A whole body by offers: the first `size` hits, with the facets of all of them if asked for."""
    body: Clause = {"query": query, "size": size, "sort": _SORTS[sort], "track_scores": True, "track_total_hits": True}
    return body | {"aggs": _facets(by_offer=True)} if facets else body


def some(query: Clause, size: int) -> Clause:
    """Up to `size` documents as they are, in any order, each with its version."""
    return {"query": {"constant_score": {"filter": query}}, "size": size, "version": True, "track_total_hits": False}


def _apart(slot: QuerySlot) -> tuple[str, ...]:
    """The words of a phrase that was typed: one of them is less than the phrase, and more than nothing."""
    return next((each.terms for each in slot.alternatives if each.apart and len(each.terms) > 1), ())


def _worth(slot: QuerySlot, weights: Weights) -> float:
    return weights.kind_lacking if slot.is_kind else 1.0


def _proofs(plan: Plan, weights: Weights) -> list[Clause]:
    proofs = [_best(_in_fields(slot.alternatives, weights)) for slot in plan.slots]
    for terms, where, boost in (
        (plan.heads, "heads", weights.head),
        (plan.heads, "category_heads", weights.category_head),
    ):
        if terms:
            proofs.append({"constant_score": {"filter": {"terms": {where: list(terms)}}, "boost": boost}})
    proofs.append({"constant_score": {"filter": {"range": {"available": {"gt": 0}}}, "boost": weights.in_stock}})
    proofs += _lacking(plan, weights)
    if plan.letters:
        named = {"terms": {"name": list(plan.letters)}}
        proofs.append({"constant_score": {"filter": named, "boost": weights.letter}})
    for slot in plan.slots:
        if slot.is_brand:
            names = [alternative.terms[0] for alternative in slot.alternatives if len(alternative.terms) == 1]
            proofs.append({"constant_score": {"filter": {"terms": {"brand": names}}, "boost": weights.maker}})
    if len(plan.slots) > 1:
        text = " ".join(each for slot in plan.slots for each in slot.alternatives[0].terms)
        boosts = ((name, weights.near * weights.fields[name]) for name in _NEAR_FIELDS)
        proofs.append(
            _best({"match_phrase": {name: {"query": text, "slop": _SLOP, "boost": boost}}} for name, boost in boosts)
        )
    return proofs


def _lacking(plan: Plan, weights: Weights) -> list[Clause]:
    """Proofs that the thing lacks what is not wanted: its shop says so, by the name or in passing."""
    proofs: list[Clause] = []
    for slot in plan.unwanted:
        terms = [each.terms[-1] for each in slot.alternatives]
        for said, boost in (
            (terms, weights.lacking),
            ([IN_PASSING + each for each in terms], weights.said_lacking),
        ):
            proofs.append({"constant_score": {"filter": {"terms": {"lacking": said}}, "boost": boost}})
    if plan.free_of:
        proofs.append(
            {"constant_score": {"filter": {"terms": {"everything": list(plan.free_of)}}, "boost": weights.lacking}}
        )
    return proofs


def _unwanted(plan: Plan) -> list[Clause]:
    """Products of which it is stated that they are, or have, what is not wanted; and not that they lack it."""
    return [
        _bool(
            filter=[filled(slot, "stated")],
            must_not=[
                {
                    "terms": {
                        "lacking": [said + each.terms[-1] for each in slot.alternatives for said in ("", IN_PASSING)]
                    }
                }
            ],
        )
        for slot in plan.unwanted
    ]


def _in_fields(alternatives: Iterable[Alternative], weights: Weights) -> list[Clause]:
    found: list[Clause] = []
    for alternative in alternatives:
        for name, weight in weights.fields.items():
            boost = weight * alternative.weight
            if alternative.begins:
                found.append({"prefix": {name: {"value": alternative.terms[0], "boost": boost}}})
            elif len(alternative.terms) == 1:
                found.append({"term": {name: {"value": alternative.terms[0], "boost": boost}}})
            elif alternative.apart:
                said = {"query": " ".join(alternative.terms), "operator": "and", "boost": boost}
                found.append({"match": {name: said}})
            elif name in _PHRASE_FIELDS:
                found.append({"match_phrase": {name: {"query": " ".join(alternative.terms), "boost": boost}}})
    return found


def filled(slot: QuerySlot, where: Literal["everything", "stated"] = "everything") -> Clause:
    """Products that have what the slot asks for: anywhere, or in what their shop states of them beside a description.

    A kind of goods must be in what they are called, in either case.
    """
    words: str = where
    texts: Sequence[str] = _PHRASE_FIELDS if where == "everything" else _STATED_FIELDS
    if slot.is_kind:
        words, texts = "naming", _NAMING_FIELDS
    single = [each.terms[0] for each in slot.alternatives if len(each.terms) == 1 and not each.begins]
    several = [alternative for alternative in slot.alternatives if len(alternative.terms) > 1]
    phrases = [" ".join(alternative.terms) for alternative in several if not alternative.apart]
    ways: list[Clause] = [{"terms": {words: single}}] if single else []
    ways += [{"prefix": {words: {"value": each.terms[0]}}} for each in slot.alternatives if each.begins]
    ways += [
        {"match": {words: {"query": " ".join(alternative.terms), "operator": "and"}}}
        for alternative in several
        if alternative.apart
    ]
    ways += [{"match_phrase": {name: {"query": phrase}}} for phrase in phrases for name in texts]
    return _any(ways)


def _exact(plan: Plan, weights: Weights) -> list[Clause]:
    return [{"constant_score": {"filter": {"term": {"exact": plan.code}}, "boost": weights.exact}}] if plan.code else []


def priced(request: SearchRequest) -> list[Clause]:
    """The filter of prices, if there is one."""
    limits = {"gte": request.price_min, "lte": request.price_max}
    given = {name: limit for name, limit in limits.items() if limit is not None}
    return [{"range": {"price": given}}] if given else []


def _narrowing(request: SearchRequest) -> list[Clause]:
    """Every filter but that of prices."""
    found: list[Clause] = []
    if request.category is not None:
        found.append({"term": {"category_path": category_path(request.category)}})
    if request.brands:
        found.append({"terms": {"brand_exact": list(map(folded, request.brands))}})
    if request.shops:
        found.append({"terms": {"seller": list(request.shops)}})
    if request.in_stock:
        found.append({"range": {"available": {"gt": 0}}})
    if request.only:
        found.append({"terms": {"offer_id": list(request.only)}})
    return found


def _bool(**parts: Sequence[Clause]) -> Clause:
    return {"bool": {name: list(clauses) for name, clauses in parts.items() if clauses}}


def _any(clauses: Sequence[Clause]) -> Clause:
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def _best(clauses: Iterable[Clause]) -> Clause:
    return {"dis_max": {"queries": list(clauses), "tie_breaker": 0.0}}
