"""/oncall: see the rota, put a shift into it, take one out."""

from datetime import timedelta

from bot.core.update_context import UpdateContext
from bot.features.alerts.buttons import AddShift, RemoveShift, ShowRota
from bot.features.alerts.cards.operators import Operator
from bot.features.alerts.cards.owner_handlers import operator_name
from bot.features.alerts.oncall.replies import (
    added,
    ask_time,
    choose_person,
    not_understood,
    remove_question,
    rota_full,
    rota_list,
    spoken,
    unknown_person,
    with_lines,
)
from bot.features.alerts.oncall.rota import Listed, RotaFullError
from bot.features.alerts.oncall.written import ShiftError, WrittenShift, read_shift
from bot.features.alerts.services import AlertServices
from bot.ui.notices import old_button
from bot.ui.reply import Reply
from pipeline.contracts.messages import AuditAction

ME = frozenset({"me", "я", "меня"})
LONGEST_HOURS = 24 * 62


async def oncall(services: AlertServices, context: UpdateContext, argument: str) -> None:
    """The rota; with a person and a time, a new shift."""
    if not argument.strip():
        await context.say(_rota(services, context, 0))
        return
    person, text = _person(services, context, argument)
    if person is None:
        await context.say(unknown_person(argument.split(maxsplit=1)[0], context.texts))
    else:
        await _written(services, context, person, text)


async def show_rota(services: AlertServices, context: UpdateContext, press: ShowRota) -> None:
    """A page of the rota; nothing is asked any more."""
    services.shift_questions.take(context.user_id, context.chat_id)
    await context.change(_rota(services, context, press.page))


async def add_shift(services: AlertServices, context: UpdateContext, press: AddShift) -> None:
    """Whose shift, then from when until when."""
    if not press.user:
        await context.change(choose_person(services.operators.all(), context.texts))
        return
    operator = services.operators.one(press.user)
    if operator is None or press.hours > LONGEST_HOURS:
        await context.toast(old_button(context.texts), alert=True)
    elif press.hours == 0:
        services.shift_questions.ask(context.user_id, context.chat_id, press.user)
        await context.change(ask_time(operator, context.texts))
    else:
        services.shift_questions.take(context.user_id, context.chat_id)
        # To the minute, so that a second press is the same shift.
        now = services.clock().replace(second=0, microsecond=0)
        shift = WrittenShift(now, now + timedelta(hours=press.hours), context.texts.zone)
        await context.change(await _added(services, context, operator, shift))


async def write_shift(services: AlertServices, context: UpdateContext, text: str) -> bool:
    """The time that was asked for; False when nothing was asked."""
    user = services.shift_questions.take(context.user_id, context.chat_id)
    operator = services.operators.one(user) if user is not None else None
    if operator is None:
        return False
    await _written(services, context, operator, text)
    return True


async def remove_shift(services: AlertServices, context: UpdateContext, press: RemoveShift) -> None:
    """Ask, then take it out."""
    row = services.rota.one(press.shift)
    if row is None:
        await context.change(_rota(services, context, 0))
    elif press.step == "ask":
        await context.change(remove_question(row, services.clock(), context.texts))
    else:
        await _record(services, context, "oncall_remove", row)
        await services.rota.remove(press.shift)
        await context.change(_rota(services, context, 0))


async def _written(services: AlertServices, context: UpdateContext, operator: Operator, text: str) -> None:
    try:
        shift = read_shift(text, services.clock(), context.texts.zone)
    except ShiftError:
        await context.say(not_understood(context.texts))
        return
    await context.say(await _added(services, context, operator, shift))


async def _added(services: AlertServices, context: UpdateContext, operator: Operator, shift: WrittenShift) -> Reply:
    itself = operator.who == context.pseudonym
    name = operator_name(context) if itself else operator.name or str(operator.user_id)
    try:
        kept = await services.rota.add(operator.who, name, shift, operator_name(context))
    except RotaFullError:
        return rota_full(context.texts)
    time = kept.next(services.clock()) or (kept.starts_at, kept.ends_at)
    await _record(services, context, "oncall_add", Listed("", kept, *time))
    services.components.display.enqueue_all()
    return with_lines(_rota(services, context, 0), added(name, context.texts))


async def _record(services: AlertServices, context: UpdateContext, action: AuditAction, row: Listed) -> None:
    await services.audit_log.record(context, action, row.shift.name, spoken(row, context.texts))


def _rota(services: AlertServices, context: UpdateContext, page: int) -> Reply:
    return rota_list(services.rota.listed(), page, services.clock(), context.texts)


def _person(services: AlertServices, context: UpdateContext, argument: str) -> tuple[Operator | None, str]:
    """Whose shift, and the rest: me, @name, a name of an operator, or nobody named, which is the writer."""
    operators = services.operators.all()
    first, _, rest = argument.strip().partition(" ")
    if first.startswith("@"):
        known = services.usernames.id_of(first)
        return next((one for one in operators if one.user_id == known), None), rest
    if first.casefold() in ME or first[:1].isdecimal():
        mine = next((one for one in operators if one.user_id == context.user_id), None)
        return mine, argument if first[:1].isdecimal() else rest
    whole = argument.strip().casefold()
    named = [one for one in operators if one.name and whole.startswith(f"{one.name.casefold()} ")]
    found = max(named, key=lambda one: len(one.name), default=None)
    return found, argument.strip()[len(found.name) :] if found is not None else rest
