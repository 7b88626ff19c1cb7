"""What narrows a list, in words."""

from bot.products.list_state import ListState
from bot.products.product_item import CATEGORY_LIMIT
from bot.products.section_names import section_name
from bot.products.shop_titles import shop_title
from bot.ui.locale import Texts
from bot.ui.money import MARKET, money
from bot.ui.text import clean, cut

Band = tuple[float | None, float | None]


def has_filters(state: ListState) -> bool:
    """Whether anything but the text and the order is chosen."""
    return bool(state.category or state.brand or state.shops or state.in_stock) or not (
        state.price_min is state.price_max is None
    )


def described(state: ListState, texts: Texts) -> list[str]:
    """Each filter in a few words, as plain text."""
    words: list[str] = []
    if state.category:
        words.append(section_name(state.category, texts))
    if state.brand:
        words.append(cut(clean(state.brand), CATEGORY_LIMIT))
    words += [cut(shop_title(shop), CATEGORY_LIMIT) for shop in state.shops]
    if state.price_min is not None or state.price_max is not None:
        words.append(band_words((state.price_min, state.price_max), texts))
    if state.in_stock:
        words.append(texts.plain("in stock"))
    return words


def band_words(band: Band, texts: Texts) -> str:
    """A range of prices in words."""
    low, high = (None if end is None else money(end, MARKET.code, texts.language) for end in band)
    if low is None:
        return texts.plain("up to {price}", price=high)
    if high is None:
        return texts.plain("from {price}", price=low)
    return f"{low} – {high}"
