"""Lines of a product's card: how many there are, how one gets it."""

from bot.products.product_item import FEW_LEFT
from bot.ui.locale import Html, Texts
from bot.ui.money import money
from bot.ui.text import escaped
from pipeline.contracts.messages import Product


def stock_line(product: Product, texts: Texts) -> Html:
    """How many one can have."""
    available = product.stock.for_sale
    if available <= 0:
        return texts.html("❌ Out of stock")
    if product.stock.uncounted:
        return texts.html("✅ In stock")
    if available <= FEW_LEFT:
        return texts.html_n("⏳ Only {n} left", "⏳ Only {n} left", available)
    return texts.html_n("✅ In stock: {n}", "✅ In stock: {n}", available)


def delivery_words(product: Product, texts: Texts) -> Html:
    """How it comes to its buyer, in one line; empty when the shop does not say."""
    delivery = product.delivery
    if delivery is None:
        return Html("")
    ways = [_courier(product, texts)]
    if delivery.pickup:
        ways.append(texts.plain("pick-up"))
    if delivery.in_store:
        ways.append(texts.plain("in the shop itself"))
    line = " · ".join(filter(None, ways))
    return escaped(f"🚚 {line[:1].upper()}{line[1:]}") if line else Html("")


def _courier(product: Product, texts: Texts) -> str:
    delivery = product.delivery
    if delivery is None or (delivery.courier is None and delivery.cost is None and delivery.days is None):
        return ""
    if delivery.courier is False:
        return texts.plain("no delivery")
    if delivery.cost is None:
        said = texts.plain("delivery")
    elif delivery.cost == 0:
        said = texts.plain("free delivery")
    else:
        said = texts.plain("delivery {price}", price=money(delivery.cost, product.price.currency, texts.language))
    return f"{said}, {_days(delivery.days, texts)}" if delivery.days else said


def _days(days: str, texts: Texts) -> str:
    last = int(days.rpartition("-")[2])
    if last == 0:
        return texts.plain("today")
    return texts.plain_n("{days} day", "{days} days", last, days=days.replace("-", "–"))
