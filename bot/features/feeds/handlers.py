"""/feeds: what came of shops' price lists, and the decision about those that wait."""

from aiokafka.errors import KafkaError

from bot.core.actor import actor, entry_id
from bot.core.update_context import UpdateContext
from bot.features.feeds.buttons import DecideFeed, SendRows, ShowFeeds
from bot.features.feeds.replies import decided, feed_list, feed_page, over, ways_on
from bot.features.feeds.report_replies import no_rows
from bot.features.feeds.sent_message import send_rows_file
from bot.features.feeds.services import FeedServices
from bot.features.feeds.store import FeedDecided
from bot.ui.callback_ids import mark
from bot.ui.notices import old_button, refusal
from bot.ui.reply import Reply
from bot.ui.roles import Role
from ops.errors import ServerAway
from ops.logs import get_logger
from pipeline.contracts.feeds import FeedDecision, FeedRun, FeedState

log = get_logger(__name__)


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
    admin, decision = context.role >= Role.ADMIN, services.decisions.get(run.key)
    await context.change(feed_page(run, press.page, ports.shop_name, decision, context.texts, admin=admin))


async def decide_feed(services: FeedServices, context: UpdateContext, press: DecideFeed) -> None:
    """Write the decision, on record first; the feed service carries it out. Everybody's card says so at once."""
    run = _named(services, press.run)
    if run is None or run.state is not FeedState.WAITING or services.decisions.get(run.key) is not None:
        await context.toast(over(context.texts), alert=True)
        return
    staff = context.role is Role.ADMIN
    if not staff and not _is_own(services, context, run):
        await context.toast(refusal(Role.ADMIN, context.texts), alert=True)
        return
    by, apply = actor(context), press.apply == 1
    name = by.name or services.ports.shop_name(run.store_id)
    decision = FeedDecision(run=run, apply=apply, by=by.id, by_name=name)
    action = "apply_feed" if apply else "keep_feed"
    await services.ports.decisions.decide(decision, by, entry_id=entry_id(context, action))
    made = FeedDecided(apply=apply, by=name, person=context.pseudonym, at=services.clock())
    await services.decisions.put(run.key, made)
    services.waiting.cards.look()
    shown = decided(run, services.ports.shop_name(run.store_id), made, context.texts)
    await context.change(Reply(shown.text, ways_on(run, context.texts, staff=staff)))


async def send_rows(services: FeedServices, context: UpdateContext, press: SendRows) -> None:
    """The rows with errors of a feed, to the staff and to the shop's people."""
    run = _named(services, press.run)
    if run is None or context.chat_id is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    if context.role < Role.OPERATOR and not _is_own(services, context, run):
        await context.toast(refusal(Role.OPERATOR, context.texts), alert=True)
        return
    try:
        rows = await context.typing(services.ports.refused.of(run))
    except (KafkaError, ServerAway, TimeoutError) as error:
        log.warning("refused_rows_not_read", run=run.key, error=type(error).__name__)
        rows = []
    if not rows:
        await context.toast(no_rows(context.texts), alert=True)
        return
    await context.toast("")
    await send_rows_file(context.bot, context.chat_id, run, rows, context.texts)


def _is_own(services: FeedServices, context: UpdateContext, run: FeedRun) -> bool:
    return run.store_id in services.access.shops_of(context.user_id)


def _named(services: FeedServices, short: str) -> FeedRun | None:
    return next((run for run in services.ports.runs.newest() if mark(run.key) == short), None)
