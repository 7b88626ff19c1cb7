"""Results of inline mode: products that can be shown in any chat."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.products.card import WEB_SCHEMES, picture_of, product_card, shop_button
from bot.products.offer_ids import link_payload
from bot.products.product_item import leaf, told_of
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Language, Texts
from bot.ui.reply import Button, Rows
from bot.ui.text import cut
from pipeline.catalog.line import Line
from pipeline.contracts.messages import Product

CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
OF_ONE_SHOP = 4
START = "inline"
"""What follows /start from the button of an answer without results."""


@dataclass(frozen=True, slots=True)
class InlineResult:
    """One line of the results, and the message that it becomes, with `picture` above it where Telegram can show it."""

    id: str
    title: str
    description: str
    text: Html
    buttons: Rows
    thumbnail: str | None
    picture: str | None = None


def inline_result(product: Product, bot_name: str, texts: Texts, line: Line | None = None) -> InlineResult:
    """A product as an inline result: its card, with the ways to its shop and into the bot.

    Of a `line`, what is told of all its offers stands in the list.
    """
    told = told_of(product, texts, line)
    card = product_card(product, texts)
    link = f"https://t.me/{bot_name}?start={link_payload(product.offer_id)}"
    here = (Button(texts.plain("🛍 Open in the market"), url=link),) if bot_name else ()
    return InlineResult(
        id=mark(product.offer_id, 15),
        title=cut(told.name, 80),
        description=" · ".join((told.price, told.stock, told.shop)),
        text=card.text,
        buttons=tuple(row for row in (shop_button(product, texts), here) if row),
        thumbnail=next((image.url for image in product.images if image.url.lower().startswith(WEB_SCHEMES)), None),
        picture=picture_of(product),
    )


def window(products: Iterable[Product], language: Language, size: int) -> tuple[Product, ...]:
    """What is shown before anything is written: the newest of each section, in the person's letters first, and of no
    shop more than four."""
    spoken = sorted(products, key=lambda product: (CYRILLIC.search(product.name) is None) is (language == "ru"))
    sections: set[str] = set()
    shops: Counter[str] = Counter()
    chosen: list[Product] = []
    for product in spoken:
        section = leaf(product.category)
        if section in sections or shops[product.store_id] >= OF_ONE_SHOP:
            continue
        sections.add(section)
        shops[product.store_id] += 1
        chosen.append(product)
    return tuple(chosen[:size])


def nothing_label(texts: Texts) -> str:
    """The button of an answer without results."""
    return texts.plain("Nothing found – open the bot")
