"""A plan and its narrowing as the body of a search. Pure: nothing here talks to a server."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.bans.rule import category_path
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
    # The words stand together.
    near: float = 1.5
    exact: float = 1000.0


WEIGHTS = Weights()
_NAMING_FIELDS = ("name", "category", "tags")
_PHRASE_FIELDS = (*_NAMING_FIELDS, "lead", "description", "purpose", "specifications")
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


def all_of(plan: Plan, request: SearchRequest, weights: Weights = WEIGHTS) -> Clause:
    """Products that fill every slot, or whose id (with its shop or without) or article is the text."""
    if not plan.slots:
        asked: list[Clause] = [{"match_all": {}}] if not plan.code else []
    else:
        asked = [_bool(filter=[filled(slot) for slot in plan.slots], should=_proofs(plan, weights))]
    return _bool(must=[_any([*asked, *_exact(plan, weights)])], filter=_narrowing(request))


def some_of(plan: Plan, request: SearchRequest, weights: Weights = WEIGHTS) -> Clause:
    """Products that fill some slots but not all; who fills more comes first."""
    every = [filled(slot) for slot in plan.slots]
    covered: list[Clause] = [
        {"constant_score": {"filter": each, "boost": weights.coverage * _worth(slot, weights)}}
        for slot, each in zip(plan.slots, every, strict=True)
    ]
    covered += [
        _any([{"term": {"everything": word}} for word in words]) for slot in plan.slots if (words := _apart(slot))
    ]
    return _bool(
        must=[_any(covered)],
        should=_proofs(plan, weights),
        filter=_narrowing(request),
        must_not=[_bool(filter=every), *_exact(plan, weights)],
    )


def page(query: Clause, sort: Sort, size: int, *, facets: bool) -> Clause:
    """The whole body: the first `size` hits, with the facets of all that were found if asked for."""
    body: Clause = {"query": query, "size": size, "sort": _SORTS[sort], "track_scores": True, "track_total_hits": True}
    if facets:
        body["aggs"] = {
            "categories": {"terms": {"field": "category_facet", "size": _FACET_VALUES}},
            "brands": {"terms": {"field": "brand_facet", "size": _FACET_VALUES}},
            "price": {"stats": {"field": "price"}},
        }
    return body


def some(query: Clause, size: int) -> Clause:
    """Up to `size` documents as they are, in any order, each with its version."""
    return {"query": {"constant_score": {"filter": query}}, "size": size, "version": True, "track_total_hits": False}


def _apart(slot: QuerySlot) -> tuple[str, ...]:
    """The words of a phrase that was typed: one of them is less than the phrase, and more than nothing."""
    return next(
        (alternative.terms for alternative in slot.alternatives if alternative.apart and len(slot.words) > 1), ()
    )


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


def _in_fields(alternatives: Iterable[Alternative], weights: Weights) -> list[Clause]:
    found: list[Clause] = []
    for alternative in alternatives:
        for name, weight in weights.fields.items():
            boost = weight * alternative.weight
            if len(alternative.terms) == 1:
                found.append({"term": {name: {"value": alternative.terms[0], "boost": boost}}})
            elif alternative.apart:
                said = {"query": " ".join(alternative.terms), "operator": "and", "boost": boost}
                found.append({"match": {name: said}})
            elif name in _PHRASE_FIELDS:
                found.append({"match_phrase": {name: {"query": " ".join(alternative.terms), "boost": boost}}})
    return found


def filled(slot: QuerySlot) -> Clause:
    """Products that have what the slot asks for: anywhere, or in what they are called if it is a kind of goods."""
    where, texts = ("naming", _NAMING_FIELDS) if slot.is_kind else ("everything", _PHRASE_FIELDS)
    single = [alternative.terms[0] for alternative in slot.alternatives if len(alternative.terms) == 1]
    several = [alternative for alternative in slot.alternatives if len(alternative.terms) > 1]
    phrases = [" ".join(alternative.terms) for alternative in several if not alternative.apart]
    ways: list[Clause] = [{"terms": {where: single}}] if single else []
    ways += [
        {"match": {where: {"query": " ".join(alternative.terms), "operator": "and"}}}
        for alternative in several
        if alternative.apart
    ]
    ways += [{"match_phrase": {name: {"query": phrase}}} for phrase in phrases for name in texts]
    return _any(ways)


def _exact(plan: Plan, weights: Weights) -> list[Clause]:
    return [{"constant_score": {"filter": {"term": {"exact": plan.code}}, "boost": weights.exact}}] if plan.code else []


def _narrowing(request: SearchRequest) -> list[Clause]:
    found: list[Clause] = []
    if request.category is not None:
        found.append({"term": {"category_path": category_path(request.category)}})
    if request.brand is not None:
        found.append({"term": {"brand_exact": folded(request.brand)}})
    if request.price_min is not None or request.price_max is not None:
        limits = {"gte": request.price_min, "lte": request.price_max}
        found.append({"range": {"price": {name: limit for name, limit in limits.items() if limit is not None}}})
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
