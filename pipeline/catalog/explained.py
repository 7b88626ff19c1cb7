"""Why a product stands where it stands in an answer, or does not: a plan and one product's document, compared. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.catalog import request_body as body
from pipeline.catalog.clause_holds import holds
from pipeline.catalog.mapping import Document
from pipeline.catalog.plan import Plan, QuerySlot
from pipeline.catalog.proofs import WEIGHTS, Weights, field_proofs, filled, lacking, named, of_its_kind, unwanted
from pipeline.catalog.request import SearchRequest

Role = Literal["kind", "noun", "maker", "word"]
Standing = Literal["exact", "found", "described", "other_kind", "part", "unwanted", "none"]
Extra = Literal["head", "category_head", "maker", "in_stock", "lacking"]
Filter = Literal["price", "no_rate", "shop", "brand", "category", "stock"]


@dataclass(frozen=True, slots=True)
class WordFound:
    """A part of the query, and the fields of the product that fill it with what each is worth, the most first.

    `by`: what fills it, where that is not the word itself. Without fields the product lacks it.
    """

    said: str
    role: Role
    fields: tuple[tuple[str, float], ...]
    by: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a query's words and filters come to for one product.

    `standing`: found; told by the description alone; sorted as another kind of thing; has a part of the words; has what
    is not wanted; has nothing of it. `corrected`: the text that was looked for instead. `unwanted`: phrases that are
    not wanted, each with whether the product has them. `extras`: what raises it beside its words, and by how much.
    `against`: the filters that leave it out.
    """

    standing: Standing
    words: tuple[WordFound, ...]
    corrected: str | None = None
    unwanted: tuple[tuple[str, bool], ...] = ()
    extras: tuple[tuple[Extra, float], ...] = ()
    against: tuple[Filter, ...] = ()

    @property
    def shows(self) -> bool:
        """Whether the product is among what is found."""
        return self.standing in ("exact", "found") and not self.against


def explained(
    plan: Plan, corrected: str | None, request: SearchRequest, document: Document, weights: Weights = WEIGHTS
) -> Explanation:
    """What the plan of the request's text and its filters come to for the document."""
    has = [holds(clause, document) for clause in unwanted(plan)]
    return Explanation(
        standing=_standing(plan, document, unwanted_too=any(has)),
        words=tuple(_word(slot, document, weights) for slot in plan.slots),
        corrected=corrected,
        unwanted=tuple((" ".join(slot.words), hit) for slot, hit in zip(plan.unwanted, has, strict=True)),
        extras=tuple(_extras(plan, document, weights)),
        against=tuple(_against(request, document)),
    )


def _standing(plan: Plan, document: Document, *, unwanted_too: bool) -> Standing:
    if plan.code and holds(named(plan), document):
        return "exact"
    if unwanted_too:
        return "unwanted"
    missing = [slot for slot in plan.slots if not holds(filled(slot), document)]
    if missing:
        # A strap has the word «часы», and is called otherwise.
        if all(slot.is_kind and _word(slot, document, WEIGHTS).fields for slot in missing):
            return "other_kind"
        return "part" if len(missing) < len(plan.slots) else "none"
    if holds(body.found(plan), document):
        return "found"
    kinds = [of_its_kind(slot) for slot in plan.slots if slot.is_head and slot.is_kind]
    return "described" if all(holds(clause, document) for clause in kinds) else "other_kind"


def _word(slot: QuerySlot, document: Document, weights: Weights) -> WordFound:
    best: dict[str, tuple[float, tuple[str, ...]]] = {}
    for alternative in slot.alternatives:
        for name, worth, clause in field_proofs(alternative, weights):
            if worth > best.get(name, (0.0, ()))[0] and holds(clause, document):
                best[name] = (worth, alternative.terms)
    fields = sorted(((name, best[name][0]) for name in weights.fields if name in best), key=lambda each: -each[1])
    by = best[fields[0][0]][1] if fields else ()
    own = slot.alternatives[0].terms if slot.alternatives else ()
    role: Role = "kind" if slot.is_kind else "noun" if slot.is_head else "maker" if slot.is_brand else "word"
    return WordFound(" ".join(slot.words), role, tuple(fields), "" if by == own else " ".join(by))


def _extras(plan: Plan, document: Document, weights: Weights) -> Iterator[tuple[Extra, float]]:
    if not {*plan.heads}.isdisjoint(document["category_heads"]):
        yield "category_head", weights.category_head
    brands = {*document["brand"].split()}
    for slot in plan.slots:
        if slot.is_brand and any(each.terms[0] in brands for each in slot.alternatives if len(each.terms) == 1):
            yield "maker", weights.maker
    if any(holds(clause, document) for clause in lacking(plan, weights)):
        yield "lacking", weights.lacking
    if document["available"] > 0:
        yield "in_stock", weights.in_stock
    if not {*plan.heads}.isdisjoint(document["heads"].split()):
        yield "head", weights.head


def _against(request: SearchRequest, document: Document) -> Iterator[Filter]:
    if any(not holds(clause, document) for clause in body.priced(request)):
        yield "no_rate" if document["no_rate"] else "price"
    named_filters: tuple[tuple[Filter, SearchRequest], ...] = (
        ("shop", SearchRequest(text="", shops=request.shops)),
        ("brand", SearchRequest(text="", brands=request.brands)),
        ("category", SearchRequest(text="", category=request.category)),
        ("stock", SearchRequest(text="", in_stock=request.in_stock)),
    )
    for name, alone in named_filters:
        if any(not holds(clause, document) for clause in body.narrowing(alone)):
            yield name
