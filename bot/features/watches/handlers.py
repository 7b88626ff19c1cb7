"""The buttons that set watches, the price that a person writes, and quiet hours."""

import re

from bot.core.update_context import UpdateContext
from bot.features.watches.buttons import ChooseQuiet, SaveSearch, WatchPrice
from bot.features.watches.models import PriceWatch, SavedSearch
from bot.features.watches.quiet_hours import with_choice
from bot.features.watches.quiet_replies import quiet_choice
from bot.features.watches.records import log_watch
from bot.features.watches.replies import (
    SHARES,
    nothing_to_watch,
    price_asked,
    price_question,
    price_too_high,
    price_watched,
    search_saved,
    too_many,
    wished,
)
from bot.features.watches.services import WatchServices
from bot.features.watches.store import PRICES_EACH, SEARCHES_EACH, price_name, search_name
from bot.features.watches.watch_events import with_wanted
from bot.products.card import stopped_words
from bot.products.list_state import ListState
from bot.products.price_text import compared
from bot.ui.notices import old_button
from bot.ui.text import clean
from pipeline.contracts.messages import Product

NAME_LIMIT = 300
PRICE = re.compile(
    r"^\s*(\d{1,3}(?:[ \u00a0]\d{3})+|\d{1,9})(?:[.,](\d{1,2}))?\s*(?:₽|руб\w*\.?|р\.?|rub\w*)?\s*$", re.IGNORECASE
)


async def watch_price(services: WatchServices, context: UpdateContext, press: WatchPrice) -> None:
    """Ask at what price, or take the choice."""
    offer_id = services.products.lists.offer_id(press.product)
    if offer_id is None or press.step not in {"ask", "any", "own", *SHARES}:
        await context.toast(old_button(context.texts), alert=True)
        return
    offer = await context.typing(services.products.offer(offer_id))
    if offer.product is None or offer.banned:
        await context.toast(stopped_words(context.texts, banned=offer.banned), alert=True)
        return
    cost = compared(offer.product.price)
    if cost is None:
        await context.toast(nothing_to_watch(context.texts), alert=True)
        return
    if press.step == "ask":
        there = services.watches.prices.get(price_name(context.pseudonym, offer_id))
        await context.say(price_question(offer.product, cost, there, context.texts))
        return
    await _set_price(services, context, offer.product, cost, press.step)


async def write_price(services: WatchServices, context: UpdateContext, text: str) -> bool:
    """Take a written price; False when none was asked for, or this is none."""
    asked = services.watches.asked(context.pseudonym)
    price = price_of(text) if asked is not None else None
    if asked is None or price is None:
        return False
    name, there = asked
    if price >= there.price:
        await context.say(price_too_high(there, context.texts))
        return True
    wanted = with_wanted(there, price)
    after = await services.watches.prices.change(name, lambda now: now and wanted)
    await context.say(price_watched(after or wanted, services.people.quiet(context.pseudonym), context.texts))
    return True


async def save_search(services: WatchServices, context: UpdateContext, press: SaveSearch) -> None:
    """Save the search of a list."""
    state = services.products.lists.get(press.token)
    if state is None or state.offer_id is not None:
        await context.toast(old_button(context.texts), alert=True)
        return
    search = ListState.model_validate(state.model_dump(exclude={"at", "sort"}))
    made = SavedSearch(user_id=context.user_id, language=context.texts.language, search=search, at=services.clock())
    new = services.watches.searches.get(search_name(context.pseudonym, made)) is None
    await services.products.lists.keep((search,))
    if await services.watches.save(context.pseudonym, made) is None:
        await context.toast(too_many(SEARCHES_EACH, context.texts), alert=True)
        return
    if new:
        log_watch(services.request_log, context, search=search)
    await context.toast(search_saved(context.texts, new=new), alert=new)


async def choose_quiet(services: WatchServices, context: UpdateContext, press: ChooseQuiet) -> None:
    """Show or set the quiet hours."""
    quiet = with_choice(services.people.quiet(context.pseudonym), press.value)
    if press.value != "show":
        await services.people.choose_quiet(context.pseudonym, quiet)
    await context.change(quiet_choice(quiet, services.clock(), context.texts))


def price_of(text: str) -> float | None:
    """A price that is written alone: 4500, 4 500 ₽, 4500,50."""
    found = PRICE.match(text)
    if found is None:
        return None
    whole = "".join(character for character in found[1] if character.isdigit())
    return float(f"{whole}.{found[2] or 0}") or None


async def _set_price(
    services: WatchServices, context: UpdateContext, product: Product, cost: tuple[float, str], step: str
) -> None:
    own = step == "own"
    made = PriceWatch(
        user_id=context.user_id,
        language=context.texts.language,
        offer_id=product.offer_id,
        name=clean(product.name, NAME_LIMIT),
        price=cost[0],
        currency=cost[1],
        wanted=wished(cost[0], step),
        asked_at=services.clock() if own else None,
        at=services.clock(),
    )
    if await services.watches.watch(context.pseudonym, made) is None:
        await context.toast(too_many(PRICES_EACH, context.texts), alert=True)
        return
    log_watch(services.request_log, context, offer_id=product.offer_id)
    quiet = services.people.quiet(context.pseudonym)
    await context.change(price_asked(made, context.texts) if own else price_watched(made, quiet, context.texts))
