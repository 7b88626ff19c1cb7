"""What narrows a list, in words; and the states that one choice more or less leads to."""

from collections.abc import Callable
from itertools import pairwise

from bot.products.list_state import ListState
from bot.products.list_words import Band
from bot.ui.callback_ids import mark
from bot.ui.locale import Texts
from pipeline.catalog.page import Facets

# Steps of 1, 2 and 5 times a power of ten make prices that people think in.
STEPS = (1, 2, 5)
SORTS = ("relevance", "price_asc", "price_desc", "newest")


def sort_words(sort: str, texts: Texts) -> str:
    """The name of an order."""
    names: dict[str, Callable[[], str]] = {
        "relevance": lambda: texts.plain("Best match"),
        "price_asc": lambda: texts.plain("Lowest price"),
        "price_desc": lambda: texts.plain("Highest price"),
        "newest": lambda: texts.plain("Newest first"),
    }
    return names[sort]()


def bands(facets: Facets) -> tuple[Band, ...]:
    """Three or four ranges of round prices that part what was found; none when all cost the same."""
    low, high = facets.price_min, facets.price_max
    if low is None or high is None or high <= low:
        return ()
    cuts: list[float] = []
    for share in (0.2, 0.45, 0.75):
        # Prices are spread over orders of magnitude, so the cuts are made on that scale.
        at = round_price(low * (high / low) ** share if low > 0 else high * share)
        if low < at < high and at not in cuts:
            cuts.append(at)
    ends: list[float | None] = [None, *cuts, None]
    return tuple(pairwise(ends)) if cuts else ()


def round_price(value: float) -> float:
    """The nearest of …, 100, 200, 500, 1000, 2000, 5000, …"""
    power = 10.0 ** (len(str(int(max(value, 1)))) - 1)
    return min((step * power for step in (*STEPS, 10)), key=lambda candidate: abs(candidate - value))


def narrowed(state: ListState, by: str, value: str, facets: Facets) -> ListState | None:
    """The state after a choice of a panel; an empty value takes the filter away.

    `by` is c category, b brand, p price, s order, k in stock, a all filters. None when what the mark stands for is no
    longer among the choices.
    """
    changes: dict[str, Callable[[], dict[str, object] | None]] = {
        "a": lambda: ListState(text=state.text, sort=state.sort).model_dump(),
        "k": lambda: {"in_stock": bool(value)},
        "s": lambda: {"sort": value} if value in SORTS else None,
        "p": lambda: _price(value, facets),
        "c": lambda: _named("category", value, facets.categories),
        "b": lambda: _named("brand", value, facets.brands),
    }
    change = changes[by]() if by in changes else None
    return None if change is None else ListState.model_validate(state.model_dump(exclude={"at"}) | change)


def _price(value: str, facets: Facets) -> dict[str, object] | None:
    if not value:
        return {"price_min": None, "price_max": None}
    chosen = next((band for band in bands(facets) if mark(repr(band)) == value), None)
    return None if chosen is None else {"price_min": chosen[0], "price_max": chosen[1]}


def _named(field: str, value: str, values: tuple[tuple[str, int], ...]) -> dict[str, object] | None:
    if not value:
        return {field: None}
    name = next((name for name, _ in values if mark(name) == value), None)
    return None if name is None else {field: name}
