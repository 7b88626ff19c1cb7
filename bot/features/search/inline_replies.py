"""Results of inline mode: products that can be shown in any chat."""

from dataclasses import dataclass

from bot.products.card import WEB_SCHEMES, product_card
from bot.products.offer_ids import link_payload
from bot.products.product_item import told_of
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts
from bot.ui.text import cut
from pipeline.catalog.line import Line
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


def inline_result(product: Product, bot_name: str, texts: Texts, line: Line | None = None) -> InlineResult:
    """A product as an inline result; of a `line`, what is told of all its offers stands in the list."""
    told = told_of(product, texts, line)
    return InlineResult(
        id=mark(product.offer_id, 15),
        title=cut(told.name, 80),
        description=" · ".join((told.price, told.stock, told.shop)),
        text=product_card(product, texts, photo=False).text,
        link=f"https://t.me/{bot_name}?start={link_payload(product.offer_id)}" if bot_name else None,
        link_label=texts.plain("🛍 Open in the market"),
        thumbnail=next((image.url for image in product.images if image.url.lower().startswith(WEB_SCHEMES)), None),
    )
