"""The price watch as it stands on a product's card: off, or on."""

from bot.features.watches.buttons import WatchPrice
from bot.features.watches.services import WatchServices
from bot.features.watches.store import price_name
from bot.products.offer_ids import product_mark
from bot.ui.locale import Texts
from bot.ui.reply import Button, Rows
from pipeline.contracts.messages import Product


def price_button_row(services: WatchServices, product: Product, person: str, texts: Texts) -> Rows:
    """The button with its state, which leads to the choice of a price; a price on request cannot be watched."""
    if product.price.on_request:
        return ()
    on = services.watches.watches(price_name(person, product.offer_id))
    label = texts.plain("✓ Watching the price") if on else texts.plain("🔔 Watch the price")
    return ((Button(label, WatchPrice(product_mark(product.offer_id))),),)
