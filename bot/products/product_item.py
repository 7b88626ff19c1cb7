"""A product in two lines of a list."""

from dataclasses import dataclass

from bot.products.price_text import price_text, struck_price
from bot.products.shop_titles import shop_title
from bot.ui.locale import Html, Texts
from bot.ui.text import clean, cut, escaped
from pipeline.catalog.line import Line
from pipeline.contracts.messages import Product

NAME_LIMIT = 90
SHOP_LIMIT = 30
FEW_LEFT = 3
CATEGORY_LIMIT = 40
BUTTON_LIMIT = 60


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What a list tells of a product, or of a line of them, as plain text."""

    name: str
    price: str
    stock: str
    shop: str


def told_of(product: Product, texts: Texts, line: Line | None = None) -> ItemFacts:
    """A product's facts; of a `line`, what all of its offers have in common and how they differ."""
    name, shop = cut(clean(product.name), NAME_LIMIT), shop_of(product, SHOP_LIMIT)
    if line is None:
        return ItemFacts(name, price_text(product.price, texts), stock_words(product, texts), shop)
    name = " · ".join((cut(clean(line.name), NAME_LIMIT), *_varied(line, texts)))
    price = price_text(line.price or product.price, texts)
    if line.price_varies and line.price is not None and not line.price.at_least:
        price = texts.plain("from {price}", price=price)
    shops = texts.plain_n("{n} shop", "{n} shops", line.shops) if line.shops > 1 else shop
    return ItemFacts(name, price, available_words(line.available, texts, counted=not line.uncounted), shops)


def _varied(line: Line, texts: Texts) -> list[str]:
    said = []
    if line.colours > 1:
        said.append(texts.plain_n("{n} colour", "{n} colours", line.colours))
    if line.sizes > 1:
        said.append(texts.plain_n("{n} size", "{n} sizes", line.sizes))
    if not said and line.offers > line.shops:
        said.append(texts.plain_n("{n} variant", "{n} variants", line.offers))
    return said


def list_item(position: int, product: Product, texts: Texts, line: Line | None = None) -> Html:
    """One product, or one line of them, of a list: in two lines of text."""
    told = told_of(product, texts, line)
    price = texts.html("<b>{price}</b>", price=told.price)
    if struck := struck_price(product, texts) if line is None or line.price == product.price else "":
        price = Html(f"{price} {struck}")
    facts = [price, *map(escaped, filter(None, (told.stock, told.shop)))]
    return Html(f"<b>{position}.</b> {escaped(told.name)}\n" + " · ".join(facts))


def stock_words(product: Product, texts: Texts) -> str:
    """Whether one can have it, in two or three words."""
    return available_words(product.stock.for_sale, texts, counted=not product.stock.uncounted)


def available_words(available: int, texts: Texts, *, counted: bool = True) -> str:
    """Whether one can have something of which there are so many, where somebody `counted` them."""
    if available <= 0:
        return texts.plain("out of stock")
    if counted and available <= FEW_LEFT:
        return texts.plain_n("only {n} left", "only {n} left", available)
    return texts.plain("in stock")


def leaf(category: str) -> str:
    """The most special part of a category's path."""
    return cut(clean(category.rpartition(" / ")[2] or category), CATEGORY_LIMIT)


def shop_and_name(product: Product) -> str:
    """An offer on a button, when only its shop tells it from another."""
    return cut(f"🏪 {shop_of(product, SHOP_LIMIT)} · {clean(product.name)}", BUTTON_LIMIT)


def shop_of(product: Product, limit: int = 60) -> str:
    """The shop's name in at most `limit` characters: the registered one, else that of its price list, else its id."""
    title, named = shop_title(product.store_id), (product.model_extra or {}).get("store_name")
    if title == clean(product.store_id) and isinstance(named, str):
        title = clean(named) or title
    return cut(title, limit)
