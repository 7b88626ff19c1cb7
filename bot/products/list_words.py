"""What narrows a list, in words."""

from bot.products.list_state import ListState
from bot.products.product_item import CATEGORY_LIMIT
from bot.products.section_names import section_name
from bot.products.shop_titles import shop_title
from bot.ui.locale import Texts
from bot.ui.money import MARKET, SYMBOLS, money, money_range
from bot.ui.text import clean, cut

Band = tuple[float | None, float | None]


def has_filters(state: ListState) -> bool:
    """Whether anything but the text and the order is chosen."""
    return bool(state.category or state.brands or state.shops or state.in_stock or state.cheaper) or not (
        state.price_min is state.price_max is None
    )


def described(state: ListState, texts: Texts) -> list[str]:
    """Each filter in a few words, as plain text."""
    words: list[str] = []
    if state.category:
        words.append(section_name(state.category, texts))
    words += [cut(clean(brand), CATEGORY_LIMIT) for brand in state.brands]
    words += [cut(shop_title(shop), CATEGORY_LIMIT) for shop in state.shops]
    if state.price_min is not None or state.price_max is not None:
        words.append(band_words((state.price_min, state.price_max), texts))
    if state.in_stock:
        words.append(texts.plain("in stock"))
    if state.cheaper:
        words.append(texts.plain("cheaper now"))
    return words


def beyond_words(band: Band, beyond: tuple[float, float], texts: Texts) -> str:
    """That nothing is to be had at this price, and the nearest price at which there is something."""
    low, high = band
    cheapest, dearest = (money(end, MARKET.code, texts.language) for end in beyond)
    nothing = texts.plain("nothing {price}.", price=band_words(band, texts))
    nothing = nothing[:1].upper() + nothing[1:]
    if high is not None and beyond[0] > high:
        return " ".join((nothing, texts.plain("The cheapest is {price}.", price=cheapest)))
    if low is not None and beyond[1] < low:
        return " ".join((nothing, texts.plain("The most expensive is {price}.", price=dearest)))
    return nothing


def no_rate_words(count: int, texts: Texts) -> str:
    """That offers were left out because nobody knows what they cost in the marketplace's currency."""
    return texts.plain_n(
        "{n} more has a price in a currency without a rate, so it is not shown here.",
        "{n} more have prices in a currency without a rate, so they are not shown here.",
        count,
    )


def rate_words(currency: str, rate: float | None, texts: Texts) -> str:
    """By which rate a price in another currency was converted, or that it could not be."""
    if not rate:
        symbol = SYMBOLS.get(currency, currency)
        return texts.plain("There is no rate for {currency}, so the price does not count.", currency=symbol)
    one = money(1, currency, texts.language)
    return texts.plain("At the rate {one} = {worth}", one=one, worth=money(rate, MARKET.code, texts.language))


def band_words(band: Band, texts: Texts) -> str:
    """A range of prices in words."""
    low, high = band
    if low is not None and high is not None:
        return money_range(low, high, MARKET.code, texts.language)
    if low is None:
        return texts.plain("up to {price}", price=money(high or 0, MARKET.code, texts.language))
    return texts.plain("from {price}", price=money(low, MARKET.code, texts.language))
