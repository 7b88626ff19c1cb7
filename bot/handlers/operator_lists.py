"""/alerts and /silences."""

from bot.alerts.alertmanager import AlertmanagerDownError, KnownSilence
from bot.alerts.desk import Desk
from bot.handlers.operator import audit, desk_of, say_down
from bot.replies.alert_list import alert_list
from bot.replies.alert_notices import alertmanager_down, no_alerts_here, unsilenced
from bot.replies.alert_silence import silence_list
from bot.replies.callback import AlertsPage, EndSilence, SilencesPage
from bot.replies.reply import Reply
from bot.replies.text import escaped
from bot.services import Services
from bot.turn import Turn


async def show_alerts(services: Services, turn: Turn, _: str) -> None:
    """The open cards."""
    if services.operators is None:
        await turn.say(Reply(escaped(no_alerts_here(turn.texts))))
        return
    await turn.say(alert_list(services.operators.desk.cards.open(), 0, services.clock(), turn.texts))


async def page_alerts(services: Services, turn: Turn, press: AlertsPage) -> None:
    """Another page of them."""
    desk = await desk_of(services, turn)
    if desk is not None:
        await turn.change(alert_list(desk.cards.open(), press.page, services.clock(), turn.texts))


async def show_silences(services: Services, turn: Turn, _: str) -> None:
    """The silences that last."""
    if services.operators is None:
        await turn.say(Reply(escaped(no_alerts_here(turn.texts))))
        return
    try:
        silences = await _active(services.operators.desk)
    except AlertmanagerDownError:
        await turn.say(Reply(escaped(alertmanager_down(turn.texts))))
        return
    await turn.say(silence_list(silences, 0, services.clock(), turn.texts))


async def page_silences(services: Services, turn: Turn, press: SilencesPage) -> None:
    """Another page of them."""
    desk = await desk_of(services, turn)
    if desk is not None:
        await _show_page(services, turn, desk, press.page)


async def end_silence(services: Services, turn: Turn, press: EndSilence) -> None:
    """End one, and show what is left."""
    desk = await desk_of(services, turn)
    if desk is None:
        return
    audit(services, turn, "unsilence", press.silence, result="requested")
    try:
        await desk.end_silence(press.silence)
    except AlertmanagerDownError as error:
        audit(services, turn, "unsilence", press.silence, result="failed")
        await say_down(turn, error)
        return
    audit(services, turn, "unsilence", press.silence)
    await turn.toast(unsilenced(turn.texts))
    await _show_page(services, turn, desk, press.page)


async def _show_page(services: Services, turn: Turn, desk: Desk, page: int) -> None:
    try:
        silences = await _active(desk)
    except AlertmanagerDownError as error:
        await say_down(turn, error)
        return
    await turn.change(silence_list(silences, page, services.clock(), turn.texts))


async def _active(desk: Desk) -> list[KnownSilence]:
    silences = [silence for silence in await desk.alertmanager.silences() if silence.active]
    return sorted(silences, key=lambda silence: silence.ends_at)
