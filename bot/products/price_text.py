"""A price as people read it: the shop's own, and beside it what that is in the marketplace's currency."""

from bot.ui.locale import Texts
from bot.ui.money import ROUND_FROM, money
from pipeline.contracts.messages import Price


def price_text(price: Price, texts: Texts) -> str:
    """ "12 990 ₽", "от 45 000 ₽", "90 $ ≈ 8 100 ₽", or that the shop tells it on request; as plain text."""
    if price.on_request:
        return texts.plain("price on request")
    own = money(price.amount, price.currency, texts.language)
    told = texts.plain("from {price}", price=own) if price.at_least else own
    if price.converted is None:
        return told
    worth = price.converted.amount
    # It is about so much: nobody asks for its kopecks.
    about = money(round(worth) if worth >= ROUND_FROM else worth, price.converted.currency, texts.language)
    return f"{told} ≈ {about}"


def compared(price: Price) -> tuple[float, str] | None:
    """(amount, currency) by which a price is watched: the marketplace's where there is a rate. None on request."""
    if price.on_request:
        return None
    if price.converted is not None:
        return price.converted.amount, price.converted.currency
    return price.amount, price.currency
