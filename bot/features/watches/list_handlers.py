"""/watch: what the person watches, and removing some of it."""

from bot.core.update_context import UpdateContext
from bot.features.watches.buttons import ShowWatches, StopWatch
from bot.features.watches.list_replies import Watched, not_watched, stopped, watch_list
from bot.features.watches.models import PriceWatch, SavedSearch
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


async def stop_watch(services: WatchServices, context: UpdateContext, press: StopWatch) -> None:
    """Remove a watch; one that is gone already is no fault."""
    there = await services.watches.stop(f"{context.pseudonym}:{press.watch}")
    if not there:
        await context.toast(not_watched(context.texts))
    await context.change(stopped(context.texts) if press.way == "m" else await _list(services, context, press.page))


async def _list(services: WatchServices, context: UpdateContext, page: int) -> Reply:
    mine: list[tuple[str, PriceWatch | SavedSearch]] = [
        *services.watches.prices.of(context.pseudonym),
        *services.watches.searches.of(context.pseudonym),
    ]
    ids = [watch.offer_id for _, watch in mine if isinstance(watch, PriceWatch)]
    known = await context.typing(services.products.catalog.products(ids)) if ids else {}
    await services.products.lists.keep(watch.search for _, watch in mine if isinstance(watch, SavedSearch))
    watched = [Watched(name.partition(":")[2], watch, _sold(services, known, watch)) for name, watch in mine]
    return watch_list(watched, page, services.people.quiet(context.pseudonym), context.texts)


def _sold(services: WatchServices, known: dict[str, Product], watch: PriceWatch | SavedSearch) -> Product | None:
    product = known.get(watch.offer_id) if isinstance(watch, PriceWatch) else None
    return product if product is not None and services.products.visibility.allows(product) else None
