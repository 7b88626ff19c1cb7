"""What narrows a list, in words; and the states that one choice more or less leads to."""

from collections.abc import Callable

from bot.features.search.choices import Choices, Values
from bot.products.list_state import ListState
from bot.products.list_words import Band
from bot.ui.callback_ids import mark
from bot.ui.locale import Texts

_IN_OUR_CURRENCY: dict[str, object] = {"currency": "", "rate": 0.0}
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


def narrowed(state: ListState, by: str, value: str, choices: Choices) -> ListState | None:
    """The state after a choice: what was chosen already is taken away, and so is the whole filter by an empty value.

    `by` is c category, b brand, h shop, p price, s order, k in stock, d cheaper than before, a all filters. None when
    what the mark stands for is no longer among the choices.
    """
    changes: dict[str, Callable[[], dict[str, object] | None]] = {
        "a": lambda: ListState(text=state.text, sort=state.sort).model_dump(),
        "d": lambda: {"cheaper": bool(value)},
        "k": lambda: {"in_stock": bool(value)},
        "s": lambda: {"sort": value} if value in SORTS else None,
        "p": lambda: _price(state, value, choices),
        "c": lambda: _category(state, value, choices),
        "b": lambda: _several("brands", state.brands, value, choices.brands),
        "h": lambda: _several("shops", state.shops, value, choices.shops),
    }
    change = changes[by]() if by in changes else None
    return None if change is None else ListState.model_validate(state.model_dump(exclude={"at"}) | change)


def band_mark(band: Band) -> str:
    """How a button names a range of prices."""
    return mark(repr(band))


def _price(state: ListState, value: str, choices: Choices) -> dict[str, object] | None:
    if not value or value == band_mark((state.price_min, state.price_max)):
        return {"price_min": None, "price_max": None, **_IN_OUR_CURRENCY}
    chosen = next((band for band, _ in choices.prices if band_mark(band) == value), None)
    return None if chosen is None else {"price_min": chosen[0], "price_max": chosen[1], **_IN_OUR_CURRENCY}


def _category(state: ListState, value: str, choices: Choices) -> dict[str, object] | None:
    if not value or (state.category and value == mark(state.category)):
        return {"category": None}
    name = _named(value, choices.categories)
    return None if name is None else {"category": name}


def _several(field: str, chosen: tuple[str, ...], value: str, values: Values) -> dict[str, object] | None:
    """One more of them, or one less; in one order, so that equal choices are one list."""
    if not value:
        return {field: ()}
    name = _named(value, values)
    return None if name is None else {field: tuple(sorted({*chosen} ^ {name}))}


def _named(value: str, values: Values) -> str | None:
    return next((name for name, _ in values if mark(name) == value), None)
