"""/alerts and /silences."""

from bot.core.update_context import UpdateContext
from bot.features.alerts.alertmanager import AlertmanagerDownError, KnownSilence
from bot.features.alerts.list_replies import alert_list
from bot.features.alerts.notices import alertmanager_down, no_alerts_here, unsilenced
from bot.features.alerts.operator_context import audit, desk_of, say_down
from bot.features.alerts.service import AlertActions
from bot.features.alerts.silence_replies import silence_list
from bot.services import Services
from bot.ui.callback_data import AlertsPage, EndSilence, SilencesPage
from bot.ui.reply import Reply
from bot.ui.text import escaped


async def show_alerts(services: Services, context: UpdateContext, _: str) -> None:
    """The open cards."""
    if services.operators is None:
        await context.say(Reply(escaped(no_alerts_here(context.texts))))
        return
    await context.say(alert_list(services.operators.desk.cards.open(), 0, services.clock(), context.texts))


async def page_alerts(services: Services, context: UpdateContext, press: AlertsPage) -> None:
    """Another page of them."""
    desk = await desk_of(services, context)
    if desk is not None:
        await context.change(alert_list(desk.cards.open(), press.page, services.clock(), context.texts))


async def show_silences(services: Services, context: UpdateContext, _: str) -> None:
    """The silences that last."""
    if services.operators is None:
        await context.say(Reply(escaped(no_alerts_here(context.texts))))
        return
    try:
        silences = await _active(services.operators.desk)
    except AlertmanagerDownError:
        await context.say(Reply(escaped(alertmanager_down(context.texts))))
        return
    await context.say(silence_list(silences, 0, services.clock(), context.texts))


async def page_silences(services: Services, context: UpdateContext, press: SilencesPage) -> None:
    """Another page of them."""
    desk = await desk_of(services, context)
    if desk is not None:
        await _show_page(services, context, desk, press.page)


async def end_silence(services: Services, context: UpdateContext, press: EndSilence) -> None:
    """End one, and show what is left."""
    desk = await desk_of(services, context)
    if desk is None:
        return
    audit(services, context, "unsilence", press.silence, result="requested")
    try:
        await desk.end_silence(press.silence)
    except AlertmanagerDownError as error:
        audit(services, context, "unsilence", press.silence, result="failed")
        await say_down(context, error)
        return
    audit(services, context, "unsilence", press.silence)
    await context.toast(unsilenced(context.texts))
    await _show_page(services, context, desk, press.page)


async def _show_page(services: Services, context: UpdateContext, desk: AlertActions, page: int) -> None:
    try:
        silences = await _active(desk)
    except AlertmanagerDownError as error:
        await say_down(context, error)
        return
    await context.change(silence_list(silences, page, services.clock(), context.texts))


async def _active(desk: AlertActions) -> list[KnownSilence]:
    silences = [silence for silence in await desk.alertmanager.silences() if silence.active]
    return sorted(silences, key=lambda silence: silence.ends_at)
