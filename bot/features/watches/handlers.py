"""/watch, the buttons that set and remove watches, quiet hours, and the price that a person writes."""

import re

from bot.core.request_log import watch_record
from bot.core.update_context import UpdateContext
from bot.features.watches.models import PriceWatch, SavedSearch
from bot.features.watches.quiet_hours import local
from bot.features.watches.replies import (
    QUIET,
    SHARES,
    Watched,
    not_watched,
    price_asked,
    price_question,
    price_too_high,
    price_watched,
    quiet_choice,
    search_saved,
    stopped,
    too_many,
    watch_list,
    wished,
)
from bot.features.watches.store import PRICES_EACH, SEARCHES_EACH, price_name, search_name
from bot.products.card import stopped_words
from bot.products.offer import look_up
from bot.services import Services
from bot.ui.callback_data import ChooseQuiet, SaveSearch, ShowWatches, StopWatch, WatchPrice
from bot.ui.notices import old_button
from bot.ui.reply import Reply
from bot.ui.text import clean
from pipeline.contracts.chat_state import ListState
from pipeline.contracts.messages import Product

NAME_LIMIT = 300
PRICE = re.compile(
    r"^\s*(\d{1,3}(?:[ \u00a0]\d{3})+|\d{1,9})(?:[.,](\d{1,2}))?\s*(?:₽|руб\w*\.?|р\.?|rub\w*)?\s*$", re.IGNORECASE
)
CLOCKS = range(-12, 15)


async def watch(services: Services, context: UpdateContext, _: str) -> None:
    """What the person watches."""
    await context.say(await _list(services, context, 0))


async def show_watches(services: Services, context: UpdateContext, press: ShowWatches) -> None:
    """A page of it."""
    reply = await _list(services, context, press.page)
    await (context.say(reply) if press.way == "n" else context.change(reply))


async def watch_price(services: Services, context: UpdateContext, press: WatchPrice) -> None:
    """Ask at what price, or take the choice."""
    product_id = services.lists.product_id(press.product)
    if product_id is None or press.step not in {"ask", "any", "own", *SHARES}:
        await context.toast(old_button(context.texts), alert=True)
        return
    offer = await context.typing(look_up(services, product_id))
    if offer.product is None or offer.banned:
        await context.toast(stopped_words(context.texts, banned=offer.banned), alert=True)
        return
    if press.step == "ask":
        there = services.watches.prices.get(price_name(context.pseudonym, product_id))
        await context.say(price_question(offer.product, there, context.texts))
        return
    wanted = wished(offer.product.price.amount, press.step)
    made = _made(services, context, offer.product, wanted, asked=press.step == "own")
    if await services.watches.watch(context.pseudonym, made) is None:
        await context.toast(too_many(PRICES_EACH, context.texts), alert=True)
        return
    services.records.request(watch_record(services, context, product_id=product_id))
    if press.step == "own":
        await context.change(price_asked(made, context.texts))
        return
    await context.change(price_watched(made, services.people.quiet(context.pseudonym), context.texts))


async def write_price(services: Services, context: UpdateContext, text: str) -> bool:
    """Take a written price; False when none was asked for, or this is none."""
    asked = services.watches.asked(context.pseudonym)
    price = price_of(text) if asked is not None else None
    if asked is None or price is None:
        return False
    name, there = asked
    if price >= there.price:
        await context.say(price_too_high(there, context.texts))
        return True
    wanted = there.model_copy(update={"wanted": price, "told": None, "due": None, "asked_at": None})
    after = await services.watches.prices.change(name, lambda now: now and wanted)
    await context.say(price_watched(after or wanted, services.people.quiet(context.pseudonym), context.texts))
    return True


async def save_search(services: Services, context: UpdateContext, press: SaveSearch) -> None:
    """Save the search of a list."""
    state = services.lists.get(press.token)
    if state is None or state.product_id is not None:
        await context.toast(old_button(context.texts), alert=True)
        return
    search = ListState.model_validate(state.model_dump(exclude={"at", "sort"}))
    made = SavedSearch(user_id=context.user_id, language=context.texts.language, search=search, at=services.clock())
    new = services.watches.searches.get(search_name(context.pseudonym, made)) is None
    await services.lists.keep((search,))
    if await services.watches.save(context.pseudonym, made) is None:
        await context.toast(too_many(SEARCHES_EACH, context.texts), alert=True)
        return
    if new:
        services.records.request(watch_record(services, context, search=search))
    await context.toast(search_saved(context.texts, new=new), alert=new)


async def stop_watch(services: Services, context: UpdateContext, press: StopWatch) -> None:
    """Remove a watch."""
    there = await services.watches.stop(f"{context.pseudonym}:{press.watch}")
    if not there:
        await context.toast(not_watched(context.texts))
    await context.change(stopped(context.texts) if press.way == "m" else await _list(services, context, press.page))


async def choose_quiet(services: Services, context: UpdateContext, press: ChooseQuiet) -> None:
    """Show or set the quiet hours."""
    quiet = services.people.quiet(context.pseudonym)
    if press.value in {*QUIET, "0-0"}:
        start, _, end = press.value.partition("-")
        quiet = quiet.model_copy(update={"start": int(start), "end": int(end)})
    elif press.value in {"later", "earlier"}:
        moved = quiet.utc_offset + (1 if press.value == "later" else -1)
        quiet = quiet.model_copy(update={"utc_offset": moved if moved in CLOCKS else CLOCKS[0 if moved > 0 else -1]})
    if press.value != "show":
        await services.people.choose_quiet(context.pseudonym, quiet)
    await context.change(quiet_choice(quiet, local(quiet, services.clock()), context.texts))


def price_of(text: str) -> float | None:
    """A price that is written alone: 4500, 4 500 ₽, 4500,50."""
    found = PRICE.match(text)
    if found is None:
        return None
    whole = "".join(character for character in found[1] if character.isdigit())
    return float(f"{whole}.{found[2] or 0}") or None


async def _list(services: Services, context: UpdateContext, page: int) -> Reply:
    mine: list[tuple[str, PriceWatch | SavedSearch]] = [
        *services.watches.prices.of(context.pseudonym),
        *services.watches.searches.of(context.pseudonym),
    ]
    ids = [watch.product_id for _, watch in mine if isinstance(watch, PriceWatch)]
    known = await context.typing(services.catalog.products(ids)) if ids else {}
    await services.lists.keep(watch.search for _, watch in mine if isinstance(watch, SavedSearch))
    watched = [Watched(name.partition(":")[2], watch, _sold(services, known, watch)) for name, watch in mine]
    return watch_list(watched, page, services.people.quiet(context.pseudonym), context.texts)


def _sold(services: Services, known: dict[str, Product], watch: PriceWatch | SavedSearch) -> Product | None:
    product = known.get(watch.product_id) if isinstance(watch, PriceWatch) else None
    return product if product is not None and services.visibility.allows(product) else None


def _made(
    services: Services, context: UpdateContext, product: Product, wanted: float | None, *, asked: bool
) -> PriceWatch:
    return PriceWatch(
        user_id=context.user_id,
        language=context.texts.language,
        product_id=product.product_id,
        name=clean(product.name, NAME_LIMIT),
        price=product.price.amount,
        currency=product.price.currency,
        wanted=wanted,
        asked_at=services.clock() if asked else None,
        at=services.clock(),
    )
