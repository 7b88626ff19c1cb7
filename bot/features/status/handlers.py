"""/status."""

from bot.core.update_context import UpdateContext
from bot.features.status.prometheus import PrometheusDownError
from bot.features.status.replies import nobody_knows, status
from bot.services import Services
from bot.ui.callback_data import RefreshStatus
from bot.ui.reply import Reply


async def show_status(services: Services, context: UpdateContext, _: str) -> None:
    """How every service is."""
    await context.say(await context.typing(_status(services, context)))


async def refresh_status(services: Services, context: UpdateContext, _: RefreshStatus) -> None:
    """The same message, as of now."""
    await context.change(await _status(services, context))


async def _status(services: Services, context: UpdateContext) -> Reply:
    operators = services.operators
    if operators is None:
        return nobody_knows(context.texts)
    try:
        report = await operators.look()
    except PrometheusDownError:
        return nobody_knows(context.texts)
    desk = operators.desk
    return status(report, context.texts, open_cards=len(desk.cards.open()), heard=desk.heartbeat.seen_at)
