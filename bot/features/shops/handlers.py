"""/shops: admins register shops and invite their people; a seller sees their own shops."""

from collections.abc import Sequence

from elastic_transport import TransportError
from elasticsearch import ApiError
from pydantic import ValidationError

from bot.core.actor import actor, entry_id
from bot.core.update_context import UpdateContext
from bot.features.shops import replies
from bot.features.shops.buttons import ChangeShop, DropSeller, RegisterShop, ShowShops
from bot.features.shops.invitations import PREFIX, TooMany
from bot.features.shops.services import ShopServices
from bot.ui.callback_ids import mark
from bot.ui.locale import LANGUAGES
from bot.ui.reply import Reply
from bot.ui.roles import Role
from ops.logs import get_logger
from pipeline.contracts.feeds import FeedScope, Shop
from pipeline.contracts.messages import now
from pipeline.contracts.ways_on import contact_of

log = get_logger(__name__)
# What a button changes of a shop.
CHANGES: dict[str, dict[str, object]] = {
    "ru": {"language": "ru"},
    "en": {"language": "en"},
    "whole": {"scope": FeedScope.WHOLE},
    "partial": {"scope": FeedScope.PARTIAL},
    "format": {"scope": None},
}
NO_CONTACT = frozenset({"-", "–", "none", "no", "нет"})


async def shops(services: ShopServices, context: UpdateContext, argument: str) -> None:
    """The list; `add ID NAME` registers a shop or renames it, `contact ID WHERE` says where buyers ask it."""
    words = argument.split()
    if words and words[0].lower() in {"contact", "контакт"}:
        await _set_contact(services, context, words[1:])
        return
    if words and words[0].lower() in {"add", "register"} and context.role is Role.ADMIN:
        await _add(services, context, words[1:])
        return
    await context.say(await _list(services, context, 0))


async def show_shops(services: ShopServices, context: UpdateContext, press: ShowShops) -> None:
    """A page of the list, or one shop."""
    if not press.shop:
        await context.change(await _list(services, context, press.page))
        return
    shop = await _pressed(services, context, press.shop)
    if shop is not None:
        await context.change(_page(services, context, shop, press.page))


async def change_shop(services: ShopServices, context: UpdateContext, press: ChangeShop) -> None:
    """Change a shop, invite somebody, or remove it after a question."""
    shop = await _pressed(services, context, press.shop)
    if shop is None:
        return
    if press.what in CHANGES:
        changed = Shop.model_validate(shop.model_dump() | CHANGES[press.what] | _by(context))
        await services.registry.ledger.register(changed, actor(context), entry_id=entry_id(context, "register_shop"))
        await context.change(_page(services, context, changed, 0))
    elif press.what == "invite":
        await _invite(services, context, shop)
    elif press.what == "remove":
        await context.change(replies.really_remove(shop, context.texts))
    elif press.what == "yes":
        await services.registry.ledger.remove(shop.store_id, actor(context), entry_id=entry_id(context, "remove_shop"))
        people = services.access.sellers_of(shop.store_id)
        await services.invitations.forget_shop(shop.store_id)
        for seller in people.values():
            await _show_menu(services, context, seller.user_id)
        await context.change(replies.shop_removed(shop, context.texts))
    else:
        await context.toast(replies.no_such_shop(context.texts), alert=True)


async def register_shop(services: ShopServices, context: UpdateContext, press: RegisterShop) -> None:
    """Register a shop that sells, by its id: people see that until somebody says a name."""
    sells = (store_id for store_id, _ in await context.typing(_on_sale(services)))
    store_id = next((each for each in sells if mark(each) == press.shop), None)
    if store_id is None:
        await context.toast(replies.no_such_shop(context.texts), alert=True)
        return
    shop = services.registry.names().get(store_id)
    if shop is None:
        shop = Shop.model_validate({"store_id": store_id, "language": context.texts.language} | _by(context))
        await services.registry.ledger.register(shop, actor(context), entry_id=entry_id(context, "register_shop"))
    await context.change(_page(services, context, shop, 0))


async def drop_seller(services: ShopServices, context: UpdateContext, press: DropSeller) -> None:
    """Take the shop from somebody, after a question."""
    shop = await _pressed(services, context, press.shop)
    if shop is None:
        return
    people = services.access.sellers_of(shop.store_id)
    found = next((name for name in people if mark(name) == press.person), None)
    if found is None or press.step not in {"ask", "yes"}:
        await context.change(_page(services, context, shop, 0))
        return
    if press.step == "ask":
        await context.change(replies.really_drop(shop, press.person, people[found], context.texts))
        return
    await services.invitations.drop(context, shop, found)
    await _show_menu(services, context, people[found].user_id)
    await context.change(_page(services, context, shop, 0))


async def follow_link(services: ShopServices, context: UpdateContext, payload: str) -> bool:
    """An invitation's link, in private; False when it is another feature's."""
    if not payload.startswith(PREFIX):
        return False
    if context.chat_id != context.user_id:
        await context.say(replies.link_over(context.texts))
        return True
    theirs = services.invitations.already(context, payload)
    if theirs is not None:
        # The link stays good for whom it is meant.
        await context.say(replies.yours_already([theirs], context.texts))
        return True
    shop = await services.invitations.redeem(context, payload)
    if shop is None:
        own = [each for each in services.registry.names().all()
               if each.store_id in services.access.shops_of(context.user_id)]  # fmt: skip
        await context.say(replies.yours_already(own, context.texts) if own else replies.link_over(context.texts))
        return True
    context.role = services.access.role_of(context.user_id)
    await services.menus.show(context)
    await context.say(replies.welcome(shop, context.texts))
    return True


def visible(services: ShopServices, context: UpdateContext) -> tuple[Shop, ...]:
    """The shops that the person may see: operators and admins all of them, a seller their own."""
    names = services.registry.names()
    if context.role >= Role.OPERATOR:
        return names.all()
    own = services.access.shops_of(context.user_id)
    return tuple(shop for shop in names.all() if shop.store_id in own)


async def _add(services: ShopServices, context: UpdateContext, words: list[str]) -> None:
    language = words.pop() if len(words) > 2 and words[-1] in LANGUAGES else None
    if len(words) < 2:
        await context.say(replies.bad_shop(context.texts))
        return
    known = services.registry.names().get(words[0])
    fields: dict[str, object] = known.model_dump() if known is not None else {"store_id": words[0]}
    fields |= {"name": " ".join(words[1:]), **_by(context), **({"language": language} if language else {})}
    try:
        shop = Shop.model_validate(fields)
    except ValidationError:
        await context.say(replies.bad_shop(context.texts))
        return
    await services.registry.ledger.register(shop, actor(context), entry_id=entry_id(context, "register_shop"))
    await context.say(_page(services, context, shop, 0))


async def _set_contact(services: ShopServices, context: UpdateContext, words: list[str]) -> None:
    """For admins, and for the people of the shop."""
    own = services.access.shops_of(context.user_id)
    shop = next((one for one in visible(services, context) if words and one.store_id == words[0]), None)
    if shop is None or not (context.role is Role.ADMIN or shop.store_id in own):
        await context.say(replies.bad_contact(context.texts))
        return
    written = " ".join(words[1:])
    contact = None if written.casefold() in NO_CONTACT else written
    if contact is not None and contact_of(contact) is None:
        await context.say(replies.bad_contact(context.texts))
        return
    changed = Shop.model_validate(shop.model_dump() | {"contact": contact} | _by(context))
    await services.registry.ledger.register(changed, actor(context), entry_id=entry_id(context, "register_shop"))
    await context.say(_page(services, context, changed, 0))


async def _invite(services: ShopServices, context: UpdateContext, shop: Shop) -> None:
    if context.chat_id != context.user_id:
        # Whoever reads the group could follow the link first.
        await context.toast(context.texts.plain("Please do this in a private chat with me."), alert=True)
        return
    try:
        payload = await services.invitations.invite(context, shop)
    except TooMany:
        await context.toast(replies.too_many_invitations(context.texts), alert=True)
        return
    await context.change(replies.invitation(shop, f"https://t.me/{context.bot_name}?start={payload}", context.texts))


async def _pressed(services: ShopServices, context: UpdateContext, short: str) -> Shop | None:
    """The shop of a button, when the person may see it; else they are told."""
    found = next((shop for shop in visible(services, context) if mark(shop.store_id) == short), None)
    if found is None:
        await context.toast(replies.no_such_shop(context.texts), alert=True)
    return found


async def _show_menu(services: ShopServices, context: UpdateContext, user_id: int) -> None:
    await services.menus.show_person(context.bot, user_id, services.access.role_of(user_id))


async def _list(services: ShopServices, context: UpdateContext, page: int) -> Reply:
    """The shops that the person may see; the only one of a seller itself."""
    seen, admin, staff = visible(services, context), context.role is Role.ADMIN, context.role >= Role.OPERATOR
    if len(seen) == 1 and not staff:
        return _page(services, context, seen[0], 0)
    others: Sequence[tuple[str, int]] = ()
    if admin:
        known = services.registry.names()
        sells = await context.typing(_on_sale(services))
        others = [(store_id, count) for store_id, count in sells if known.get(store_id) is None]
    return replies.shop_list(seen, page, others, context.texts, admin=admin, all_shops=staff)


async def _on_sale(services: ShopServices) -> Sequence[tuple[str, int]]:
    try:
        return await services.on_sale()
    except (ApiError, TransportError) as error:
        log.warning("shops_not_counted", error=type(error).__name__)
        return ()


def _page(services: ShopServices, context: UpdateContext, shop: Shop, page: int) -> Reply:
    people = services.access.sellers_of(shop.store_id)
    own = shop.store_id in services.access.shops_of(context.user_id)
    listed = context.role >= Role.OPERATOR or len(visible(services, context)) > 1
    return replies.shop_page(
        shop, people, page if listed else None, context.texts, admin=context.role is Role.ADMIN, own=own
    )


def _by(context: UpdateContext) -> dict[str, object]:
    return {"by": actor(context).name, "updated": now()}
