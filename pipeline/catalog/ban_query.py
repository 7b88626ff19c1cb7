"""A ban rule as a query: which products of the index it hits, by the same words as the filter decides."""

from collections.abc import Sequence

from pipeline.bans.rule import Kind, Rule
from pipeline.catalog.request_body import Clause
from pipeline.text.rule_words import forms


def hit_by(rule: Rule) -> Clause:
    """Products that the rule stops."""
    if rule.kind is Kind.KEYWORD:
        return {
            "intervals": {"ban_words": {"all_of": {"ordered": True, "max_gaps": 0, "intervals": _words(rule.value)}}}
        }
    where = {
        Kind.PRODUCT: "product_id" if rule.lacks_shop else "offer_id",
        Kind.SELLER: "seller",
        Kind.CATEGORY: "category_banned",
        Kind.BRAND: "brand_exact",
    }[rule.kind]
    return {"term": {where: rule.value}}


def without(query: Clause, rules: Sequence[Rule]) -> Clause:
    """What the query finds, with its scores, less what the rules stop."""
    return {"bool": {"must": [query], "must_not": [hit_by(rule) for rule in rules]}} if rules else query


def _words(phrase: str) -> list[Clause]:
    # Consecutive words, each in any of its forms, as `pipeline.bans.phrases` walks a text.
    return [
        {"any_of": {"intervals": [{"match": {"query": key}} for key in sorted(forms(word))]}} for word in phrase.split()
    ]
