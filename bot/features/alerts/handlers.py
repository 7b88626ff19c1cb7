"""The buttons of alert cards."""

from bot.core.update_context import UpdateContext
from bot.features.alerts.alertmanager import AlertmanagerDownError
from bot.features.alerts.details_replies import alert_details
from bot.features.alerts.models import Card
from bot.features.alerts.notices import (
    already_taken,
    card_gone,
    card_resolved,
    not_silenced,
    silence_left,
    silenced,
    taken,
    unsilenced,
)
from bot.features.alerts.operator_context import audit, desk_of, operator_name, say_down
from bot.features.alerts.replies import SILENCE_HOURS, name_of
from bot.features.alerts.service import AlertActions
from bot.features.alerts.silence_replies import silence_done, silence_preview
from bot.services import Services
from bot.ui.callback_data import AcknowledgeCard, CardDetails, SilenceCard, UnsilenceCard


async def acknowledge(services: Services, context: UpdateContext, press: AcknowledgeCard) -> None:
    """The operator takes the card; the first one stays its owner."""
    desk = await desk_of(services, context)
    if desk is None:
        return
    card = desk.cards.get(press.card)
    if card is None or not card.open:
        await context.toast((card_resolved if card else card_gone)(context.texts), alert=card is None)
        return
    name = operator_name(context)
    if card.owner:
        await context.toast(taken(context.texts) if card.owner == name else already_taken(card.owner, context.texts))
        return
    audit(services, context, "acknowledge", name_of(card))
    after = await desk.acknowledge(press.card, name)
    mine = after is not None and after.owner == name
    await context.toast(taken(context.texts) if mine else already_taken(after.owner if after else "?", context.texts))


async def silence(services: Services, context: UpdateContext, press: SilenceCard) -> None:
    """Preview, then a silence in Alertmanager under the operator's name."""
    desk = await desk_of(services, context)
    if desk is None:
        return
    if press.step == "no":
        await context.change(silence_left(context.texts))
        return
    card = desk.cards.get(press.card)
    if card is None or not card.open or press.hours not in SILENCE_HOURS:
        await context.toast((card_resolved if card else card_gone)(context.texts), alert=True)
        return
    if press.step != "yes":
        await _preview(context, desk, press, card)
        return
    audit(services, context, "silence", name_of(card), f"{press.hours} h", result="requested")
    try:
        made = await desk.silence(press.card, press.hours, operator_name(context))
    except AlertmanagerDownError as error:
        audit(services, context, "silence", name_of(card), f"{press.hours} h", result="failed")
        await say_down(context, error)
        return
    if made is None:
        await context.toast(card_resolved(context.texts), alert=True)
        return
    audit(services, context, "silence", name_of(card), f"{press.hours} h, {made.silence_id}")
    await context.change(silence_done(card, made, context.texts))
    await context.toast(silenced(context.texts))


async def _preview(context: UpdateContext, desk: AlertActions, press: SilenceCard, card: Card) -> None:
    try:
        covered = await desk.coverage(card)
    except AlertmanagerDownError as error:
        await say_down(context, error)
        return
    await context.say(silence_preview(press.card, card, press.hours, covered, context.texts))


async def unsilence(services: Services, context: UpdateContext, press: UnsilenceCard) -> None:
    """End the card's silence."""
    desk = await desk_of(services, context)
    if desk is None:
        return
    card = desk.cards.get(press.card)
    if card is None or card.silence is None:
        await context.toast(not_silenced(context.texts))
        return
    audit(services, context, "unsilence", name_of(card), card.silence.silence_id, result="requested")
    try:
        await desk.unsilence(press.card)
    except AlertmanagerDownError as error:
        audit(services, context, "unsilence", name_of(card), card.silence.silence_id, result="failed")
        await say_down(context, error)
        return
    audit(services, context, "unsilence", name_of(card), card.silence.silence_id)
    await context.toast(unsilenced(context.texts))


async def details(services: Services, context: UpdateContext, press: CardDetails) -> None:
    """Labels and annotations of one alert of the card, with arrows to the others."""
    desk = await desk_of(services, context)
    if desk is None:
        return
    card = desk.cards.get(press.card)
    if card is None or not card.alerts:
        await context.toast(card_gone(context.texts), alert=True)
        return
    reply = alert_details(press.card, card, press.number, context.texts)
    await (context.change(reply) if press.way == "p" else context.say(reply))
