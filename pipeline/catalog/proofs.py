"""What proves that a product is meant: the slots of a plan as clauses of a search. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipeline.catalog.mapping import IN_PASSING
from pipeline.catalog.plan import Alternative, Plan, QuerySlot

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
    # How alike in meaning, 0 to 1, of what has the words; of what has not all of them. Below the cosine
    # `least_alike`, the latter is not shown.
    meaning: float = 10.0
    neighbour: float = 30.0
    least_alike: float = 0.2


WEIGHTS = Weights()
_NAMING_FIELDS = ("name", "category", "tags")
_PHRASE_FIELDS = (*_NAMING_FIELDS, "lead", "description", "purpose", "specifications")
_STATED_FIELDS = (*_NAMING_FIELDS, "specifications")
_NEAR_FIELDS = ("name", "lead", "description")
_SLOP = 3


def named(plan: Plan) -> Clause:
    """Products whose id (with its shop or without) or article is the text."""
    return {"term": {"exact": plan.code}}


def apart_terms(slot: QuerySlot) -> tuple[str, ...]:
    """The words of a phrase that was typed: one of them is less than the phrase, and more than nothing."""
    return next((each.terms for each in slot.alternatives if each.apart and len(each.terms) > 1), ())


def worth(slot: QuerySlot, weights: Weights) -> float:
    """How much lacking this slot costs."""
    return weights.kind_lacking if slot.is_kind else 1.0


def proofs(plan: Plan, weights: Weights) -> list[Clause]:
    """All that raises a product that fills the slots."""
    found = [_best(_in_fields(slot.alternatives, weights)) for slot in plan.slots]
    for terms, where, boost in (
        (plan.heads, "heads", weights.head),
        (plan.heads, "category_heads", weights.category_head),
    ):
        if terms:
            found.append({"constant_score": {"filter": {"terms": {where: list(terms)}}, "boost": boost}})
    found.append({"constant_score": {"filter": {"range": {"available": {"gt": 0}}}, "boost": weights.in_stock}})
    found += lacking(plan, weights)
    if plan.letters:
        called = {"terms": {"name": list(plan.letters)}}
        found.append({"constant_score": {"filter": called, "boost": weights.letter}})
    for slot in plan.slots:
        if slot.is_brand:
            names = [alternative.terms[0] for alternative in slot.alternatives if len(alternative.terms) == 1]
            found.append({"constant_score": {"filter": {"terms": {"brand": names}}, "boost": weights.maker}})
    if len(plan.slots) > 1:
        text = " ".join(each for slot in plan.slots for each in slot.alternatives[0].terms)
        boosts = ((name, weights.near * weights.fields[name]) for name in _NEAR_FIELDS)
        found.append(
            _best({"match_phrase": {name: {"query": text, "slop": _SLOP, "boost": boost}}} for name, boost in boosts)
        )
    return found


def lacking(plan: Plan, weights: Weights) -> list[Clause]:
    """Proofs that the thing lacks what is not wanted: its shop says so, by the name or in passing."""
    found: list[Clause] = []
    for slot in plan.unwanted:
        terms = [each.terms[-1] for each in slot.alternatives]
        for said, boost in (
            (terms, weights.lacking),
            ([IN_PASSING + each for each in terms], weights.said_lacking),
        ):
            found.append({"constant_score": {"filter": {"terms": {"lacking": said}}, "boost": boost}})
    if plan.free_of:
        found.append(
            {"constant_score": {"filter": {"terms": {"everything": list(plan.free_of)}}, "boost": weights.lacking}}
        )
    return found


def unwanted(plan: Plan) -> list[Clause]:
    """Products of which it is stated that they are, or have, what is not wanted; and not that they lack it."""
    return [
        bool_of(
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
    return [clause for each in alternatives for _, _, clause in field_proofs(each, weights)]


def field_proofs(alternative: Alternative, weights: Weights) -> Iterator[tuple[str, float, Clause]]:
    """Each field that may prove the alternative, what that is worth, and the clause of a search that says so."""
    for name, weight in weights.fields.items():
        boost = weight * alternative.weight
        if alternative.begins:
            yield name, boost, {"prefix": {name: {"value": alternative.terms[0], "boost": boost}}}
        elif len(alternative.terms) == 1:
            yield name, boost, {"term": {name: {"value": alternative.terms[0], "boost": boost}}}
        elif alternative.apart:
            said = {"query": " ".join(alternative.terms), "operator": "and", "boost": boost}
            yield name, boost, {"match": {name: said}}
        elif name in _PHRASE_FIELDS:
            yield name, boost, {"match_phrase": {name: {"query": " ".join(alternative.terms), "boost": boost}}}


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
    for phrase in phrases:
        stands: list[Clause] = [{"match_phrase": {name: {"query": phrase}}} for name in texts]
        # «Ремешки для умных часов» has the phrase, and is called otherwise.
        called: Clause = {"match": {words: {"query": phrase, "operator": "and"}}}
        ways += [bool_of(filter=[called, any_of(stands)])] if slot.is_kind else stands
    return any_of(ways)


def of_its_kind(slot: QuerySlot) -> Clause:
    """Products that are what the slot's noun says, not only tagged with it: a strap for watches is no watch.

    What the shop sorted nowhere may be anything.
    """
    nouns = sorted({each.terms[-1] for each in slot.alternatives if not each.begins})
    unsorted = bool_of(must_not=[{"exists": {"field": "category_heads"}}])
    return any_of([{"terms": {"heads": nouns}}, {"terms": {"category_heads": nouns}}, unsorted])


def exact_text(plan: Plan, weights: Weights) -> list[Clause]:
    """The product whose id or article the text is, above all others."""
    return [{"constant_score": {"filter": {"term": {"exact": plan.code}}, "boost": weights.exact}}] if plan.code else []


def bool_of(**parts: Sequence[Clause]) -> Clause:
    """A clause of these parts, the empty ones left out."""
    return {"bool": {name: list(clauses) for name, clauses in parts.items() if clauses}}


def any_of(clauses: Sequence[Clause]) -> Clause:
    """Whatever one of the clauses lets through."""
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def _best(clauses: Iterable[Clause]) -> Clause:
    return {"dis_max": {"queries": list(clauses), "tie_breaker": 0.0}}
