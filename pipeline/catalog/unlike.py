"""Products in an order that begins with the three most unlike each other. Pure."""

from collections.abc import Sequence

from pipeline.contracts.messages import Product

UNLIKE = 3


def unlike_first(products: Sequence[Product]) -> tuple[Product, ...]:
    """The first product, those farthest from the ones before, up to three; then the others as they came."""
    chosen = list(products[:1])
    rest = list(products[1:])
    while rest and len(chosen) < UNLIKE:
        farthest = max(rest, key=lambda each: min(_distance(each, other) for other in chosen))
        chosen.append(farthest)
        rest.remove(farthest)
    return (*chosen, *rest)


def _distance(one: Product, other: Product) -> float:
    """0 to 6: another top of the categories, category and brand count most, then the words of the names."""
    top = one.category.split("/")[0].strip() != other.category.split("/")[0].strip()
    words, others = set(one.name.casefold().split()), set(other.name.casefold().split())
    alike = len(words & others) / max(len(words | others), 1)
    return 2.0 * top + 2.0 * (one.category != other.category) + (one.brand != other.brand) + 1.0 - alike
