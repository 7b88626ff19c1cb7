"""The address of a shop's feed, for admins and the shop's own people: set, changed, removed, fetched now."""

from collections.abc import Awaitable, Callable

from bot.core.actor import actor, entry_id
from bot.core.update_context import UpdateContext
from bot.features.shops import address_replies, replies
from bot.features.shops.address_replies import HOUR_S, HOURS, Wrong
from bot.features.shops.buttons import FeedAddress, FeedEvery
from bot.features.shops.ports import host_of, is_private
from bot.features.shops.services import ShopServices
from bot.ui.callback_ids import mark
from bot.ui.notices import refusal
from bot.ui.reply import Reply
from bot.ui.roles import Role
from pipeline.contracts.feeds import Shop, can_have_folder
from pipeline.contracts.messages import AuditAction, now
from pipeline.shops.feed_address import AddressFault, WrongAddress, checked, has_secret

Act = Callable[[ShopServices, UpdateContext, Shop], Awaitable[None]]


async def feed_address(services: ShopServices, context: UpdateContext, press: FeedAddress) -> None:
    """Show the address of a shop, or do with it what the button says."""
    shop = await _own(services, context, press.shop)
    if shop is not None:
        await ACTS.get(press.what, _show)(services, context, shop)


async def feed_every(services: ShopServices, context: UpdateContext, press: FeedEvery) -> None:
    """Change how often it is fetched."""
    shop = await _own(services, context, press.shop)
    if shop is None:
        return
    if press.hours in HOURS:
        shop = await _change(services, context, shop, {"every_s": press.hours * HOUR_S})
    await _show(services, context, shop)


async def take_address(services: ShopServices, context: UpdateContext, text: str) -> bool:
    """Take the address that was asked for; False when none was, or somebody has changed their mind and searches."""
    store_id = services.addresses.asked.take(context.user_id, context.chat_id)
    shop = services.registry.names().get(store_id) if store_id is not None else None
    if shop is None or not _may(services, context, shop):
        return False
    try:
        address = checked(text, private=services.addresses.private)
    except WrongAddress as error:
        if not _is_meant(text):
            return False
        await _ask_again(services, context, shop, error.fault)
        return True
    wrong = await context.typing(_behind(services, address))
    if wrong is not None:
        await _ask_again(services, context, shop, wrong)
        return True
    changed = await _change(services, context, shop, {"address": address, "asked": now()})
    # Whoever holds the person's phone later would read it in the chat.
    gone = await context.remove_written() if has_secret(address) else None
    await context.say(address_replies.address_saved(_page(services, context, changed), context.texts, gone))
    return True


async def _show(services: ShopServices, context: UpdateContext, shop: Shop) -> None:
    await context.change(_page(services, context, shop))
    _watch(services, context, shop)


async def _ask(services: ShopServices, context: UpdateContext, shop: Shop) -> None:
    if context.chat_id != context.user_id:
        # A password may stand in it, and in a group everybody reads along.
        await context.toast(context.texts.plain("Please do this in a private chat with me."), alert=True)
        return
    services.addresses.asked.ask(context.user_id, context.chat_id, shop.store_id)
    await context.change(address_replies.address_question(shop, context.texts))


async def _cancel(services: ShopServices, context: UpdateContext, shop: Shop) -> None:
    services.addresses.asked.take(context.user_id, context.chat_id)
    await _show(services, context, shop)


async def _drop(services: ShopServices, context: UpdateContext, shop: Shop) -> None:
    if shop.address:
        services.addresses.remember(shop)
        shop = await _change(services, context, shop, {"address": None, "asked": None})
    await context.change(address_replies.address_removed(shop, context.texts))


async def _undo(services: ShopServices, context: UpdateContext, shop: Shop) -> None:
    address = services.addresses.remembered(shop.store_id)
    if address is None and not shop.address:
        await context.toast(address_replies.undo_over(context.texts), alert=True)
    elif address is not None and not shop.address:
        shop = await _change(services, context, shop, {"address": address})
    await _show(services, context, shop)


async def _fetch(services: ShopServices, context: UpdateContext, shop: Shop) -> None:
    if shop.address and not address_replies.is_busy(shop, services.addresses.fetches.get(shop.store_id)):
        shop = await _change(services, context, shop, {"asked": now()}, "fetch_feed")
    await _show(services, context, shop)


ACTS: dict[str, Act] = {"set": _ask, "cancel": _cancel, "drop": _drop, "undo": _undo, "fetch": _fetch}


async def _own(services: ShopServices, context: UpdateContext, short: str) -> Shop | None:
    """The shop of a button, when the person may change it: an admin any, a seller their own."""
    found = next((shop for shop in services.registry.names().all() if mark(shop.store_id) == short), None)
    if found is None:
        await context.toast(replies.no_such_shop(context.texts), alert=True)
        return None
    if not _may(services, context, found):
        await context.toast(refusal(Role.ADMIN, context.texts), alert=True)
        return None
    return found


def _may(services: ShopServices, context: UpdateContext, shop: Shop) -> bool:
    own = shop.store_id in services.access.shops_of(context.user_id)
    return (own or context.role is Role.ADMIN) and can_have_folder(shop.store_id)


async def _change(
    services: ShopServices,
    context: UpdateContext,
    shop: Shop,
    fields: dict[str, object],
    action: AuditAction = "feed_address",
) -> Shop:
    by = actor(context)
    changed = Shop.model_validate(shop.model_dump() | {"by": by.name, "updated": now()} | fields)
    await services.registry.ledger.register(changed, by, action=action, entry_id=entry_id(context, action))
    return changed


async def _behind(services: ShopServices, address: str) -> Wrong | None:
    """What is wrong with the host, as far as that can be known now."""
    if services.addresses.private:
        return None
    try:
        found = await services.addresses.resolve(host_of(address))
    except UnicodeError:
        return AddressFault.HOST
    if found is None:
        return None
    if not found:
        return "unknown"
    return AddressFault.PRIVATE if is_private(found) else None


async def _ask_again(services: ShopServices, context: UpdateContext, shop: Shop, wrong: Wrong) -> None:
    services.addresses.asked.ask(context.user_id, context.chat_id, shop.store_id)
    await context.say(address_replies.wrong_address(shop, wrong, context.texts))


def _is_meant(text: str) -> bool:
    """Whether somebody meant a link, however wrong; else it is a search, and nothing is asked any more."""
    return "://" in text or "/" in text or ("." in text.strip(".") and " " not in text.strip())


def _page(services: ShopServices, context: UpdateContext, shop: Shop) -> Reply:
    return services.addresses.page(shop, context.texts)


def _watch(services: ShopServices, context: UpdateContext, shop: Shop) -> None:
    """Have the message that the person looks at change when the fetch ends."""
    if context.chat_id is not None and context.pressed_id is not None and shop.address:
        services.addresses.watch(shop, context.chat_id, context.pressed_id, context.user_id)
