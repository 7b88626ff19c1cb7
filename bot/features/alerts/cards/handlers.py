"""/alerts, and the details of a card."""

from bot.core.update_context import UpdateContext
from bot.features.alerts.buttons import AlertsPage, CardDetails
from bot.features.alerts.cards.list_replies import alert_list, alert_view
from bot.features.alerts.cards.notices import card_gone, card_resolved
from bot.features.alerts.services import AlertServices


async def show_alerts(services: AlertServices, context: UpdateContext, _: str) -> None:
    """The open cards, the newest first."""
    await context.say(alert_list(services.actions.cards.open(), 0, services.clock(), context.texts))


async def page_alerts(services: AlertServices, context: UpdateContext, press: AlertsPage) -> None:
    """Another page of the open cards, in the same message."""
    await context.change(alert_list(services.actions.cards.open(), press.page, services.clock(), context.texts))


async def details(services: AlertServices, context: UpdateContext, press: CardDetails) -> None:
    """Unfold the details of one alert on the card, fold them, or show the card in place of the list."""
    card = services.actions.cards.get(press.card)
    if card is None or not card.alerts:
        await context.toast(card_gone(context.texts), alert=True)
    elif press.way == "v":
        view = alert_view(
            press.card, card, press.number, context.texts, services.clock(), on_call=services.rota.on_call()
        )
        await context.change(view)
    elif not card.open:
        await context.toast(card_resolved(context.texts))
    else:
        await services.actions.unfold(press.card, None if press.way == "f" else press.number % len(card.alerts))
