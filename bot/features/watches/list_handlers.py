"""/watch: what the person watches, one thing of it, taking it off and bringing it back."""

from bot.core.update_context import UpdateContext
from bot.features.watches.buttons import OpenWatch, RestoreWatch, ShowWatches, StopWatch
from bot.features.watches.list_replies import Watched, not_watched, one_watch, restored, stopped, too_late, watch_list
from bot.features.watches.models import PriceWatch, SavedSearch
from bot.features.watches.replies import price_watched, search_left
from bot.features.watches.search_part import search_button_again
from bot.features.watches.services import WatchServices
from bot.ui.reply import Reply
from pipeline.contracts.messages import Product


async def watch(services: WatchServices, context: UpdateContext, _: str) -> None:
    """Say what the person watches."""
    await context.say(await _list(services, context, 0))


async def show_watches(services: WatchServices, context: UpdateContext, press: ShowWatches) -> None:
    """Show a page of it."""
    reply = await _list(services, context, press.page)
    await (context.say(reply) if press.way == "n" else context.change(reply))


async def open_watch(services: WatchServices, context: UpdateContext, press: OpenWatch) -> None:
    """Show one thing that is watched, in place of the list."""
    name = f"{context.pseudonym}:{press.watch}"
    there = services.watches.prices.get(name) or services.watches.searches.get(name)
    if there is None or not services.watches.watches(name):
        await context.toast(not_watched(context.texts))
        await context.change(await _list(services, context, press.page))
        return
    product = await _product(services, context, there)
    await context.change(one_watch(Watched(press.watch, there, product), press.page, context.texts))


async def stop_watch(services: WatchServices, context: UpdateContext, press: StopWatch) -> None:
    """Take off a watch, with the way back in its place; one that is gone already is no fault."""
    name = f"{context.pseudonym}:{press.watch}"
    there = services.watches.prices.get(name) or services.watches.searches.get(name)
    if not await services.watches.stop(name):
        await context.toast(not_watched(context.texts))
    if press.way == "b" and isinstance(there, SavedSearch):
        await context.toast(search_left(there.search, context.texts))
        await context.relabel(search_button_again(there.search, context.texts))
    elif press.way == "l":
        await context.change(await _list(services, context, press.page))
    else:
        await context.change(stopped(press.watch, there, context.texts))


async def restore_watch(services: WatchServices, context: UpdateContext, press: RestoreWatch) -> None:
    """Bring back what was taken off; after five minutes it is gone."""
    back = await services.watches.restore(f"{context.pseudonym}:{press.watch}")
    if back is None:
        await context.toast(too_late(context.texts), alert=True)
    if press.way == "l":
        await context.change(await _list(services, context, press.page))
    elif isinstance(back, PriceWatch):
        await context.change(price_watched(back, services.people.quiet(context.pseudonym), context.texts))
    elif back is not None:
        await context.change(restored(press.watch, back, context.texts))


async def _list(services: WatchServices, context: UpdateContext, page: int) -> Reply:
    mine: list[tuple[str, PriceWatch | SavedSearch]] = [
        *services.watches.prices.kept_of(context.pseudonym),
        *services.watches.searches.kept_of(context.pseudonym),
    ]
    ids = [watch.offer_id for _, watch in mine if isinstance(watch, PriceWatch)]
    known = await context.typing(services.products.catalog.products(ids)) if ids else {}
    await services.products.lists.keep(watch.search for _, watch in mine if isinstance(watch, SavedSearch))
    watched = [Watched(name.partition(":")[2], watch, _sold(services, known, watch)) for name, watch in mine]
    return watch_list(watched, page, services.people.quiet(context.pseudonym), context.texts)


async def _product(services: WatchServices, context: UpdateContext, watch: PriceWatch | SavedSearch) -> Product | None:
    if not isinstance(watch, PriceWatch):
        await services.products.lists.keep((watch.search,))
        return None
    known = await context.typing(services.products.catalog.products((watch.offer_id,)))
    await services.products.lists.keep_long_ids(known.values())
    return _sold(services, known, watch)


def _sold(services: WatchServices, known: dict[str, Product], watch: PriceWatch | SavedSearch) -> Product | None:
    product = known.get(watch.offer_id) if isinstance(watch, PriceWatch) else None
    return product if product is not None and services.products.visibility.allows(product) else None
