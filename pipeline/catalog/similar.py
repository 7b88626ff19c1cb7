"""Which products are like a product, by what the shop says of both."""

from pipeline.catalog.head_nouns import heads, parts
from pipeline.catalog.line import keys_of
from pipeline.catalog.proofs import Clause
from pipeline.contracts.messages import Product

_MOST_TERMS = 12


def like(product: Product) -> Clause:
    """Products of the same category or noun, nearer in name and brand the higher; none of its own model."""
    name = parts(product.name, product.brand)
    kind: list[Clause] = [_constant("heads", noun, 4.0) for noun in name.heads]
    if product.category:
        kind.append(_constant("category_facet", product.category, 8.0))
        kind += [_constant("category_heads", noun, 2.0) for noun in heads(product.category.rsplit(" / ", 1)[-1])]
    asked: Clause = {"bool": {"should": kind, "minimum_should_match": 1}} if kind else {"match_all": {}}
    described: list[Clause] = [{"term": {"name": term}} for term in dict.fromkeys(name.thing[:_MOST_TERMS])]
    # Who looks at a strap for one watch wants another strap for it.
    described += [{"term": {"purpose": term}} for term in dict.fromkeys(name.purpose[:_MOST_TERMS])]
    return {
        "bool": {
            "must": [asked],
            "should": described,
            "must_not": [{"term": {"offer_id": product.offer_id}}, {"terms": {"same": list(keys_of(product))}}],
        }
    }


def _constant(where: str, value: str, boost: float) -> Clause:
    return {"constant_score": {"filter": {"term": {where: value}}, "boost": boost}}
