"""/feeds: what came of shops' price lists, and the decision about those that wait."""

from bot.core.actor import actor, entry_id
from bot.core.update_context import UpdateContext
from bot.features.feeds.buttons import DecideFeed, ShowFeeds
from bot.features.feeds.replies import decided, feed_list, feed_page, over
from bot.features.feeds.services import FeedServices
from bot.ui.callback_ids import mark
from bot.ui.notices import old_button, refusal
from bot.ui.roles import Role
from pipeline.contracts.feeds import FeedDecision, FeedRun, FeedState


async def feeds(services: FeedServices, context: UpdateContext, argument: str) -> None:
    """The last feeds; of one shop, when its name or id is given."""
    ports, wanted = services.ports, argument.strip().casefold()
    runs = [
        run
        for run in ports.runs.newest()
        if not wanted or wanted in {run.store_id.casefold(), ports.shop_name(run.store_id).casefold()}
    ]
    await context.say(feed_list(runs, 0, ports.shop_name, services.clock(), context.texts))


async def show_feeds(services: FeedServices, context: UpdateContext, press: ShowFeeds) -> None:
    """A page of the list, or one feed."""
    ports = services.ports
    if not press.run:
        runs = ports.runs.newest()
        await context.change(feed_list(runs, press.page, ports.shop_name, services.clock(), context.texts))
        return
    run = _named(services, press.run)
    if run is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    admin = context.role >= Role.ADMIN
    await context.change(feed_page(run, press.page, ports.shop_name, context.texts, admin=admin))


async def decide_feed(services: FeedServices, context: UpdateContext, press: DecideFeed) -> None:
    """Write the decision, on record first; the feed service carries it out."""
    run = _named(services, press.run)
    if run is None or run.state is not FeedState.WAITING:
        await context.toast(over(context.texts), alert=True)
        return
    staff = context.role is Role.ADMIN
    if not staff and run.store_id not in services.access.shops_of(context.user_id):
        await context.toast(refusal(Role.ADMIN, context.texts), alert=True)
        return
    by, apply = actor(context), press.apply == 1
    name = by.name or services.ports.shop_name(run.store_id)
    decision = FeedDecision(run=run, apply=apply, by=by.id, by_name=name)
    action = "apply_feed" if apply else "keep_feed"
    await services.ports.decisions.decide(decision, by, entry_id=entry_id(context, action))
    shop = services.ports.shop_name(run.store_id)
    await context.change(decided(run, shop, context.texts, apply=apply, staff=staff))


def _named(services: FeedServices, short: str) -> FeedRun | None:
    return next((run for run in services.ports.runs.newest() if mark(run.key) == short), None)
