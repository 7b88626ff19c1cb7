"""/shops: the shops, one shop with its people, and the link that makes somebody speak for it."""

from collections.abc import Mapping, Sequence

from bot.core.access import ShopSeller
from bot.features.shops.buttons import ChangeShop, DropSeller, FeedAddress, RegisterShop, ShowShops
from bot.ui.buttons import OpenCommand
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts, number
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply, Rows, in_rows
from bot.ui.text import clean, cut, fit
from pipeline.contracts.feeds import FeedScope, Shop
from pipeline.contracts.ways_on import contact_of

PAGE = 8
NAME_LIMIT = 60
LABEL_LIMIT = 30
PEOPLE_SHOWN = 20
ALIASES_SHOWN = 10
OTHERS_SHOWN = 8
SHOPS_NAMED = 5


def shop_list(
    shops: Sequence[Shop], page: int, others: Sequence[tuple[str, int]], texts: Texts, *, admin: bool, all_shops: bool
) -> Reply:
    """The shops, a button each. `all_shops`: of the whole market, else the person's own.

    `others` sell without being registered: ids with how many products each, a button each to register it.
    """
    shown = page_of(shops, page, PAGE)
    title = texts.html("🏪 <b>Shops</b>") if all_shops else texts.html("🏪 <b>Your shops</b>")
    lines = [
        texts.html("{place}. <b>{name}</b> · <code>{id}</code>", place=shown.first + place, name=called(shop),
                   id=clean(shop.store_id, NAME_LIMIT))
        for place, shop in enumerate(shown.items, 1)
    ]  # fmt: skip
    buttons = [Button(cut(called(shop), LABEL_LIMIT), ShowShops(shown.number, mark(shop.store_id)))
               for shop in shown.items]  # fmt: skip
    none = texts.html("No shop is registered yet.") if all_shops else texts.html("No shop is yours yet.")
    blocks = [title, Html("\n".join(lines)) if lines else none]
    if others:
        blocks.append(_others(others, texts))
    if admin:
        blocks.append(shop_usage(texts))
    elif lines:
        blocks.append(sending_words(texts))
    turn = pager(shown.number, shown.pages, ShowShops)
    registering = [
        Button(cut(texts.plain("+ Register {shop}", shop=clean(store_id)), LABEL_LIMIT), RegisterShop(mark(store_id)))
        for store_id, _ in others[:OTHERS_SHOWN]
    ]
    return Reply(fit(blocks), (*in_rows(buttons, 2), *turn, *in_rows(registering, 2)))


def shop_page(
    shop: Shop, people: Mapping[str, ShopSeller], page: int | None, texts: Texts, *, admin: bool, own: bool
) -> Reply:
    """One shop; for an admin, with its people and what can be changed. `own`: the person speaks for it.

    `page` is that of the list to go back to; None: the person has no list of shops.
    """
    blocks = [texts.html("🏪 <b>{name}</b>\n<code>{id}</code>", name=called(shop), id=clean(shop.store_id, NAME_LIMIT))]
    if shop.aliases:
        also = ", ".join(clean(alias, NAME_LIMIT) for alias in shop.aliases[:ALIASES_SHOWN])
        blocks.append(texts.html("Also called: {names}", names=also))
    blocks.append(_scope(shop, texts))
    blocks.append(contact_words(shop, texts))
    all_shops = texts.plain("‹ All shops") if admin or not own else texts.plain("‹ Your shops")
    back: Rows = ((Button(all_shops, ShowShops(page)),),) if page is not None else ()
    link = Button(texts.plain("🌐 Price list by link"), FeedAddress(mark(shop.store_id)))
    if own and not admin:
        figures = Button(texts.plain("📊 The shop's figures"), OpenCommand("my"))
        return Reply(fit([*blocks, sending_words(texts)]), ((figures,), (link,), *back))
    if not admin:
        return Reply(fit(blocks), back)
    names = [clean(seller.name, NAME_LIMIT) or "?" for seller in list(people.values())[:PEOPLE_SHOWN]]
    blocks.append(
        texts.html("People of the shop: {names}", names=", ".join(names))
        if names
        else texts.html("Nobody speaks for the shop yet.")
    )
    blocks.append(
        texts.html(
            "To rename it: <code>/shops add {id} …</code>, the new name at the end.",
            id=clean(shop.store_id, NAME_LIMIT),
        )
    )
    invite = Button(texts.plain("🔗 Invite a person"), ChangeShop(mark(shop.store_id), "invite"))
    # Somebody to speak for the shop is what a new one lacks first.
    first = ((link,), (invite,)) if people else ((invite,), (link,))
    return Reply(fit(blocks), (*first, *_admin_rows(shop, people, texts), *back))


def invitation(shop: Shop, address: str, texts: Texts) -> Reply:
    """The link, to be passed on."""
    return Reply(
        texts.html(
            "🔗 Send this link to the person who speaks for <b>{name}</b>. It works once, within 24 hours:\n{link}",
            name=called(shop),
            link=address,
        ),
        ((Button(texts.plain("‹ The shop"), ShowShops(0, mark(shop.store_id))),),),
    )


def too_many_invitations(texts: Texts) -> str:
    """The shop has enough open links."""
    return texts.plain("This shop has many open links already. Use one of them, or wait until they are over.")


def welcome(shop: Shop, texts: Texts) -> Reply:
    """The person has followed the link."""
    return Reply(
        fit([texts.html("🤝 You speak for <b>{name}</b> now.", name=called(shop)), sending_words(texts)]),
        ((Button(texts.plain("🏪 Your shop"), ShowShops(0, mark(shop.store_id))),),),
    )


def yours_already(shops: Sequence[Shop], texts: Texts) -> Reply:
    """The link does not work (any more), and the person speaks for shops: most likely it was theirs."""
    names = ", ".join(called(shop) for shop in shops[:SHOPS_NAMED])
    return Reply(
        texts.html(
            "🤝 You already speak for <b>{names}</b>. "
            "If this was for another shop, ask for a new link: each works once.",
            names=names,
        ),
        ((Button(texts.plain("📊 The shop's figures"), OpenCommand("my")),),),
    )


def link_over(texts: Texts) -> Reply:
    """The link was used, is too old, or nobody made it."""
    return Reply(texts.html("⌛ This link does not work any more. Ask for a new one."))


def really_remove(shop: Shop, texts: Texts) -> Reply:
    """Before a shop is removed."""
    key = mark(shop.store_id)
    return Reply(
        texts.html(
            "Remove <b>{name}</b> from the shops? Its products stay on sale; nobody will speak for it any more.",
            name=called(shop),
        ),
        ((Button(texts.plain("🗑 Remove"), ChangeShop(key, "yes")),
          Button(texts.plain("‹ The shop"), ShowShops(0, key))),),
    )  # fmt: skip


def really_drop(shop: Shop, person: str, seller: ShopSeller, texts: Texts) -> Reply:
    """Before somebody is taken the shop."""
    key = mark(shop.store_id)
    return Reply(
        texts.html("Remove {who} from the shop <b>{name}</b>?", who=clean(seller.name, NAME_LIMIT) or "?",
                   name=called(shop)),
        ((Button(texts.plain("✅ Confirm"), DropSeller(key, person, "yes")),
          Button(texts.plain("‹ The shop"), ShowShops(0, key))),),
    )  # fmt: skip


def shop_removed(shop: Shop, texts: Texts) -> Reply:
    """After a shop was removed."""
    return Reply(
        texts.html("🗑 <b>{name}</b> is removed.", name=called(shop)),
        ((Button(texts.plain("‹ All shops"), ShowShops()),),),
    )


def no_such_shop(texts: Texts) -> str:
    """A button of a shop that is no longer there, or not the person's."""
    return texts.plain("There is no such shop any more.")


def bad_shop(texts: Texts) -> Reply:
    """What was written to register a shop is not understood."""
    return Reply(fit([texts.html("🤔 I did not understand that."), shop_usage(texts)]))


def bad_contact(texts: Texts) -> Reply:
    """What was written as a contact is none, or not of a shop of the person's."""
    return Reply(
        texts.html(
            "🤔 Write the shop's id and where buyers ask it: <code>/shops contact sever @sever_help</code>. It may be "
            "a @name, a link, an e-mail address or a phone number; <code>-</code> removes it."
        )
    )


def contact_words(shop: Shop, texts: Texts) -> Html:
    """Where buyers ask the shop, and how that is changed."""
    change = texts.html("<code>/shops contact {id} @name</code>", id=clean(shop.store_id, NAME_LIMIT))
    asked = contact_of(shop.contact or "")
    if asked is None:
        return texts.html("💬 Buyers cannot ask the shop yet. To let them: {command}", command=change)
    return texts.html(
        "💬 Buyers ask the shop here: {contact}. To change it: {command}", contact=asked.text, command=change
    )


def shop_usage(texts: Texts) -> Html:
    """How to register one."""
    return texts.html(
        "To register a shop, or to rename one: <code>/shops add sever Север</code> – its id without blanks, then the "
        "name that people see; <code>ru</code> or <code>en</code> at the end is the language of its people."
    )


def sending_words(texts: Texts) -> Html:
    """What a seller does with a shop."""
    return texts.html("Send me the price list as a file: I load it and report what came of it.")


def called(shop: Shop) -> str:
    """The shop's name as it may be shown."""
    return cut(clean(shop.shown, 200), NAME_LIMIT)


def _others(others: Sequence[tuple[str, int]], texts: Texts) -> Html:
    shown = [
        texts.html("<code>{id}</code> · {n}", id=clean(store_id, NAME_LIMIT), n=number(count, texts.language))
        for store_id, count in others[:OTHERS_SHOWN]
    ]
    left = len(others) - len(shown)
    more = [texts.html_n("and {n} more", "and {n} more", left)] if left > 0 else []
    return Html("\n".join([texts.html("<b>Sell, but are not registered</b>"), *shown, *more]))


def _scope(shop: Shop, texts: Texts) -> Html:
    return {
        None: texts.html("A YML price list is all of the shop's products; other formats are some of them."),
        FeedScope.WHOLE: texts.html("A price list is all of the shop's products: what is missing is taken off sale."),
        FeedScope.PARTIAL: texts.html("A price list is some of the shop's products: the others stay on sale."),
    }[shop.scope]


def _admin_rows(shop: Shop, people: Mapping[str, ShopSeller], texts: Texts) -> Rows:
    key = mark(shop.store_id)

    def choice(label: str, what: str, *, chosen: bool) -> Button:
        return Button(("● " if chosen else "") + label, ChangeShop(key, what))

    dropping = [
        Button(cut(f"✕ {clean(seller.name, LABEL_LIMIT) or '?'}", LABEL_LIMIT), DropSeller(key, mark(name), "ask"))
        for name, seller in list(people.items())[:PEOPLE_SHOWN]
    ]
    return (
        *in_rows(dropping, 2),
        (choice("Русский", "ru", chosen=shop.language == "ru"), choice("English", "en", chosen=shop.language == "en")),
        (
            choice(texts.plain("All products"), "whole", chosen=shop.scope is FeedScope.WHOLE),
            choice(texts.plain("Some"), "partial", chosen=shop.scope is FeedScope.PARTIAL),
            choice(texts.plain("By format"), "format", chosen=shop.scope is None),
        ),
        (Button(texts.plain("🗑 Remove"), ChangeShop(key, "remove")),),
    )
