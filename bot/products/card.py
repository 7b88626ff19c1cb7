"""The product card, and what is said about a product that cannot be shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.products.buttons import BackToList, OpenProduct, ShowSimilar
from bot.products.offer_ids import product_mark
from bot.products.price_text import price_text
from bot.products.product_item import FEW_LEFT, shop_and_name, shop_of
from bot.products.section_names import section_name
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply, Rows
from bot.ui.roles import Role
from bot.ui.text import CAPTION_LIMIT, MESSAGE_LIMIT, clean, cut, escaped, fit
from ops.drawings.pictures import DRAWING_SCHEME
from pipeline.contracts.messages import Product

NAME_LIMIT = 180
DESCRIPTION_LIMIT = 320
LONG_DESCRIPTION_LIMIT = 1200
SPECIFICATIONS = 6
OFFERS = 10
SPECIFICATION_LIMIT = 70
# Telegram fetches these itself; drawings are made here and uploaded.
WEB_SCHEMES = ("https://", "http://")
PHOTO_SCHEMES = (*WEB_SCHEMES, DRAWING_SCHEME)


@dataclass(frozen=True, slots=True)
class CardPart:
    """What a feature puts on a card: rows of buttons, for people of this role and above.

    Those for customers stand above the way back, the others below it.
    """

    rows: Callable[[Product, Texts], Rows]
    least: Role = Role.CUSTOMER


def product_card(
    product: Product,
    texts: Texts,
    *,
    token: str = "",
    page: int = 0,
    photo: bool = True,
    parts: Sequence[CardPart] = (),
    role: Role = Role.CUSTOMER,
) -> Reply:
    """The card; with `photo`, a caption within Telegram's limit for one, if the product has a picture.

    `token` and `page` name the list that it came from, for the way back.
    """
    picture = picture_of(product) if photo else None
    blocks = [
        _title(product, texts),
        _offer(product, texts),
        escaped(cut(clean(product.description), DESCRIPTION_LIMIT if picture else LONG_DESCRIPTION_LIMIT)),
        _specifications(product),
        texts.html("<i>Item {sku}</i>", sku=cut(clean(product.sku), 60)) if product.sku.strip() else Html(""),
    ]
    buttons = (
        *_ways_on(product, texts),
        *_parts(product, parts, texts, lambda least: least is Role.CUSTOMER),
        *_way_back(product, token, page, texts),
        *_parts(product, parts, texts, lambda least: Role.CUSTOMER < least <= role),
    )
    return Reply(fit(blocks, CAPTION_LIMIT if picture else MESSAGE_LIMIT), buttons, picture)


def picture_of(product: Product) -> str | None:
    """The address of the first picture that can be shown."""
    return next((image.url for image in product.images if image.url.lower().startswith(PHOTO_SCHEMES)), None)


def no_longer_sold(offer_id: str, name: str, texts: Texts, *, banned: bool) -> Reply:
    """In place of a card: why the product is not shown, and what there is instead."""
    named = Html(f"<s>{escaped(cut(clean(name), NAME_LIMIT))}</s>") if name else Html("")
    said = (
        texts.html("⛔️ The marketplace has stopped the sale of this product.")
        if banned
        else texts.html("🚫 This product is no longer offered.")
    )
    similar = Button(texts.plain("🔁 Similar"), ShowSimilar(product_mark(offer_id)))
    return Reply(fit([named, said], CAPTION_LIMIT), ((similar,),) if name else ())


def which_offer(offers: Sequence[Product], texts: Texts) -> Reply:
    """A link names no shop, and several shops sell something by its id: a button for each."""
    rows = tuple((Button(shop_and_name(one), OpenProduct(product_mark(one.offer_id))),) for one in offers[:OFFERS])
    return Reply(texts.html("🏪 Several shops sell something with this id. Which one do you mean?"), rows)


def stopped_words(texts: Texts, *, banned: bool) -> str:
    """The same in one line, for the small notice above the chat."""
    if banned:
        return texts.plain("The marketplace has stopped the sale of this product.")
    return texts.plain("This product is no longer offered.")


def _title(product: Product, texts: Texts) -> Html:
    name = Html(f"<b>{escaped(cut(clean(product.name), NAME_LIMIT))}</b>")
    about = [escaped(part) for part in (cut(clean(product.brand), 60), section_name(product.category, texts)) if part]
    return Html(f"{name}\n<i>{' · '.join(about)}</i>") if about else name


def _offer(product: Product, texts: Texts) -> Html:
    price = price_text(product.price, texts)
    available = product.stock.for_sale
    if available <= 0:
        stock = texts.html("❌ Out of stock")
    elif available <= FEW_LEFT:
        stock = texts.html_n("⏳ Only {n} left", "⏳ Only {n} left", available)
    else:
        stock = texts.html_n("✅ In stock: {n}", "✅ In stock: {n}", available)
    shop = texts.html("🏪 {shop}", shop=shop_of(product))
    return Html("\n".join((texts.html("💰 <b>{price}</b>", price=price), stock, shop)))


def _specifications(product: Product) -> Html:
    told = {product.brand.strip().casefold(), ""}
    lines = [
        f"▫️ {cut(clean(name), SPECIFICATION_LIMIT)}: {cut(clean(str(value)), SPECIFICATION_LIMIT)}"
        for name, value in list(product.specifications.items())[:SPECIFICATIONS]
        if clean(name) and clean(str(value)).casefold() not in told and not isinstance(value, bool)
    ]
    return escaped("\n".join(lines))


def _ways_on(product: Product, texts: Texts) -> Rows:
    share = cut(clean(product.offer_id), 200)
    return (
        (
            Button(texts.plain("🔁 Similar"), ShowSimilar(product_mark(product.offer_id))),
            Button(texts.plain("📤 Share"), inline=share),
        ),
    )


def _parts(product: Product, parts: Sequence[CardPart], texts: Texts, for_role: Callable[[Role], bool]) -> Rows:
    return tuple(row for part in parts if for_role(part.least) for row in part.rows(product, texts))


def _way_back(product: Product, token: str, page: int, texts: Texts) -> Rows:
    if not token:
        return ()
    back = BackToList(product_mark(product.offer_id), token, page)
    return ((Button(texts.plain("‹ Back to the list"), back),),)
