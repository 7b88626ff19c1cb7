"""The buttons that set watches, the price that a person writes, and quiet hours."""

from bot.core.update_context import UpdateContext
from bot.features.watches.buttons import ChooseQuiet, SaveSearch, WatchAt, WatchPrice
from bot.features.watches.models import PriceWatch, SavedSearch
from bot.features.watches.quiet_hours import with_choice
from bot.features.watches.quiet_replies import quiet_choice
from bot.features.watches.records import log_watch
from bot.features.watches.replies import (
    nothing_to_watch,
    price_asked,
    price_question,
    price_too_high,
    price_watched,
    search_saved,
    too_many,
)
from bot.features.watches.search_part import search_button
from bot.features.watches.services import WatchServices
from bot.features.watches.store import PRICES_EACH, SEARCHES_EACH, price_name, search_name, search_of
from bot.products.card import no_longer_sold, stopped_words
from bot.products.price_text import compared
from bot.ui.notices import old_button
from bot.ui.reply import Reply
from bot.ui.text import clean, escaped
from pipeline.catalog.price_words import bare_price
from pipeline.contracts.messages import Product

NAME_LIMIT = 300


async def watch_price(services: WatchServices, context: UpdateContext, press: WatchPrice) -> None:
    """Ask at what price, or for a price of one's own, or take any drop."""
    if press.step not in {"ask", "again", "any", "own"}:
        await context.toast(old_button(context.texts), alert=True)
        return
    sold = await _sold(services, context, press.product)
    if sold is None:
        return
    product, cost = sold
    if press.step == "own":
        services.questions.ask(context.pseudonym, product.offer_id)
        await context.change(price_asked(product, cost, context.texts))
    elif press.step == "any":
        await _set_price(services, context, product, cost, None)
    else:
        services.questions.close(context.pseudonym)
        name = price_name(context.pseudonym, product.offer_id)
        there = services.watches.prices.get(name) if services.watches.watches(name) else None
        reply = price_question(product, cost, there, context.texts)
        await (context.say(reply) if press.step == "ask" else context.change(reply))


async def watch_at(services: WatchServices, context: UpdateContext, press: WatchAt) -> None:
    """Take a suggested price, though the present one may have changed since it was suggested."""
    sold = await _sold(services, context, press.product)
    if sold is not None:
        await _set_price(services, context, *sold, float(press.price))


async def write_price(services: WatchServices, context: UpdateContext, text: str) -> bool:
    """Take a written price; False when none was asked for, or this is none: then it is what it is otherwise."""
    offer_id = services.questions.take(context.pseudonym)
    price = bare_price(text) if offer_id is not None else None
    if offer_id is None or price is None:
        return False
    offer = await context.typing(services.products.offer(offer_id))
    if offer.product is None or offer.banned:
        await context.say(no_longer_sold(offer_id, offer.name, context.texts, banned=offer.banned))
        return True
    cost = compared(offer.product.price)
    if cost is None:
        await context.say(Reply(escaped(nothing_to_watch(context.texts))))
        return True
    if price >= cost[0]:
        services.questions.ask(context.pseudonym, offer_id)
        await context.say(price_too_high(offer.product, cost, context.texts))
        return True
    watch = await _kept(services, context, offer.product, cost, price)
    if watch is None:
        await context.say(Reply(escaped(too_many(PRICES_EACH, context.texts))))
    else:
        await context.say(price_watched(watch, services.people.quiet(context.pseudonym), context.texts))
    return True


async def save_search(services: WatchServices, context: UpdateContext, press: SaveSearch) -> None:
    """Save the search of a list, or bring it back; the pressed button shows it."""
    state = services.products.lists.get(press.token)
    if state is None or state.offer_id is not None:
        await context.toast(old_button(context.texts), alert=True)
        return
    search = search_of(state)
    new = services.watches.searches.get(search_name(context.pseudonym, search)) is None
    await services.products.lists.keep((search,))
    since = await context.typing(services.ends())
    made = SavedSearch(
        user_id=context.user_id, language=context.texts.language, search=search, since=since, at=services.clock()
    )
    if await services.watches.save(context.pseudonym, made) is None:
        await context.toast(too_many(SEARCHES_EACH, context.texts), alert=True)
        return
    if new:
        log_watch(services.request_log, context, search=search)
    await context.toast(search_saved(search, context.texts))
    await context.relabel(search_button(search, context.texts, on=True))


async def choose_quiet(services: WatchServices, context: UpdateContext, press: ChooseQuiet) -> None:
    """Show or set the quiet hours."""
    quiet = with_choice(services.people.quiet(context.pseudonym), press.value)
    if press.value != "show":
        await services.people.choose_quiet(context.pseudonym, quiet)
    await context.change(quiet_choice(quiet, services.clock(), context.texts))


async def _sold(
    services: WatchServices, context: UpdateContext, product: str
) -> tuple[Product, tuple[float, str]] | None:
    """The product that a button names and what it costs, as it is compared; None when the person was told why not."""
    offer_id = services.products.lists.offer_id(product)
    if offer_id is None:
        await context.toast(old_button(context.texts), alert=True)
        return None
    offer = await context.typing(services.products.offer(offer_id))
    if offer.product is None or offer.banned:
        await context.toast(stopped_words(context.texts, banned=offer.banned), alert=True)
        return None
    cost = compared(offer.product.price)
    if cost is None:
        await context.toast(nothing_to_watch(context.texts), alert=True)
        return None
    return offer.product, cost


async def _set_price(
    services: WatchServices, context: UpdateContext, product: Product, cost: tuple[float, str], wanted: float | None
) -> None:
    watch = await _kept(services, context, product, cost, wanted)
    if watch is None:
        await context.toast(too_many(PRICES_EACH, context.texts), alert=True)
        return
    await context.change(price_watched(watch, services.people.quiet(context.pseudonym), context.texts))


async def _kept(
    services: WatchServices, context: UpdateContext, product: Product, cost: tuple[float, str], wanted: float | None
) -> PriceWatch | None:
    made = PriceWatch(
        user_id=context.user_id,
        language=context.texts.language,
        offer_id=product.offer_id,
        name=clean(product.name, NAME_LIMIT),
        price=cost[0],
        currency=cost[1],
        wanted=wanted,
        at=services.clock(),
    )
    kept = await services.watches.watch(context.pseudonym, made)
    if kept is not None:
        log_watch(services.request_log, context, offer_id=product.offer_id)
    return kept
