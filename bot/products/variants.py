"""The buttons of a card for what stands in one line with its product: its colours, its sizes, other shops."""

from collections.abc import Callable, Iterable, Sequence

from bot.products.buttons import OpenVariant
from bot.products.offer_ids import product_mark
from bot.products.price_text import compared, price_text
from bot.products.product_item import shop_of
from bot.ui.locale import Texts
from bot.ui.reply import Button, Rows, in_rows
from bot.ui.text import clean, cut
from pipeline.catalog.line import colour_of, size_of
from pipeline.contracts.messages import Product
from pipeline.text.letters import folded

CHOICES = 8
SHOPS = 5
LABEL_LIMIT = 24
SHOP_LIMIT = 24


def variant_rows(product: Product, offers: Iterable[Product], texts: Texts, token: str = "", page: int = 0) -> Rows:
    """Rows for the colours and the sizes in which the product's shop has it, and for the other shops that have it.

    What the card shows is marked; of another colour the same size opens, and the other way round, where there is one.
    `token` and `page` name the list that the card was opened from.
    """
    others = [offer for offer in offers if offer.offer_id != product.offer_id]
    own = [product, *(offer for offer in others if offer.store_id == product.store_id)]

    def open_button(label: str, offer: Product) -> Button:
        return Button(label, OpenVariant(product_mark(offer.offer_id), token, page))

    colours = _choices(product, own, colour_of, size_of, open_button)
    sizes = _choices(product, own, size_of, colour_of, open_button)
    if not colours and not sizes:
        colours = _unnamed(own, texts, open_button)
    shops = tuple(
        (open_button(f"🏪 {shop_of(offer, SHOP_LIMIT)} · {price_text(offer.price, texts)}", offer),)
        for offer in _of_other_shops(product, others)
    )
    return (*in_rows(colours, 4), *in_rows(sizes, 4), *shops)


_Fact = Callable[[Product], str]
_MakeButton = Callable[[str, Product], Button]


def _choices(product: Product, own: Sequence[Product], what: _Fact, kept: _Fact, button: _MakeButton) -> list[Button]:
    """A button for each value of `what`; nothing when there is but one."""
    by_value: dict[str, Product] = {}
    # What has the same of the other comes first, then what can be bought.
    ranked = sorted(own, key=lambda offer: (folded(kept(offer)) != folded(kept(product)), offer.stock.for_sale <= 0))
    for offer in ranked:
        if what(offer):
            by_value.setdefault(folded(what(offer)), offer)
    if len(by_value) < 2:
        return []
    here = folded(what(product))
    values = sorted(by_value.items(), key=lambda pair: (pair[0] != here, pair[0]))[:CHOICES]
    return [
        button(("● " if value == here else "") + cut(clean(what(offer)), LABEL_LIMIT), offer) for value, offer in values
    ]


def _unnamed(own: Sequence[Product], texts: Texts, button: _MakeButton) -> list[Button]:
    """Variants of which nobody says how they differ, by their prices."""
    return [button(cut(price_text(offer.price, texts), LABEL_LIMIT), offer) for offer in own[1:CHOICES]]


def _of_other_shops(product: Product, others: Iterable[Product]) -> list[Product]:
    """One offer of each other shop, the most alike; the cheapest shop first."""

    def unlike(offer: Product) -> tuple[bool, bool, bool]:
        return (
            folded(colour_of(offer)) != folded(colour_of(product)),
            folded(size_of(offer)) != folded(size_of(product)),
            offer.stock.for_sale <= 0,
        )

    by_shop: dict[str, Product] = {}
    for offer in sorted(others, key=unlike):
        if offer.store_id != product.store_id:
            by_shop.setdefault(offer.store_id, offer)
    return sorted(by_shop.values(), key=_worth)[:SHOPS]


def _worth(offer: Product) -> float:
    price = compared(offer.price)
    return float("inf") if price is None else price[0]
