"""/alerts, /silences, and the buttons of alert cards."""

from bot.core.actor import actor
from bot.core.update_context import UpdateContext
from bot.features.alerts.alertmanager import AlertmanagerDownError
from bot.features.alerts.buttons import (
    AcknowledgeCard,
    AlertsPage,
    CardDetails,
    EndSilence,
    SilenceCard,
    SilencesPage,
    UnsilenceCard,
)
from bot.features.alerts.details_replies import alert_details
from bot.features.alerts.list_replies import alert_list
from bot.features.alerts.models import Card
from bot.features.alerts.notices import (
    alertmanager_down,
    already_taken,
    card_gone,
    card_resolved,
    not_silenced,
    silence_left,
    silenced,
    taken,
    unsilenced,
)
from bot.features.alerts.replies import SILENCE_HOURS, name_of
from bot.features.alerts.services import AlertServices
from bot.features.alerts.silence_replies import silence_done, silence_list, silence_preview
from bot.ui.reply import Reply
from bot.ui.text import escaped
from ops.logs import get_logger

log = get_logger(__name__)


async def show_alerts(services: AlertServices, context: UpdateContext, _: str) -> None:
    """The open cards, the newest first."""
    await context.say(alert_list(services.actions.cards.open(), 0, services.clock(), context.texts))


async def page_alerts(services: AlertServices, context: UpdateContext, press: AlertsPage) -> None:
    """Another page of the open cards, in the same message."""
    await context.change(alert_list(services.actions.cards.open(), press.page, services.clock(), context.texts))


async def show_silences(services: AlertServices, context: UpdateContext, _: str) -> None:
    """The silences that last, the one that ends first before the others."""
    try:
        silences = await services.actions.silences()
    except AlertmanagerDownError:
        await context.say(Reply(escaped(alertmanager_down(context.texts))))
        return
    await context.say(silence_list(silences, 0, services.clock(), context.texts))


async def page_silences(services: AlertServices, context: UpdateContext, press: SilencesPage) -> None:
    """Another page of the silences, in the same message."""
    await _show_silences(services, context, press.page)


async def end_silence(services: AlertServices, context: UpdateContext, press: EndSilence) -> None:
    """End one silence, and show what is left."""
    await services.audit_log.record(context, "unsilence", press.silence, result="requested")
    try:
        await services.actions.end_silence(press.silence)
    except AlertmanagerDownError as error:
        await services.audit_log.record(context, "unsilence", press.silence, result="failed")
        await _say_down(context, error)
        return
    await services.audit_log.record(context, "unsilence", press.silence)
    await context.toast(unsilenced(context.texts))
    await _show_silences(services, context, press.page)


async def acknowledge(services: AlertServices, context: UpdateContext, press: AcknowledgeCard) -> None:
    """The operator takes the card; the first one stays its owner."""
    card = services.actions.cards.get(press.card)
    if card is None or not card.open:
        await context.toast((card_resolved if card else card_gone)(context.texts), alert=card is None)
        return
    name = _operator_name(context)
    if card.owner:
        await context.toast(taken(context.texts) if card.owner == name else already_taken(card.owner, context.texts))
        return
    await services.audit_log.record(context, "acknowledge", name_of(card))
    after = await services.actions.acknowledge(press.card, name)
    mine = after is not None and after.owner == name
    await context.toast(taken(context.texts) if mine else already_taken(after.owner if after else "?", context.texts))


async def silence(services: AlertServices, context: UpdateContext, press: SilenceCard) -> None:
    """Preview, then a silence in Alertmanager under the operator's name."""
    if press.step == "no":
        await context.change(silence_left(context.texts))
        return
    card = services.actions.cards.get(press.card)
    if card is None or not card.open or press.hours not in SILENCE_HOURS:
        await context.toast((card_resolved if card else card_gone)(context.texts), alert=True)
        return
    if press.step == "yes":
        await _silence(services, context, press, card)
    else:
        await _preview(services, context, press, card)


async def _silence(services: AlertServices, context: UpdateContext, press: SilenceCard, card: Card) -> None:
    record, name, hours = services.audit_log.record, name_of(card), f"{press.hours} h"
    await record(context, "silence", name, hours, result="requested")
    try:
        made = await services.actions.silence(press.card, press.hours, _operator_name(context))
    except AlertmanagerDownError as error:
        await record(context, "silence", name, hours, result="failed")
        await _say_down(context, error)
        return
    if made is None:
        await context.toast(card_resolved(context.texts), alert=True)
        return
    await record(context, "silence", name, f"{hours}, {made.silence_id}")
    await context.change(silence_done(card, made, context.texts))
    await context.toast(silenced(context.texts))


async def _preview(services: AlertServices, context: UpdateContext, press: SilenceCard, card: Card) -> None:
    try:
        covered = await services.actions.coverage(card)
    except AlertmanagerDownError as error:
        await _say_down(context, error)
        return
    await context.say(silence_preview(press.card, card, press.hours, covered, context.texts))


async def unsilence(services: AlertServices, context: UpdateContext, press: UnsilenceCard) -> None:
    """End the silence of the card, whoever made it."""
    card = services.actions.cards.get(press.card)
    if card is None or card.silence is None:
        await context.toast(not_silenced(context.texts))
        return
    record, name, silence_id = services.audit_log.record, name_of(card), card.silence.silence_id
    await record(context, "unsilence", name, silence_id, result="requested")
    try:
        await services.actions.unsilence(press.card)
    except AlertmanagerDownError as error:
        await record(context, "unsilence", name, silence_id, result="failed")
        await _say_down(context, error)
        return
    await record(context, "unsilence", name, silence_id)
    await context.toast(unsilenced(context.texts))


async def details(services: AlertServices, context: UpdateContext, press: CardDetails) -> None:
    """Labels and annotations of one alert of the card, with arrows to the others."""
    card = services.actions.cards.get(press.card)
    if card is None or not card.alerts:
        await context.toast(card_gone(context.texts), alert=True)
        return
    reply = alert_details(press.card, card, press.number, context.texts)
    await (context.change(reply) if press.way == "p" else context.say(reply))


async def _show_silences(services: AlertServices, context: UpdateContext, page: int) -> None:
    try:
        silences = await services.actions.silences()
    except AlertmanagerDownError as error:
        await _say_down(context, error)
        return
    await context.change(silence_list(silences, page, services.clock(), context.texts))


async def _say_down(context: UpdateContext, error: AlertmanagerDownError) -> None:
    """Tell the person that Alertmanager is away; the card stays as it is."""
    log.warning("alertmanager_does_not_answer", setting="YARMARKA_BOT__ALERTMANAGER_URL", error=str(error))
    await context.toast(alertmanager_down(context.texts), alert=True)


def _operator_name(context: UpdateContext) -> str:
    return actor(context).name or "?"
