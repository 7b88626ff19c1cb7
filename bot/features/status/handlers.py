"""/status, and the button under it."""

from bot.core.update_context import UpdateContext
from bot.features.status.buttons import RefreshStatus
from bot.features.status.prometheus import PrometheusDownError
from bot.features.status.replies import Alerting, nobody_knows, status
from bot.features.status.services import StatusServices
from bot.ui.reply import Reply


async def show_status(services: StatusServices, context: UpdateContext, _: str) -> None:
    """How every service is, as a new message."""
    await context.say(await context.typing(_status(services, context, unfolded=False)))


async def refresh_status(services: StatusServices, context: UpdateContext, press: RefreshStatus) -> None:
    """The same message, as of now, folded or not."""
    await context.change(await _status(services, context, unfolded=bool(press.unfolded)))


async def _status(services: StatusServices, context: UpdateContext, *, unfolded: bool) -> Reply:
    try:
        report = await services.look()
    except PrometheusDownError:
        return nobody_knows(context.texts)
    alerting = services.alerting
    alerts = Alerting(alerting.open_cards(), alerting.heard_at())
    return status(report, alerts, context.texts, unfolded=unfolded)
