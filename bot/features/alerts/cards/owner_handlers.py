"""Who takes care of a card: acknowledge, resign, hand over."""

from bot.core.actor import actor
from bot.core.update_context import UpdateContext
from bot.features.alerts.buttons import AcknowledgeCard, ChooseOperator, HandOverCard, ResignCard, TakeAlert
from bot.features.alerts.cards.headline import name_of
from bot.features.alerts.cards.list_replies import alert_list, alert_view
from bot.features.alerts.cards.notices import (
    alert_over,
    alert_taken,
    already_taken,
    card_gone,
    card_resolved,
    not_yours,
    resigned,
    taken,
)
from bot.features.alerts.cards.owner_replies import choose_operator, given_to_you, handed_over, on_it
from bot.features.alerts.models import Card
from bot.features.alerts.services import AlertServices
from bot.features.alerts.silences.scope import alert_name
from bot.telegram.outbox_item import Urgency
from bot.telegram.sender import Address
from bot.ui.callback_ids import mark
from bot.ui.notices import old_button
from pipeline.contracts.messages import AuditAction


async def acknowledge(services: AlertServices, context: UpdateContext, press: AcknowledgeCard) -> None:
    """The operator takes the card; the first one stays its owner."""
    card = await _open_card(services, context, press.card)
    if card is not None:
        name = operator_name(context)
        if not card.owner:
            await services.audit_log.record(context, "acknowledge", name_of(card))
            card = await services.actions.acknowledge(press.card, name, context.pseudonym) or card
        mine = card.owned_by(context.pseudonym, name)
        await context.toast(taken(context.texts) if mine else already_taken(card.owner, context.texts))
    await _show_again(services, context, press.card, press.place, press.page)


async def take_alert(services: AlertServices, context: UpdateContext, press: TakeAlert) -> None:
    """The operator takes one alert of the card, or gives it back; reminders of the others go on."""
    card = await _open_card(services, context, press.card)
    if card is None:
        return
    alert = next((one for one in card.firing if mark(one.fingerprint) == press.alert), None)
    if alert is None:
        await context.toast(alert_over(context.texts))
        return
    by, owner = operator_name(context), card.taken.get(alert.fingerprint, "")
    if owner and owner != by:
        await context.toast(already_taken(owner, context.texts))
    else:
        what = alert_name(card, alert, context.texts)
        action: AuditAction = "resign" if owner else "acknowledge"
        await services.audit_log.record(context, action, name_of(card), what)
        card = await services.actions.take_alert(press.card, alert.fingerprint, by) or card
        await context.toast(resigned(context.texts) if owner else alert_taken(what, context.texts))
    if press.place == "v":
        number = next((at for at, one in enumerate(card.alerts) if one.fingerprint == alert.fingerprint), 0)
        await context.change(
            alert_view(press.card, card, number, context.texts, services.clock(), on_call=services.rota.on_call())
        )


async def resign(services: AlertServices, context: UpdateContext, press: ResignCard) -> None:
    """The owner gives it back, and reminders go on."""
    card = await _open_card(services, context, press.card)
    if card is not None:
        name = operator_name(context)
        if card.owner and card.owned_by(context.pseudonym, name):
            await services.audit_log.record(context, "resign", name_of(card))
            await services.actions.resign(press.card, name, context.pseudonym)
            await context.toast(resigned(context.texts))
        else:
            await context.toast(not_yours(card.owner, context.texts), alert=bool(card.owner))
    await _show_again(services, context, press.card, press.place)


async def ask_operator(services: AlertServices, context: UpdateContext, press: ChooseOperator) -> None:
    """Who shall have it? Whoever asks may take it themselves."""
    card = await _open_card(services, context, press.card)
    if card is None:
        return
    others = [one for one in services.operators.all() if one.who != card.owner_id]
    await context.say(choose_operator(press.card, card, others, context.texts))


async def hand_over(services: AlertServices, context: UpdateContext, press: HandOverCard) -> None:
    """It is the chosen operator's, who is told in private."""
    if press.user == "0":
        await context.remove()
        return
    card = await _open_card(services, context, press.card)
    if card is None:
        return
    to, by = services.operators.one(press.user), operator_name(context)
    if to is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    if card.owner_id != to.who:
        itself = to.who == context.pseudonym
        name = by if itself else to.name or str(to.user_id)
        await services.audit_log.record(context, "hand_over", name_of(card), f"→ {name}")
        card = await services.actions.hand_over(press.card, name, to.who, by) or card
        if not itself:
            told = given_to_you(press.card, card, services.words(to.user_id))
            await services.messages.enqueue(Address(to.user_id), f"handed:{press.card}", told, Urgency.URGENT)
    await context.change(handed_over(press.card, card, context.texts))


def operator_name(context: UpdateContext) -> str:
    """The name under which the operator is on cards."""
    return actor(context).name or "?"


async def _open_card(services: AlertServices, context: UpdateContext, token: str) -> Card | None:
    """The card, when something can still be done with it; else the person is told why not."""
    card = services.actions.cards.get(token)
    if card is None or not card.open:
        await context.toast((card_resolved if card else card_gone)(context.texts), alert=card is None)
        return None
    return card


async def _show_again(services: AlertServices, context: UpdateContext, token: str, place: str, page: int = 0) -> None:
    """Show what came of it where it was pressed; a card's own message is shown by itself."""
    cards, now = services.actions.cards, services.clock()
    if place == "l":
        await context.change(alert_list(cards.open(), page, now, context.texts))
    elif place == "v" and (card := cards.get(token)) is not None:
        await context.change(alert_view(token, card, 0, context.texts, now, on_call=services.rota.on_call()))
    elif place == "r" and (card := cards.get(token)) is not None and card.owner:
        await context.change(on_it(card, context.texts))
