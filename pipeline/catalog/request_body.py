"""A plan and its narrowing as the body of a search. Pure: nothing here talks to a server."""

from collections.abc import Mapping, Sequence

from pipeline.bans.rule import category_path
from pipeline.catalog.ban_query import hit_by
from pipeline.catalog.meaning_query import neighbours
from pipeline.catalog.plan import Plan
from pipeline.catalog.proofs import (
    WEIGHTS,
    Clause,
    Weights,
    any_of,
    apart_terms,
    bool_of,
    exact_text,
    filled,
    lacking,
    named,
    of_its_kind,
    proofs,
    unwanted,
    worth,
)
from pipeline.catalog.request import SearchRequest, Sort
from pipeline.meaning.model import Vector
from pipeline.text.letters import folded

# Among equals by id: what a person pages through keeps its order though shops send their feeds again.
_BY_ID: Clause = {"offer_id": "asc"}
# An index of an older version does not know by how much prices have fallen.
_FALL: Clause = {"fall": {"order": "desc", "missing": "_last", "unmapped_type": "double"}}
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
        asked: list[Clause] = [bool_of(should=lacking(plan, weights), filter=[{"match_all": {}}])]
        asked = asked if plan.unwanted or not plan.code else []
    else:
        asked = [bool_of(filter=[filled(slot) for slot in plan.slots], should=proofs(plan, weights))]
    return bool_of(
        must=[any_of([*asked, *exact_text(plan, weights)])], filter=narrowing(request), must_not=unwanted(plan)
    )


def found(plan: Plan) -> Clause:
    """Of those, what is found: what is stated to be what the query's noun says, its description apart.

    Where the query has no noun, one of its words must be stated. How the thing is may be told by its description alone:
    «наушники с шумоподавлением» are headphones first of all, and a watch to be worn «с футболкой» is no T-shirt.
    """
    if not plan.slots:
        return {"match_all": {}} if plan.unwanted or not plan.code else named(plan)
    heads = [filled(slot, "stated") for slot in plan.slots if slot.is_head]
    heads += [of_its_kind(slot) for slot in plan.slots if slot.is_head and slot.is_kind]
    stated = heads or [any_of([filled(slot, "stated") for slot in plan.slots])]
    # «Пылесос без мешка» is not found by «пылесос с мешком», although the word is there.
    terms = {each.terms[0] for slot in plan.slots for each in slot.alternatives if len(each.terms) == 1}
    lacks: Clause = {"terms": {"lacking": sorted(terms)}}
    return any_of([bool_of(filter=[*map(filled, plan.slots), *stated], must_not=[lacks]), *exact_text(plan, WEIGHTS)])


def some_of(plan: Plan, request: SearchRequest, weights: Weights = WEIGHTS, vector: Vector | None = None) -> Clause:
    """Products that come near: they fill some slots, or all of them with their description only; the more the first.

    With the query's vector, also those that fill none, but mean nearly the same.
    """
    covered: list[Clause] = [
        {"constant_score": {"filter": filled(slot), "boost": weights.coverage * worth(slot, weights)}}
        for slot in plan.slots
    ]
    covered += [
        any_of([{"term": {"everything": word}} for word in words])
        for slot in plan.slots
        if (words := apart_terms(slot))
    ]
    if vector is not None:
        eligible = [*_eligible(plan, request), *priced(request)]
        covered.append(neighbours(vector, any_of(covered), eligible, weights))
    return bool_of(
        must=[any_of(covered)],
        should=proofs(plan, weights),
        filter=[*narrowing(request), *priced(request)],
        must_not=[found(plan), *unwanted(plan)],
    )


def both(*clauses: Clause) -> Clause:
    """What all of the clauses let through, without a score."""
    return bool_of(filter=clauses)


def only(query: Clause, filters: Sequence[Clause], left_out: Clause) -> Clause:
    """What the query finds and the filters let through, with its scores, less what another clause finds."""
    return bool_of(must=[query], filter=filters, must_not=[left_out])


def answer(query: Clause, wanted: Clause, plan: Plan, request: SearchRequest, size: int) -> Clause:
    """The whole body for what is found: the first `size` lines of `wanted`, and what is told of all of them.

    `query` goes further than `wanted`: what it finds besides is counted as "described", and as "beyond" the price.
    """
    price = priced(request)
    here = bool_of(filter=[wanted, *price])
    aggs: dict[str, Clause] = {
        "found": {"filter": here, "aggs": _facets(by_offer=request.by_offer)},
        "described": {"filter": bool_of(filter=price, must_not=[wanted]), "aggs": _lines()},
        "exact": {"filter": bool_of(filter=[named(plan), *price])},
    }
    if price:
        aggs["beyond"] = {"filter": wanted, "aggs": {"price": {"stats": {"field": "price"}}}}
        aggs["no_rate"] = {"filter": bool_of(filter=[wanted, {"term": {"no_rate": True}}])}
    body = hits(query, request.sort, size, by_offer=request.by_offer) | {"post_filter": here, "aggs": aggs}
    return body | {"sort": [_FALL, *_SORTS["relevance"]]} if request.cheaper and request.sort == "relevance" else body


def beyond(query: Clause, wanted: Clause, request: SearchRequest, prices: tuple[float, float]) -> tuple[Clause, Sort]:
    """What is nearest to a price that left nothing, and in which order: the cheapest above it, else the dearest below.

    `prices`: the lowest and the highest of all that there is.
    """
    if request.price_max is not None and prices[0] > request.price_max:
        return bool_of(must=[query], filter=[wanted, {"range": {"price": {"gt": request.price_max}}}]), "price_asc"
    return bool_of(must=[query], filter=[wanted, {"range": {"price": {"lt": request.price_min}}}]), "price_desc"


def hits(query: Clause, sort: Sort, size: int, *, by_offer: bool, facets: bool = False) -> Clause:
    """The first `size` lines or offers, and how many there are of either; with the facets of all if asked for."""
    aggs = _facets(by_offer=by_offer) if facets else {} if by_offer else _lines()
    body = page(query, sort, size, facets=False) | {"aggs": aggs}
    return body if by_offer else body | {"collapse": {"field": "line"}}


def standing_with(query: Clause, lines: Sequence[str]) -> Clause:
    """The offers behind these lines, as far as the query finds them."""
    body = some(bool_of(filter=[query, {"terms": {"line": list(lines)}}]), _OFFERS_OF_LINES)
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


def priced(request: SearchRequest) -> list[Clause]:
    """The filter of prices, if there is one."""
    limits = {"gte": request.price_min, "lte": request.price_max}
    given = {name: limit for name, limit in limits.items() if limit is not None}
    return [{"range": {"price": given}}] if given else []


def _eligible(plan: Plan, request: SearchRequest) -> list[Clause]:
    """What every neighbour in meaning must pass: the request's filters, the rules of bans, and what is not wanted."""
    left_out = [*unwanted(plan), *map(hit_by, request.without)]
    return [*narrowing(request), *([bool_of(must_not=left_out)] if left_out else [])]


def narrowing(request: SearchRequest) -> list[Clause]:
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
    if request.cheaper:
        found.append({"range": {"fall": {"gt": 0}}})
    if request.only:
        found.append({"terms": {"offer_id": list(request.only)}})
    return found
