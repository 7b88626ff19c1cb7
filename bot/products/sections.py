"""Whether two products are of sections that have to do with one another. Pure."""

from bot.ui.text import clean
from pipeline.contracts.messages import Product

DIVIDER = " / "


def related(one: Product, other: Product) -> bool:
    """Whether the products are of one section, of two that stand beside each other, or of one within the other.

    A product without a section says nothing against it.
    """
    left, right = _path(one.category), _path(other.category)
    if not left or not right:
        return True
    shared = min(len(left), len(right))
    return left[:shared] == right[:shared] or (left[:-1] == right[:-1] and len(left) > 1)


def _path(category: str) -> list[str]:
    return [part for part in (clean(part).casefold() for part in category.split(DIVIDER)) if part]
