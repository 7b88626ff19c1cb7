"""A price as people read it: the shop's own, and beside it what that is in the marketplace's currency."""

from bot.ui.locale import Html, Texts
from bot.ui.money import ROUND_FROM, money
from bot.ui.text import escaped
from pipeline.contracts.messages import Price, Product


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


def struck_price(product: Product, texts: Texts) -> Html:
    """What it cost before, struck through; empty when it was not more."""
    if product.before is None:
        return Html("")
    return Html(f"<s>{escaped(money(product.before, product.price.currency, texts.language))}</s>")


def compared(price: Price) -> tuple[float, str] | None:
    """(amount, currency) by which a price is watched: the marketplace's where there is a rate. None on request."""
    if price.on_request:
        return None
    if price.converted is not None:
        return price.converted.amount, price.converted.currency
    return price.amount, price.currency
