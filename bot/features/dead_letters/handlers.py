"""/dead_letters: look at what was put aside, send it again after a fix, or dismiss it."""

import asyncio
from dataclasses import replace

from aiokafka.errors import KafkaTimeoutError

from bot.core.actor import actor, entry_id
from bot.core.looking_up import WITHIN_S, looked_up
from bot.core.place import place
from bot.core.update_context import UpdateContext
from bot.features.dead_letters.buttons import ShowDeadLetters
from bot.features.dead_letters.job_replies import job_page, result_page
from bot.features.dead_letters.models import LetterJob
from bot.features.dead_letters.replies import (
    PER_PAGE,
    AllQuestion,
    all_question,
    dead_letters_of,
    for_the_shop,
    one_dead_letter,
    pages_of,
    reasons,
)
from bot.features.dead_letters.services import DeadLetterServices
from bot.features.dead_letters.words import cannot_replay, job_under_way, no_job, only_rows, settled_before
from bot.ui.callback_ids import mark
from bot.ui.notices import old_button
from pipeline.dead_letters.letters import StoredLetter, refusal
from pipeline.dead_letters.settling import Action, LetterOrder, SettlingProgress
from pipeline.dead_letters.store import LetterSummary


async def dead_letters(services: DeadLetterServices, context: UpdateContext, _: str) -> None:
    """Say how many there are, by reason."""
    summary = await context.typing(looked_up(services.dead_letters.summary()))
    await context.say(reasons(summary, services.jobs.under_way(), context.texts))


async def show_dead_letters(services: DeadLetterServices, context: UpdateContext, press: ShowDeadLetters) -> None:
    """Look at them, ask before many are settled, settle them, and stop that."""
    if press.step not in {"job", "stop"}:
        await services.jobs.leave(place(context))
    if press.step == "list":
        summary = await context.typing(looked_up(services.dead_letters.summary()))
        await context.change(reasons(summary, services.jobs.under_way(), context.texts))
    elif press.step == "reason":
        await _show_page(services, context, press)
    elif press.step in {"one", "shop1"}:
        await _show_one(services, context, press)
    elif press.step in {"replay", "discard"}:
        await _ask(services, context, press, Action(press.step))
    elif press.step in {"replay1", "discard1"}:
        # A second press must not wait for the first one's time-outs.
        await looked_up(services.settling.acquire())
        try:
            await _settle_one(services, context, press, Action(press.step.removesuffix("1")))
        finally:
            services.settling.release()
    elif press.step in {"replayall", "discardall"}:
        await _settle_all(services, context, press, Action(press.step.removesuffix("all")))
    elif press.step in {"job", "stop"}:
        await _job(services, context, press)
    else:
        await context.toast(old_button(context.texts), alert=True)


async def _show_page(services: DeadLetterServices, context: UpdateContext, press: ShowDeadLetters) -> None:
    found = await _reason(services, context, press)
    if found is None:
        return
    reason, summary = found
    letters = sum(kind.open for kind in summary.of(reason))
    page = min(press.page, pages_of(letters) - 1)
    shown = await context.typing(looked_up(services.dead_letters.page(reason, page * PER_PAGE, PER_PAGE)))
    await context.change(dead_letters_of(reason, letters, shown, page, context.texts))


async def _show_one(services: DeadLetterServices, context: UpdateContext, press: ShowDeadLetters) -> None:
    stored = await _chosen(services, context, press)
    if stored is None:
        return
    if press.step == "one":
        await context.change(one_dead_letter(stored, context.texts))
    else:
        await context.say(for_the_shop(stored.letter, context.texts))


async def _ask(services: DeadLetterServices, context: UpdateContext, press: ShowDeadLetters, action: Action) -> None:
    found = await _reason(services, context, press)
    if found is None:
        return
    reason, summary = found
    kinds = summary.of(reason)
    asked = AllQuestion(
        action,
        reason,
        letters=sum(kind.open for kind in kinds),
        rows=sum(kind.open for kind in kinds if not kind.topic),
        upto=max(0, await services.dead_letters.last(reason)),
    )
    if action is Action.REPLAY and asked.rows == asked.letters:
        await context.toast(only_rows(context.texts), alert=True)
        return
    await context.change(all_question(asked, context.texts))


async def _settle_one(
    services: DeadLetterServices, context: UpdateContext, press: ShowDeadLetters, action: Action
) -> None:
    stored = await _chosen(services, context, press)
    if stored is None:
        return
    fault = refusal(stored.letter) if action is Action.REPLAY else None
    if fault is not None:
        await context.toast(cannot_replay(fault, stored.letter.source, context.texts), alert=True)
        return
    order = replace(_order(context, action), offsets=(stored.offset,), source=stored.letter.source)
    progress = await context.typing(_settled(services, order))
    await context.change(result_page(progress.outcomes, action, context.texts))


async def _settled(services: DeadLetterServices, order: LetterOrder) -> SettlingProgress:
    """Carry out an order about one letter while a person waits. Raises KafkaError."""
    try:
        async with asyncio.timeout(WITHIN_S):
            return await services.dead_letters.settle(order, 1, _unheard, lambda: False)
    except TimeoutError:
        # What was sent may be sent again, and the letter stays until that is noted.
        raise KafkaTimeoutError(f"not settled within {WITHIN_S:g} s") from None


async def _settle_all(
    services: DeadLetterServices, context: UpdateContext, press: ShowDeadLetters, action: Action
) -> None:
    found = await _reason(services, context, press)
    if found is None:
        return
    order = _order(context, action, found[0], press.page)
    letters = await services.dead_letters.open_upto(order.reason, order.upto)
    job = LetterJob.ordered(order, letters, services.clock(), place(context))
    if not await services.jobs.begin(job):
        await context.toast(job_under_way(context.texts), alert=True)
        return
    await context.change(job_page(services.jobs.last() or job, context.texts))


async def _job(services: DeadLetterServices, context: UpdateContext, press: ShowDeadLetters) -> None:
    if press.step == "stop" and not await services.jobs.stop():
        await context.toast(no_job(context.texts))
    await services.jobs.show_in(place(context))
    job = services.jobs.last()
    if job is None:
        await context.toast(no_job(context.texts))
        return
    await context.change(job_page(job, context.texts))


async def _reason(
    services: DeadLetterServices, context: UpdateContext, press: ShowDeadLetters
) -> tuple[str, LetterSummary] | None:
    summary = await context.typing(looked_up(services.dead_letters.summary()))
    for kind in summary.kinds:
        if mark(kind.reason) == press.value:
            return kind.reason, summary
    await context.toast(settled_before(context.texts), alert=True)
    return None


async def _chosen(services: DeadLetterServices, context: UpdateContext, press: ShowDeadLetters) -> StoredLetter | None:
    """The letter of the button; a source may be used again and a place may be that of another log, but not both."""
    stored = await context.typing(looked_up(services.dead_letters.letter(press.page)))
    if stored is None or mark(stored.letter.source) != press.value:
        await context.toast(settled_before(context.texts), alert=True)
        return None
    return stored


def _order(context: UpdateContext, action: Action, reason: str = "", upto: int = -1) -> LetterOrder:
    by = actor(context)
    why = f"discarded in chat by {by.name}" if action is Action.DISCARD else ""
    return LetterOrder(action, entry_id(context, f"dead_letters:{action}"), by, why, reason, upto)


def _unheard(_: SettlingProgress) -> None:
    """A single letter has no progress."""
