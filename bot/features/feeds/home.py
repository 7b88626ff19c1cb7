"""How the feeds stand, in one line for /start."""

from collections.abc import Sequence

from bot.core.home import HomeButton
from bot.core.update_context import UpdateContext
from bot.features.feeds.services import FeedServices
from bot.ui.buttons import OpenCommand
from bot.ui.locale import Texts
from bot.ui.reply import Button
from bot.ui.roles import Role
from bot.ui.time import lasting
from pipeline.contracts.feeds import FeedRun, FeedState


def home(services: FeedServices, context: UpdateContext) -> Sequence[HomeButton]:
    """The feeds of the person's shops; for the market's staff, of all shops. What waits for a decision comes first."""
    staff = context.role >= Role.OPERATOR
    mine = services.access.shops_of(context.user_id)
    runs = [run for run in services.ports.runs.newest() if staff or run.store_id in mine]
    waiting = sum(run.state is FeedState.WAITING for run in runs)
    texts = context.texts
    label = texts.plain("📦 No price list yet")
    if waiting:
        label = texts.plain_n(
            "📦 {n} price list waits for a decision", "📦 {n} price lists wait for a decision", waiting
        )
    elif runs:
        label = _last(services, runs[0], texts)
    # An operator sees what waits; the shop and the admins decide it.
    decides = waiting > 0 and context.role is not Role.OPERATOR
    button = Button(label, OpenCommand("feeds" if staff else "shops"))
    return (HomeButton(button, Role.OPERATOR if staff else Role.SELLER, waits=decides),)


def _last(services: FeedServices, run: FeedRun, texts: Texts) -> str:
    ago = lasting(services.clock() - (run.ended or run.began), texts)
    if run.refused:
        return texts.plain_n(
            "📦 Price list {ago} ago, {n} row refused",
            "📦 Price list {ago} ago, {n} rows refused",
            run.refused,
            ago=ago,
        )
    return texts.plain("📦 Price list {ago} ago, no errors", ago=ago)
