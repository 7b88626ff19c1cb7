"""A ban rule as a query: which products of the index it hits, by the same words as the filter decides."""

from collections.abc import Iterable, Sequence

from pipeline.bans.rule import Kind, Rule
from pipeline.catalog.proofs import Clause
from pipeline.text.brand_names import brand_answers
from pipeline.text.rule_words import spellings


def hit_by(rule: Rule) -> Clause:
    """Products that the rule stops."""
    if rule.kind is Kind.KEYWORD:
        return {"intervals": {"ban_words": _any(_consecutive(spelling) for spelling in spellings(rule.value))}}
    if rule.kind is Kind.BRAND:
        return {"terms": {"brand_banned": list(brand_answers(rule.value))}}
    where = {
        Kind.PRODUCT: "product_id" if rule.lacks_shop else "offer_id",
        Kind.SELLER: "seller",
        Kind.CATEGORY: "category_banned",
    }[rule.kind]
    return {"term": {where: rule.value}}


def without(query: Clause, rules: Sequence[Rule]) -> Clause:
    """What the query finds, with its scores, less what the rules stop."""
    return {"bool": {"must": [query], "must_not": [hit_by(rule) for rule in rules]}} if rules else query


def _consecutive(spelling: Sequence[frozenset[str]]) -> Clause:
    # One after the other, as `pipeline.bans.phrases` walks a text.
    words = [_any({"match": {"query": key}} for key in sorted(keys)) for keys in spelling]
    return words[0] if len(words) == 1 else {"all_of": {"ordered": True, "max_gaps": 0, "intervals": words}}


def _any(intervals: Iterable[Clause]) -> Clause:
    return {"any_of": {"intervals": list(intervals)}}
