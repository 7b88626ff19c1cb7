"""/dead_letters: look at what was put aside, send it again after a fix, or dismiss it."""

from collections import Counter

from bot.core.admin_context import actor
from bot.core.update_context import UpdateContext
from bot.features.dead_letters.replies import (
    all_question,
    cannot_replay,
    discarded,
    letter_gone,
    letters,
    one_letter,
    reasons,
    replayed,
)
from bot.services import Services
from bot.ui.callback_data import ShowLetters
from bot.ui.callback_ids import mark
from bot.ui.notices import old_button
from pipeline.dead_letters.store import CannotReplay, OpenDeadLetter
from pipeline.kafka.audit import Actor

LOOKING = frozenset({"reason", "one", "replay", "discard"})
SETTLING = frozenset({"replay1", "replayall", "discard1", "discardall"})


async def dead_letters(services: Services, context: UpdateContext, _: str) -> None:
    """The reasons."""
    entries = await context.typing(services.admin.letters.open_dead_letters())
    await context.say(reasons(_counted(entries), context.texts))


async def show_letters(services: Services, context: UpdateContext, press: ShowLetters) -> None:
    """Look, ask, settle."""
    if press.step == "list":
        entries = await context.typing(services.admin.letters.open_dead_letters())
        await context.change(reasons(_counted(entries), context.texts))
    elif press.step in LOOKING:
        await _look(services, context, press)
    elif press.step in SETTLING:
        async with services.admin.settling:
            await _settle(services, context, press)
    else:
        await context.toast(old_button(context.texts), alert=True)


async def _look(services: Services, context: UpdateContext, press: ShowLetters) -> None:
    chosen = _chosen(await context.typing(services.admin.letters.open_dead_letters()), press)
    if not chosen:
        await context.toast(letter_gone(context.texts), alert=True)
    elif press.step == "one":
        await context.change(one_letter(chosen[0], await services.admin.letters.read(chosen[0]), context.texts))
    elif press.step == "reason":
        await context.change(letters(chosen[0].reason, chosen, press.page, context.texts))
    else:
        replay = press.step == "replay"
        await context.change(all_question(chosen[0].reason, len(chosen), context.texts, replay=replay))


async def _settle(services: Services, context: UpdateContext, press: ShowLetters) -> None:
    chosen = _chosen(await context.typing(services.admin.letters.open_dead_letters()), press)
    if not chosen:
        await context.toast(letter_gone(context.texts), alert=True)
        return
    who = actor(context)
    by = Actor(who.id, who.name, who.role)
    if press.step.startswith("discard"):
        await context.typing(services.admin.letters.discard(chosen, by, f"discarded in chat by {who.name}"))
        await context.change(discarded(len(chosen), context.texts))
        return
    try:
        counts = await context.typing(services.admin.letters.replay(chosen, by))
    except CannotReplay as error:
        await context.toast(cannot_replay(str(error).partition(" ")[0], context.texts), alert=True)
        return
    await context.change(replayed(counts, context.texts))


def _chosen(entries: list[OpenDeadLetter], press: ShowLetters) -> tuple[OpenDeadLetter, ...]:
    single = press.step in {"one", "replay1", "discard1"}
    return tuple(entry for entry in entries if mark(entry.source if single else entry.reason) == press.value)


def _counted(entries: list[OpenDeadLetter]) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(entry.reason for entry in entries).most_common())
