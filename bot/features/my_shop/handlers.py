"""/my: what a seller's shop has, who found it, and its week as a picture."""

import asyncio
from concurrent.futures.process import BrokenProcessPool
from functools import partial

from elastic_transport import TransportError
from elasticsearch import ApiError

from bot.core.update_context import UpdateContext
from bot.features.my_shop import replies
from bot.features.my_shop.buttons import MyShop, MyWeek
from bot.features.my_shop.figures import Week
from bot.features.my_shop.services import MyShopServices
from bot.ui.callback_ids import mark
from bot.ui.reply import Reply
from bot.ui.span import span_of
from ops.logs import get_logger
from pipeline.contracts.feeds import Shop

log = get_logger(__name__)


async def my(services: MyShopServices, context: UpdateContext, argument: str) -> None:
    """The page of the person's shop; of several, the choice, unless one is named."""
    if context.chat_id != context.user_id:
        # Whoever reads the group would learn how the shop does.
        await context.say(replies.in_private(context.texts))
        return
    wanted, own = argument.strip().casefold(), own_shops(services, context)
    named = [shop for shop in own if wanted in {shop.store_id.casefold(), shop.shown.casefold()}]
    if not own:
        await context.say(replies.no_shop(context.texts))
    elif len(named or own) == 1:
        await context.say(await context.typing(page(services, context, (named or own)[0])))
    else:
        await context.say(replies.which_shop(own, context.texts))


async def my_shop(services: MyShopServices, context: UpdateContext, press: MyShop) -> None:
    """The shop's page as it is now, or one of its lists."""
    shop = await pressed_shop(services, context, press.shop)
    if shop is None:
        return
    if press.what not in {"r", "s"}:
        await context.change(await context.typing(page(services, context, shop, anew=press.what == "n")))
        return
    stock = await context.typing(services.stocks.of(shop.store_id))
    if stock is None:
        await context.toast(replies.not_counted(context.texts), alert=True)
        return
    if press.what == "r":
        await context.change(replies.refused_list(shop, stock, press.page, services.ban_of, context.texts))
    else:
        await context.change(replies.sold_out_list(shop, stock, press.page, context.texts))


async def my_week(services: MyShopServices, context: UpdateContext, press: MyWeek) -> None:
    """The picture of the week, below the page."""
    shop = await pressed_shop(services, context, press.shop)
    if shop is None:
        return
    week = await context.typing(_week(services, context, shop))
    if week is None:
        await context.toast(replies.no_week(context.texts), alert=True)
        return
    make = partial(_draw, services, context, shop, week)
    await services.long_answers.give(context, f"week {shop.store_id}", make, replies.being_drawn(shop, context.texts))


async def _draw(services: MyShopServices, context: UpdateContext, shop: Shop, week: Week) -> None:
    try:
        drawn = services.ports.drawing.picture(week, shop.shown, context.texts.language)
        picture = await context.typing(drawn)
    except (TimeoutError, BrokenProcessPool) as error:
        log.warning("week_not_drawn", error=type(error).__name__)
        await context.say(replies.week_words(week, shop, context.texts))
        return
    await context.show(picture, replies.week_words(week, shop, context.texts))


def own_shops(services: MyShopServices, context: UpdateContext) -> list[Shop]:
    """The shops that the person speaks for, whatever else they are."""
    own = services.access.shops_of(context.user_id)
    return [shop for shop in services.shops.names().all() if shop.store_id in own]


async def pressed_shop(services: MyShopServices, context: UpdateContext, short: str) -> Shop | None:
    """The shop of a button, when it is the presser's; else they are told that there is none."""
    found = next((shop for shop in own_shops(services, context) if mark(shop.store_id) == short), None)
    if found is None:
        await context.toast(replies.no_such_shop(context.texts), alert=True)
    return found


async def page(services: MyShopServices, context: UpdateContext, shop: Shop, *, anew: bool = False) -> Reply:
    """The shop's page; what cannot be said now is left out, and said to be."""
    counting = services.stocks.of(shop.store_id, anew=anew)
    stock, week = await asyncio.gather(counting, _week(services, context, shop))
    rules = stock.by_rule if stock is not None else ()
    asked = frozenset(rule for rule, _ in rules if services.reviews.asked(shop.store_id, rule) is not None)
    facts = replies.PageFacts(shop, stock, week, services.ban_of, asked)
    return replies.shop_page(facts, context.texts)


async def _week(services: MyShopServices, context: UpdateContext, shop: Shop) -> Week | None:
    span = span_of("week", services.clock(), context.texts.zone)
    try:
        return await services.ports.activity.week(shop.store_id, span)
    except (ApiError, TransportError, TimeoutError) as error:
        log.warning("week_not_known", error=type(error).__name__)
        return None
