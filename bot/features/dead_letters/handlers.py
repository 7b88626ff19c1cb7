"""/dead_letters: look at what was put aside, send it again after a fix, or dismiss it."""

from collections import Counter

from bot.core.actor import actor
from bot.core.looking_up import looked_up
from bot.core.update_context import UpdateContext
from bot.features.dead_letters.buttons import ShowDeadLetters
from bot.features.dead_letters.replies import (
    all_question,
    cannot_replay,
    dead_letters_of,
    discarded,
    one_dead_letter,
    reasons,
    replayed,
    settled_before,
)
from bot.features.dead_letters.services import DeadLetterServices
from bot.ui.callback_ids import mark
from bot.ui.notices import old_button
from pipeline.dead_letters.store import CannotReplay, OpenDeadLetter

LOOKING = frozenset({"reason", "one", "replay", "discard"})
SETTLING = frozenset({"replay1", "replayall", "discard1", "discardall"})


async def dead_letters(services: DeadLetterServices, context: UpdateContext, _: str) -> None:
    """Say how many there are, by reason."""
    entries = await context.typing(looked_up(services.dead_letters.open_dead_letters()))
    await context.say(reasons(_counted(entries), context.texts))


async def show_dead_letters(services: DeadLetterServices, context: UpdateContext, press: ShowDeadLetters) -> None:
    """Look at them, ask before many are settled, and settle them."""
    if press.step == "list":
        entries = await context.typing(looked_up(services.dead_letters.open_dead_letters()))
        await context.change(reasons(_counted(entries), context.texts))
    elif press.step in LOOKING:
        await _look(services, context, press)
    elif press.step in SETTLING:
        # A second press must not wait for the first one's time-outs.
        await looked_up(services.settling.acquire())
        try:
            await _settle(services, context, press)
        finally:
            services.settling.release()
    else:
        await context.toast(old_button(context.texts), alert=True)


async def _look(services: DeadLetterServices, context: UpdateContext, press: ShowDeadLetters) -> None:
    chosen = _chosen(await context.typing(looked_up(services.dead_letters.open_dead_letters())), press)
    if not chosen:
        await context.toast(settled_before(context.texts), alert=True)
    elif press.step == "one":
        await context.change(
            one_dead_letter(chosen[0], await looked_up(services.dead_letters.read(chosen[0])), context.texts)
        )
    elif press.step == "reason":
        await context.change(dead_letters_of(chosen[0].reason, chosen, press.page, context.texts))
    else:
        replay = press.step == "replay"
        await context.change(all_question(chosen[0].reason, len(chosen), context.texts, replay=replay))


async def _settle(services: DeadLetterServices, context: UpdateContext, press: ShowDeadLetters) -> None:
    chosen = _chosen(await context.typing(looked_up(services.dead_letters.open_dead_letters())), press)
    if not chosen:
        await context.toast(settled_before(context.texts), alert=True)
        return
    by = actor(context)
    if press.step.startswith("discard"):
        await context.typing(services.dead_letters.discard(chosen, by, f"discarded in chat by {by.name}"))
        await context.change(discarded(len(chosen), context.texts))
        return
    try:
        counts = await context.typing(services.dead_letters.replay(chosen, by))
    except CannotReplay as error:
        await context.toast(cannot_replay(str(error).partition(" ")[0], context.texts), alert=True)
        return
    await context.change(replayed(counts, context.texts))


def _chosen(entries: list[OpenDeadLetter], press: ShowDeadLetters) -> tuple[OpenDeadLetter, ...]:
    single = press.step in {"one", "replay1", "discard1"}
    return tuple(entry for entry in entries if mark(entry.source if single else entry.reason) == press.value)


def _counted(entries: list[OpenDeadLetter]) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(entry.reason for entry in entries).most_common())
