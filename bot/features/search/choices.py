"""What a list can be narrowed by at this moment, and how many products each choice would leave."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import pairwise

from bot.products.list_state import ListState
from bot.products.list_words import Band
from pipeline.catalog.page import Facets, SearchPage

Values = tuple[tuple[str, int], ...]
Look = Callable[[ListState], Awaitable[SearchPage]]

NO_BAND: Band = (None, None)
# Steps of 1, 2 and 5 times a power of ten make prices that people think in.
STEPS = (1, 2, 5)
# What each filter is without its choice.
UNCHOSEN: dict[str, dict[str, object]] = {
    "category": {"category": None},
    "brands": {"brands": ()},
    "shops": {"shops": ()},
    "price": {"price_min": None, "price_max": None, "currency": "", "rate": 0.0},
}


@dataclass(frozen=True, slots=True)
class Choices:
    """The page that the list would show, and the values of each filter as all other filters leave them.

    What is chosen is among them, whatever is left of it. `in_stock`: how many of the list's products are.
    """

    page: SearchPage
    categories: Values = ()
    brands: Values = ()
    shops: Values = ()
    prices: tuple[tuple[Band, int], ...] = ()
    in_stock: int = 0


def band_of(state: ListState) -> Band:
    """The prices that are chosen."""
    return state.price_min, state.price_max


async def values_of(state: ListState, by: str, look: Look) -> Choices:
    """The values of one filter alone (c category, b brand, h shop, p price): what the mark of a button may stand for.

    One search instead of a panel's ten; prices are not counted.
    """
    without = UNCHOSEN[{"c": "category", "b": "brands", "h": "shops", "p": "price"}[by]]
    page = await look(state.model_copy(update=without))
    facets = page.facets
    return Choices(
        page=page,
        categories=facets.categories,
        brands=_with(facets.brands, state.brands),
        shops=_with(facets.shops, state.shops),
        prices=tuple((band, 0) for band in bands(facets)),
    )


async def choices_of(state: ListState, look: Look) -> Choices:
    """Ask for the list, and for what it would be without each of its filters; raises what `look` raises."""
    without = {name: state.model_copy(update=update) for name, update in UNCHOSEN.items()}
    in_stock = state.model_copy(update={"in_stock": True})
    # A filter that is not set leaves the list as it is, and is not asked for again.
    asked = list(dict.fromkeys((state, in_stock, *without.values())))
    pages = dict(zip(asked, await asyncio.gather(*map(look, asked)), strict=True))
    facets = {name: pages[other].facets for name, other in without.items()}
    return Choices(
        page=pages[state],
        categories=_with(facets["category"].categories, (state.category,) if state.category else ()),
        brands=_with(facets["brands"].brands, state.brands),
        shops=_with(facets["shops"].shops, state.shops),
        prices=await _priced(state, bands(facets["price"]), pages[state].total, look),
        in_stock=pages[in_stock].total,
    )


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


async def _priced(state: ListState, offered: tuple[Band, ...], total: int, look: Look) -> tuple[tuple[Band, int], ...]:
    """The ranges of prices in which there is something, with how many; first one that was typed and is none of them."""
    chosen = band_of(state)
    others = [band for band in offered if band != chosen]
    narrower = [state.model_copy(update={"price_min": low, "price_max": high}) for low, high in others]
    counts = {chosen: total} | {
        band: page.total for band, page in zip(others, await asyncio.gather(*map(look, narrower)), strict=True)
    }
    typed = () if chosen in {NO_BAND, *offered} else (chosen,)
    return tuple((band, counts[band]) for band in (*typed, *offered) if counts[band] or band == chosen)


def _with(values: Values, chosen: tuple[str, ...]) -> Values:
    """The values, and after them what is chosen and nothing has any more."""
    return (*values, *((value, 0) for value in chosen if value not in dict(values)))
