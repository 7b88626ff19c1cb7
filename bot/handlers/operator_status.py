"""/status."""

from bot.replies.callback import RefreshStatus
from bot.replies.reply import Reply
from bot.replies.status import nobody_knows, status
from bot.services import Services
from bot.status.prometheus import PrometheusDownError
from bot.turn import Turn


async def show_status(services: Services, turn: Turn, _: str) -> None:
    """How every service is."""
    await turn.say(await turn.typing(_status(services, turn)))


async def refresh_status(services: Services, turn: Turn, _: RefreshStatus) -> None:
    """The same message, as of now."""
    await turn.change(await _status(services, turn))


async def _status(services: Services, turn: Turn) -> Reply:
    operators = services.operators
    if operators is None:
        return nobody_knows(turn.texts)
    try:
        report = await operators.look()
    except PrometheusDownError:
        return nobody_knows(turn.texts)
    desk = operators.desk
    return status(report, turn.texts, open_cards=len(desk.cards.open()), heard=desk.heartbeat.seen_at)
