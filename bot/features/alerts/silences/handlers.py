"""Silencing a card for a usual time or for one that is written, ending a silence, and /silences."""

import math
from datetime import datetime, tzinfo

from bot.core.update_context import UpdateContext
from bot.features.alerts.alertmanager import AlertmanagerDownError
from bot.features.alerts.buttons import EndSilence, SilenceCard, SilenceSome, SilencesPage, UnsilenceCard
from bot.features.alerts.cards.headline import name_of
from bot.features.alerts.cards.notices import (
    alert_over,
    alertmanager_down,
    card_gone,
    card_resolved,
    not_silenced,
    silenced,
    unsilenced,
)
from bot.features.alerts.cards.owner_handlers import operator_name
from bot.features.alerts.models import Card
from bot.features.alerts.service import silence_ids
from bot.features.alerts.services import AlertServices
from bot.features.alerts.silences.replies import (
    LONGEST_MINUTES,
    silence_choice,
    silence_done,
    silence_list,
    silence_not_understood,
    silence_own_time,
    silence_preview,
    silence_scopes,
    silence_which,
)
from bot.features.alerts.silences.scope import GROUP, matchers_of, spoken_scope
from bot.ui.reply import Reply
from bot.ui.text import escaped
from ops.logs import get_logger
from pipeline.bans import UntilError, parse_until

log = get_logger(__name__)


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


async def silence(services: AlertServices, context: UpdateContext, press: SilenceCard) -> None:
    """How long, preview, then a silence in Alertmanager under the operator's name."""
    if press.step == "no":
        services.silence_times.forget(context.user_id, context.chat_id)
        await context.remove()
        return
    card = services.actions.cards.get(press.card)
    if card is None or not card.open or press.minutes > LONGEST_MINUTES:
        await context.toast((card_resolved if card else card_gone)(context.texts), alert=True)
    elif press.step == "own":
        services.silence_times.ask(context.user_id, context.chat_id, press.card)
        await context.change(silence_own_time(press.card, card, context.texts))
    elif press.minutes == 0:
        await context.say(silence_choice(press.card, card, context.texts))
    elif press.step == "yes":
        await _silence(services, context, SilenceSome(press.card, press.minutes, GROUP), card)
    else:
        await _ask_scope(services, context, press.card, card, press.minutes)


async def silence_some(services: AlertServices, context: UpdateContext, press: SilenceSome) -> None:
    """What of the group: a preview of it, then a silence in Alertmanager under the operator's name."""
    card = services.actions.cards.get(press.card)
    if card is None or not card.open or press.minutes > LONGEST_MINUTES:
        await context.toast((card_resolved if card else card_gone)(context.texts), alert=True)
    elif press.step == "page":
        page = int(press.scope) if press.scope.isdecimal() else 0
        await context.change(silence_scopes(press.card, card, press.minutes, page, context.texts))
    elif not matchers_of(card, press.scope):
        await context.toast(alert_over(context.texts), alert=True)
    elif press.step == "yes":
        await _silence(services, context, press, card)
    else:
        await _preview(services, context, press, card)


async def silence_till(services: AlertServices, context: UpdateContext, argument: str) -> None:
    """/silence till 18:00, for the card of which it was asked last."""
    if not await write_silence_time(services, context, argument):
        await context.say(silence_which(context.texts))


async def write_silence_time(services: AlertServices, context: UpdateContext, text: str) -> bool:
    """The time that was asked for; False when nothing was asked. What is no time is asked for again, once."""
    token = services.silence_times.take(context.user_id, context.chat_id)
    card = services.actions.cards.get(token) if token is not None else None
    if token is None or card is None or not card.open:
        return False
    minutes = _minutes(text, services.clock(), context.texts.zone)
    if minutes is None:
        services.silence_times.ask(context.user_id, context.chat_id, token)
        await context.say(silence_not_understood(text, context.texts))
    else:
        await _ask_scope(services, context, token, card, minutes)
    return True


async def unsilence(services: AlertServices, context: UpdateContext, press: UnsilenceCard) -> None:
    """End the silence of the card, whoever made it."""
    card = services.actions.cards.get(press.card)
    ids = silence_ids(card) if card is not None else ()
    if card is None or not ids:
        await context.toast(not_silenced(context.texts))
        return
    record, name, silence_id = services.audit_log.record, name_of(card), ", ".join(ids)
    await record(context, "unsilence", name, silence_id, result="requested")
    try:
        await services.actions.unsilence(press.card)
    except AlertmanagerDownError as error:
        await record(context, "unsilence", name, silence_id, result="failed")
        await _say_down(context, error)
        return
    await record(context, "unsilence", name, silence_id)
    await context.toast(unsilenced(context.texts))


async def _silence(services: AlertServices, context: UpdateContext, press: SilenceSome, card: Card) -> None:
    record, name, time = services.audit_log.record, name_of(card), f"{press.minutes} min"
    if press.scope != GROUP:
        time = f"{time}, {spoken_scope(card, press.scope, context.texts)}"
    await record(context, "silence", name, time, result="requested")
    try:
        made = await services.actions.silence(press.card, press.minutes, operator_name(context), press.scope)
    except AlertmanagerDownError as error:
        await record(context, "silence", name, time, result="failed")
        await _say_down(context, error)
        return
    if made is None:
        await context.toast(card_resolved(context.texts), alert=True)
        return
    await record(context, "silence", name, f"{time}, {made.silence_id}")
    await context.change(silence_done(spoken_scope(card, press.scope, context.texts), made, context.texts))
    await context.toast(silenced(context.texts))


async def _ask_scope(services: AlertServices, context: UpdateContext, token: str, card: Card, minutes: int) -> None:
    """Of several alerts, which? Of a single one, the preview at once."""
    if len(card.firing) > 1:
        await context.say(silence_scopes(token, card, minutes, 0, context.texts))
    else:
        await _preview(services, context, SilenceSome(token, minutes, GROUP), card)


async def _preview(services: AlertServices, context: UpdateContext, press: SilenceSome, card: Card) -> None:
    try:
        covered = await services.actions.coverage(card, press.scope)
    except AlertmanagerDownError as error:
        if context.query is None:
            await context.say(Reply(escaped(alertmanager_down(context.texts))))
        await _say_down(context, error)
        return
    reply = silence_preview(press, card, covered, context.texts, now=services.clock())
    # The question about what to cover becomes the preview; a card stays as it is.
    await (context.change(reply) if len(card.firing) > 1 and context.query is not None else context.say(reply))


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


def _minutes(written: str, now: datetime, zone: tzinfo) -> int | None:
    """The whole minutes from now to the written end; None for what is no end, or is too far."""
    try:
        until = parse_until(written, now, zone)
    except UntilError:
        return None
    if until is None:
        return None
    minutes = math.ceil((until - now).total_seconds() / 60)
    return minutes if 0 < minutes <= LONGEST_MINUTES else None
