"""A product in two lines of a list."""

from bot.products.price_text import price_text
from bot.ui.locale import Html, Texts
from bot.ui.text import clean, cut, escaped
from pipeline.contracts.messages import Product

NAME_LIMIT = 90
SHOP_LIMIT = 30
FEW_LEFT = 3
CATEGORY_LIMIT = 40
BUTTON_LIMIT = 60


def list_item(position: int, product: Product, texts: Texts) -> Html:
    """One product of a list, in two lines."""
    facts = [texts.html("<b>{price}</b>", price=price_text(product.price, texts))]
    facts.append(escaped(stock_words(product, texts)))
    if shop := shop_of(product, SHOP_LIMIT):
        facts.append(escaped(shop))
    name = cut(clean(product.name), NAME_LIMIT)
    return Html(f"<b>{position}.</b> {escaped(name)}\n" + " · ".join(facts))


def stock_words(product: Product, texts: Texts) -> str:
    """Whether one can have it, in two or three words."""
    available = product.stock.for_sale
    if available <= 0:
        return texts.plain("out of stock")
    if available <= FEW_LEFT:
        return texts.plain_n("only {n} left", "only {n} left", available)
    return texts.plain("in stock")


def leaf(category: str) -> str:
    """The most special part of a category's path."""
    return cut(clean(category.rpartition(" / ")[2] or category), CATEGORY_LIMIT)


def shop_and_name(product: Product) -> str:
    """An offer on a button, when only its shop tells it from another."""
    return cut(f"🏪 {shop_of(product, SHOP_LIMIT)} · {clean(product.name)}", BUTTON_LIMIT)


def shop_of(product: Product, limit: int = 60) -> str:
    """The shop's name in at most `limit` characters; YML's id of a shop is its name already."""
    named = (product.model_extra or {}).get("store_name")
    name = clean(named) if isinstance(named, str) else ""
    return cut(name or clean(product.store_id), limit)
