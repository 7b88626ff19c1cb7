"""The product card, and what is said about a product that cannot be shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.products.buttons import BackToList, OpenProduct, ShowSimilar, StartSearch
from bot.products.card_words import delivery_words, stock_line
from bot.products.offer_ids import product_mark
from bot.products.price_text import price_text, struck_price
from bot.products.product_item import shop_and_name, shop_of
from bot.products.section_names import section_name
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply, Rows
from bot.ui.roles import Role
from bot.ui.text import CAPTION_LIMIT, MESSAGE_LIMIT, clean, cut, escaped, fit, visible_units
from ops.drawings.pictures import DRAWING_SCHEME
from pipeline.contracts.messages import Product
from pipeline.contracts.ways_on import Contact, contact_of

NAME_LIMIT = 180
DESCRIPTION_LIMIT = 500
LONG_DESCRIPTION_LIMIT = 1200
SPECIFICATIONS = 8
OFFERS = 10
SPECIFICATION_LIMIT = 70
LABEL_LIMIT = 40
# Telegram fetches these itself; drawings are made here and uploaded.
WEB_SCHEMES = ("https://", "http://")
PHOTO_SCHEMES = (*WEB_SCHEMES, DRAWING_SCHEME)

Place = Literal["ways", "shop", ""]


@dataclass(frozen=True, slots=True)
class CardPart:
    """What a feature puts on a card: rows of buttons, for people of this role and above.

    `rows` are those of a product as it stands for the person with this pseudonym. Those for customers stand above the
    way back, the others below it. `beside`: the buttons stand in a row of the card itself, with the ways on, or with
    what concerns the shop.
    """

    rows: Callable[[Product, str, Texts], Rows]
    least: Role = Role.CUSTOMER
    beside: Place = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """How a card came into the chat: from a message that stands above it, of the list `token` perhaps, or by a link."""

    token: str = ""
    page: int = 0
    by_link: bool = False


def product_card(
    product: Product,
    texts: Texts,
    *,
    opened: Opened = Opened(),
    photo: bool = True,
    parts: Sequence[CardPart] = (),
    role: Role = Role.CUSTOMER,
    person: str = "",
    contact: str | None = None,
) -> Reply:
    """The card; with `photo`, a caption within Telegram's limit for one, if the product has a picture.

    What one decides by stands in the first lines, everything else folded below them: picture, text and the first
    buttons are on one screen of a phone. `person` is the pseudonym of who sees it. `contact` is the shop's own; the
    offer's counts where there is none.
    """
    picture = picture_of(product) if photo else None
    asked = contact_of(contact or product.contact or "")
    head = fit([_head(product, asked, texts)], CAPTION_LIMIT if picture else MESSAGE_LIMIT)
    # Two blank lines' worth of room, and the fold.
    left = (CAPTION_LIMIT if picture else MESSAGE_LIMIT) - visible_units(head) - 2
    more = fit(_details(product, texts, DESCRIPTION_LIMIT if picture else LONG_DESCRIPTION_LIMIT), left)
    folded = [Html(f"<blockquote expandable>{more}</blockquote>")] if more else []
    back = _way_back(product, opened, texts)

    def of(beside: Place, *, staff: bool = False) -> Rows:
        mine = (part for part in parts if part.least <= role and part.beside == beside)
        theirs = (part for part in mine if (part.least is not Role.CUSTOMER) == staff)
        return tuple(row for part in theirs for row in part.rows(product, person, texts))

    return Reply(Html("\n".join([head, *folded])), _buttons(product, of, asked, back, texts), picture)


def picture_of(product: Product) -> str | None:
    """The address of the first picture that can be shown."""
    return next((image.url for image in product.images if image.url.lower().startswith(PHOTO_SCHEMES)), None)


def shop_button(product: Product, texts: Texts) -> tuple[Button, ...]:
    """The row that leads to the offer's page at its shop; empty when the shop sends none."""
    if product.url is None:
        return ()
    if product.price.on_request:
        return (Button(texts.plain("🛒 To the shop"), url=product.url),)
    label = texts.plain("🛒 To the shop · {price}", price=price_text(product.price, texts))
    return (Button(cut(label, LABEL_LIMIT), url=product.url),)


def no_longer_sold(offer_id: str, name: str, texts: Texts, *, banned: bool) -> Reply:
    """In place of a card: why the product is not shown, and what there is instead."""
    named = Html(f"<s>{escaped(cut(clean(name), NAME_LIMIT))}</s>") if name else Html("")
    said = (
        texts.html("⛔️ The marketplace has stopped the sale of this product.")
        if banned
        else texts.html("🚫 This product is no longer offered.")
    )
    similar = _similar(offer_id, texts)
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


def closed_card(offer_id: str, name: str, texts: Texts) -> Reply:
    """A card that cannot be deleted any more, made small; it can be opened again."""
    open_again = Button(texts.plain("🛍 Open"), OpenProduct(product_mark(offer_id)))
    return Reply(escaped(cut(clean(name), NAME_LIMIT)) or escaped("…"), ((open_again,),))


def _head(product: Product, contact: Contact | None, texts: Texts) -> Html:
    price = texts.html("<b>{price}</b>", price=price_text(product.price, texts))
    shop = texts.html("🏪 {shop}", shop=shop_of(product))
    lines = [
        Html(f"<b>{escaped(cut(clean(product.name), NAME_LIMIT))}</b>"),
        Html(" ".join(filter(None, (price, struck_price(product, texts))))),
        Html(" · ".join((stock_line(product, texts), shop))),
        delivery_words(product, texts),
    ]
    if contact is not None and contact.link is None:
        lines.append(texts.html("💬 Ask the shop: {contact}", contact=contact.text))
    return Html("\n".join(filter(None, lines)))


def _details(product: Product, texts: Texts, description: int) -> list[Html]:
    about = [escaped(part) for part in (cut(clean(product.brand), 60), section_name(product.category, texts)) if part]
    named = Html(f"<i>{' · '.join(about)}</i>") if about else Html("")
    described = escaped(cut(clean(product.description), description))
    return [
        Html("\n".join(filter(None, (named, described)))),
        _specifications(product),
        texts.html("<i>Item {sku}</i>", sku=cut(clean(product.sku), 60)) if product.sku.strip() else Html(""),
    ]


def _specifications(product: Product) -> Html:
    told = {product.brand.strip().casefold(), ""}
    lines = [
        f"• {cut(clean(name), SPECIFICATION_LIMIT)}: {cut(clean(str(value)), SPECIFICATION_LIMIT)}"
        for name, value in list(product.specifications.items())[:SPECIFICATIONS]
        if clean(name) and clean(str(value)).casefold() not in told and not isinstance(value, bool)
    ]
    return escaped("\n".join(lines))


class _RowsOf(Protocol):
    """The features' rows for a place of the card: those for customers, or those for the staff."""

    def __call__(self, beside: Place, *, staff: bool = False) -> Rows: ...


def _buttons(product: Product, of: _RowsOf, contact: Contact | None, back: Button, texts: Texts) -> Rows:
    share = Button(texts.plain("📤 Share"), inline=cut(clean(product.offer_id), 200))
    asking = (Button(texts.plain("💬 Ask the shop"), url=contact.link),) if contact and contact.link else ()
    ways = (*_flat(of("ways")), _similar(product.offer_id, texts))
    # Two in a row: three are cut off on a phone in Russian.
    others = (share, *asking, *_flat(of("shop")))
    rows = (shop_button(product, texts), ways, others[:2], *of(""), (*others[2:], back), *of("", staff=True))
    return tuple(row for row in rows if row)


def _flat(rows: Rows) -> tuple[Button, ...]:
    return tuple(button for row in rows for button in row)


def _similar(offer_id: str, texts: Texts) -> Button:
    return Button(texts.plain("🔁 Similar"), ShowSimilar(product_mark(offer_id)))


def _way_back(product: Product, opened: Opened, texts: Texts) -> Button:
    if opened.by_link:
        return Button(texts.plain("🔎 Start searching"), StartSearch())
    back = BackToList(product_mark(product.offer_id), opened.token, opened.page)
    return Button(texts.plain("‹ Back to the list") if opened.token else texts.plain("‹ Back"), back)
