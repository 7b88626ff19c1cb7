"""/dead_letters: look at what was put aside, send it again after a fix, or dismiss it."""

from collections import Counter

from bot.handlers.acting import actor
from bot.replies.callback import ShowLetters
from bot.replies.dead_letters import (
    all_question,
    cannot_replay,
    discarded,
    letter_gone,
    letters,
    one_letter,
    reasons,
    replayed,
)
from bot.replies.marks import mark
from bot.replies.notices import old_button
from bot.services import Services
from bot.turn import Turn
from pipeline.contracts.letter_box import CannotReplay, Entry, Person

LOOKING = frozenset({"reason", "one", "replay", "discard"})
SETTLING = frozenset({"replay1", "replayall", "discard1", "discardall"})


async def dead_letters(services: Services, turn: Turn, _: str) -> None:
    """The reasons."""
    entries = await turn.typing(services.admin.letters.open_letters())
    await turn.say(reasons(_counted(entries), turn.texts))


async def show_letters(services: Services, turn: Turn, press: ShowLetters) -> None:
    """Look, ask, settle."""
    if press.step == "list":
        entries = await turn.typing(services.admin.letters.open_letters())
        await turn.change(reasons(_counted(entries), turn.texts))
    elif press.step in LOOKING:
        await _look(services, turn, press)
    elif press.step in SETTLING:
        async with services.admin.settling:
            await _settle(services, turn, press)
    else:
        await turn.toast(old_button(turn.texts), alert=True)


async def _look(services: Services, turn: Turn, press: ShowLetters) -> None:
    chosen = _chosen(await turn.typing(services.admin.letters.open_letters()), press)
    if not chosen:
        await turn.toast(letter_gone(turn.texts), alert=True)
    elif press.step == "one":
        await turn.change(one_letter(chosen[0], await services.admin.letters.read(chosen[0]), turn.texts))
    elif press.step == "reason":
        await turn.change(letters(chosen[0].reason, chosen, press.page, turn.texts))
    else:
        replay = press.step == "replay"
        await turn.change(all_question(chosen[0].reason, len(chosen), turn.texts, replay=replay))


async def _settle(services: Services, turn: Turn, press: ShowLetters) -> None:
    chosen = _chosen(await turn.typing(services.admin.letters.open_letters()), press)
    if not chosen:
        await turn.toast(letter_gone(turn.texts), alert=True)
        return
    who = actor(turn)
    by = Person(who.id, who.name, who.role)
    if press.step.startswith("discard"):
        await turn.typing(services.admin.letters.discard(chosen, by, f"discarded in chat by {who.name}"))
        await turn.change(discarded(len(chosen), turn.texts))
        return
    try:
        counts = await turn.typing(services.admin.letters.replay(chosen, by))
    except CannotReplay as error:
        await turn.toast(cannot_replay(str(error).partition(" ")[0], turn.texts), alert=True)
        return
    await turn.change(replayed(counts, turn.texts))


def _chosen(entries: list[Entry], press: ShowLetters) -> tuple[Entry, ...]:
    single = press.step in {"one", "replay1", "discard1"}
    return tuple(entry for entry in entries if mark(entry.source if single else entry.reason) == press.value)


def _counted(entries: list[Entry]) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(entry.reason for entry in entries).most_common())
