"""Results of inline mode: products that can be shown in any chat."""

from dataclasses import dataclass

from bot.products.card import WEB_SCHEMES, product_card
from bot.products.offer_ids import link_payload
from bot.products.price_text import price_text
from bot.products.product_item import shop_of, stock_words
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts
from bot.ui.text import clean, cut
from pipeline.contracts.messages import Product


@dataclass(frozen=True, slots=True)
class InlineResult:
    """One line of the results, and the message that it becomes; `link` opens the product in the bot."""

    id: str
    title: str
    description: str
    text: Html
    link: str | None
    link_label: str
    thumbnail: str | None


def inline_result(product: Product, bot_name: str, texts: Texts) -> InlineResult:
    """A product as an inline result."""
    price = price_text(product.price, texts)
    return InlineResult(
        id=mark(product.offer_id, 15),
        title=cut(clean(product.name), 80),
        description=" · ".join((price, stock_words(product, texts), shop_of(product, 30))),
        text=product_card(product, texts, photo=False).text,
        link=f"https://t.me/{bot_name}?start={link_payload(product.offer_id)}" if bot_name else None,
        link_label=texts.plain("🛍 Open in the market"),
        thumbnail=next((image.url for image in product.images if image.url.lower().startswith(WEB_SCHEMES)), None),
    )
