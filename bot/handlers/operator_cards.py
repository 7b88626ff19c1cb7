"""The buttons of alert cards."""

from bot.alerts.alertmanager import AlertmanagerDownError
from bot.alerts.desk import Desk
from bot.handlers.operator import audit, desk_of, operator_name, say_down
from bot.replies.alert_card import SILENCE_HOURS, name_of
from bot.replies.alert_details import alert_details
from bot.replies.alert_notices import (
    already_taken,
    card_gone,
    card_resolved,
    not_silenced,
    silence_left,
    silenced,
    taken,
    unsilenced,
)
from bot.replies.alert_silence import silence_done, silence_preview
from bot.replies.callback import AcknowledgeCard, CardDetails, SilenceCard, UnsilenceCard
from bot.services import Services
from bot.turn import Turn
from pipeline.contracts.alerts import Card


async def acknowledge(services: Services, turn: Turn, press: AcknowledgeCard) -> None:
    """The operator takes the card; the first one stays its owner."""
    desk = await desk_of(services, turn)
    if desk is None:
        return
    card = desk.cards.get(press.card)
    if card is None or not card.open:
        await turn.toast((card_resolved if card else card_gone)(turn.texts), alert=card is None)
        return
    name = operator_name(turn)
    if card.owner:
        await turn.toast(taken(turn.texts) if card.owner == name else already_taken(card.owner, turn.texts))
        return
    audit(services, turn, "acknowledge", name_of(card))
    after = await desk.acknowledge(press.card, name)
    mine = after is not None and after.owner == name
    await turn.toast(taken(turn.texts) if mine else already_taken(after.owner if after else "?", turn.texts))


async def silence(services: Services, turn: Turn, press: SilenceCard) -> None:
    """Preview, then a silence in Alertmanager under the operator's name."""
    desk = await desk_of(services, turn)
    if desk is None:
        return
    if press.step == "no":
        await turn.change(silence_left(turn.texts))
        return
    card = desk.cards.get(press.card)
    if card is None or not card.open or press.hours not in SILENCE_HOURS:
        await turn.toast((card_resolved if card else card_gone)(turn.texts), alert=True)
        return
    if press.step != "yes":
        await _preview(turn, desk, press, card)
        return
    audit(services, turn, "silence", name_of(card), f"{press.hours} h", result="requested")
    try:
        made = await desk.silence(press.card, press.hours, operator_name(turn))
    except AlertmanagerDownError as error:
        audit(services, turn, "silence", name_of(card), f"{press.hours} h", result="failed")
        await say_down(turn, error)
        return
    if made is None:
        await turn.toast(card_resolved(turn.texts), alert=True)
        return
    audit(services, turn, "silence", name_of(card), f"{press.hours} h, {made.silence_id}")
    await turn.change(silence_done(card, made, turn.texts))
    await turn.toast(silenced(turn.texts))


async def _preview(turn: Turn, desk: Desk, press: SilenceCard, card: Card) -> None:
    try:
        covered = await desk.coverage(card)
    except AlertmanagerDownError as error:
        await say_down(turn, error)
        return
    await turn.say(silence_preview(press.card, card, press.hours, covered, turn.texts))


async def unsilence(services: Services, turn: Turn, press: UnsilenceCard) -> None:
    """End the card's silence."""
    desk = await desk_of(services, turn)
    if desk is None:
        return
    card = desk.cards.get(press.card)
    if card is None or card.silence is None:
        await turn.toast(not_silenced(turn.texts))
        return
    audit(services, turn, "unsilence", name_of(card), card.silence.silence_id, result="requested")
    try:
        await desk.unsilence(press.card)
    except AlertmanagerDownError as error:
        audit(services, turn, "unsilence", name_of(card), card.silence.silence_id, result="failed")
        await say_down(turn, error)
        return
    audit(services, turn, "unsilence", name_of(card), card.silence.silence_id)
    await turn.toast(unsilenced(turn.texts))


async def details(services: Services, turn: Turn, press: CardDetails) -> None:
    """Labels and annotations of one alert of the card, with arrows to the others."""
    desk = await desk_of(services, turn)
    if desk is None:
        return
    card = desk.cards.get(press.card)
    if card is None or not card.alerts:
        await turn.toast(card_gone(turn.texts), alert=True)
        return
    reply = alert_details(press.card, card, press.number, turn.texts)
    await (turn.change(reply) if press.way == "p" else turn.say(reply))
