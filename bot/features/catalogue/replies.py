"""The catalogue's pages: one message that changes as the person walks."""

from collections.abc import Sequence

from bot.features.catalogue.buttons import NameSection, ShowCatalogue, ShowSection, ShowShopList
from bot.features.catalogue.shelves import ShopShelf, shop_mark
from bot.features.catalogue.tree import Section, section_mark
from bot.products.buttons import ShowList, ShowShop
from bot.products.list_state import ListState
from bot.products.offer_ids import token
from bot.products.section_names import NAMES, section_path, steps_of
from bot.products.shop_titles import shop_title
from bot.ui.locale import Texts, number
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply, in_rows
from bot.ui.text import cut

PER_PAGE = 12
LABEL_LIMIT = 34
NEWEST = ListState(sort="newest")
CHEAPER = ListState(cheaper=True)


def catalogue(
    sections: Sequence[Section], page_number: int, texts: Texts, *, admin: bool = False, cheaper: int = 0
) -> Reply:
    """The sections, what is new, what costs less than before, and the shops.

    An admin sees a page even of a section without parts. `cheaper`: of how many products the price has fallen.
    """
    if not sections:
        empty = texts.html("📂 <b>Catalogue</b>\nThere are no products yet. Please look in later.")
        return Reply(empty, (_shops(texts),))
    page = page_of(sections, page_number, PER_PAGE)
    buttons = [_to_section(section, texts, page=admin or bool(section.children)) for section in page.items]
    turn = pager(page.number, page.pages, ShowCatalogue)
    new = (Button(texts.plain("🆕 New arrivals"), _list(NEWEST)), *_shops(texts))
    fallen = ((Button(_label(texts.plain("📉 Cheaper now"), cheaper, texts), _list(CHEAPER)),),) if cheaper else ()
    title = texts.html("📂 <b>Catalogue</b>\nChoose a section, or just write what you're looking for.")
    return Reply(title, (*in_rows(buttons, 2), *turn, *fallen, new))


def section_page(section: Section, page_number: int, texts: Texts, *, admin: bool) -> Reply:
    """A section: all of it, its parts, and for admins what it is called."""
    page = page_of(section.children, page_number, PER_PAGE)
    whole = texts.plain("Show all · {n}", n=number(section.count, texts.language))
    parts = [_leaf(part.path, NAMES.name(part.name, texts.language), part.count, texts) for part in page.items]
    turn = pager(page.number, page.pages, lambda to: ShowSection(section.key, to))
    naming = ((Button(texts.plain("✏️ Translation"), NameSection(section.key)),),) if admin else ()
    count = texts.html_n("{n} product", "{n} products", section.count)
    title = texts.html("📂 <b>{name}</b> · {count}", name=section_path(section.path, texts), count=count)
    return Reply(
        title,
        (
            (Button(whole, _list(ListState(category=section.path))),),
            *in_rows(parts, 2),
            *turn,
            *naming,
            (to_catalogue(texts),),
        ),
    )


def shop_list(shops: Sequence[ShopShelf], page_number: int, texts: Texts) -> Reply:
    """The shops with something on sale."""
    if not shops:
        return Reply(texts.html("🏪 No shop has anything on sale now."), ((to_catalogue(texts),),))
    page = page_of(shops, page_number, PER_PAGE)
    buttons = [
        Button(_label(shop_title(shop.store_id), shop.count, texts), ShowShop(shop_mark(shop.store_id)))
        for shop in page.items
    ]
    turn = pager(page.number, page.pages, ShowShopList)
    title = texts.html_n("🏪 <b>{n} shop</b>", "🏪 <b>{n} shops</b>", len(shops))
    return Reply(title, (*in_rows(buttons, 2), *turn, (to_catalogue(texts),)))


def shop_page(shop: ShopShelf, page_number: int, texts: Texts) -> Reply:
    """A shop: all that it sells, and its sections."""
    page = page_of(_leaves(shop.sections), page_number, PER_PAGE)
    own = (shop.store_id,)
    whole = texts.plain("Show all · {n}", n=number(shop.count, texts.language))
    parts = [
        _leaf(part.path, NAMES.name(part.name, texts.language), part.count, texts, shops=own) for part in page.items
    ]
    turn = pager(page.number, page.pages, lambda to: ShowShop(shop_mark(shop.store_id), to))
    count = texts.html_n("{n} product", "{n} products", shop.count)
    title = texts.html("🏪 <b>{shop}</b> · {count}", shop=shop_title(shop.store_id), count=count)
    back = (Button(texts.plain("‹ Shops"), ShowShopList()), to_catalogue(texts))
    return Reply(title, ((Button(whole, _list(ListState(shops=own))),), *in_rows(parts, 2), *turn, back))


def states_behind(reply: Reply, sections: Sequence[Section], shop: ShopShelf | None = None) -> tuple[ListState, ...]:
    """The lists that the buttons of a page lead to, to be kept before it is shown."""
    shown = {press.token for row in reply.buttons for button in row if isinstance(press := button.press, ShowList)}
    own = (shop.store_id,) if shop is not None else ()
    paths = [part.path for section in sections for part in (section, *section.children)]
    states = [NEWEST, CHEAPER, ListState(shops=own), *(ListState(category=path, shops=own) for path in paths)]
    return tuple(state for state in states if token(state) in shown)


def way_back_row(_: object, state: ListState, __: str, texts: Texts) -> tuple[Button, ...]:
    """Under a list that was walked to: the page above it. A list that was asked for in words has none."""
    if state.text or state.offer_id is not None:
        return ()
    if len(state.shops) == 1:
        shop = state.shops[0]
        return (Button(cut(f"‹ {shop_title(shop)}", LABEL_LIMIT), ShowShop(shop_mark(shop))), to_catalogue(texts))
    steps = steps_of(state.category or "")
    if len(steps) > 1:
        above = Button(f"‹ {NAMES.name(steps[0], texts.language)}", ShowSection(section_mark(steps[:1])))
        return (above, to_catalogue(texts))
    return (to_catalogue(texts),)


def to_catalogue(texts: Texts) -> Button:
    """The way to the sections."""
    return Button(texts.plain("‹ Catalogue"), ShowCatalogue())


def gone(texts: Texts) -> str:
    """A section or a shop that has nothing on sale any more."""
    return texts.plain("Nothing is on sale there any more.")


def nothing_yet(texts: Texts) -> str:
    """Nothing of the shop is in the catalogue, as far as is known."""
    return texts.plain("The catalogue shows nothing of this shop yet. Please try again in a minute.")


def _shops(texts: Texts) -> tuple[Button, ...]:
    return (Button(texts.plain("🏪 Shops"), ShowShopList()),)


def _to_section(section: Section, texts: Texts, *, page: bool) -> Button:
    name = NAMES.name(section.name, texts.language)
    if page:
        return Button(_label(name, section.count, texts), ShowSection(section.key))
    return _leaf(section.path, name, section.count, texts)


def _leaf(path: str, name: str, count: int, texts: Texts, shops: tuple[str, ...] = ()) -> Button:
    return Button(_label(name, count, texts), _list(ListState(category=path, shops=shops)))


def _leaves(sections: Sequence[Section]) -> list[Section]:
    leaves = [part for section in sections for part in (section.children or (section,))]
    return sorted(leaves, key=lambda section: -section.count)


def _label(name: str, count: int, texts: Texts) -> str:
    told = number(count, texts.language)
    return f"{cut(name, LABEL_LIMIT - len(told) - 3)} · {told}"


def _list(state: ListState) -> ShowList:
    return ShowList(token(state))
