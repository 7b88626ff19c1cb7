"""/drill: what it would do, and its steps as they come."""

from bot.features.alerts.buttons import RunDrill
from bot.features.alerts.drill import EXERCISES, Progress
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply, in_rows
from bot.ui.text import clean, cut


def choose_part(texts: Texts) -> Reply:
    """The question which part is to be stopped."""
    buttons = [Button(part, RunDrill(part, "ask")) for part in EXERCISES]
    return Reply(
        texts.html("🧯 <b>A rehearsal.</b> Which part shall be stopped? It comes back by itself."), in_rows(buttons, 2)
    )


def drill_question(part: str, texts: Texts) -> Reply:
    """The question whether to stop the part, and what would happen."""
    return Reply(
        texts.html(
            "🧯 Stop <b>{part}</b> for {n} seconds? An alert will come, its card, and the all-clear; "
            "I report the seconds of each step. Nothing is lost, but people notice the pause.",
            part=part,
            n=round(EXERCISES[part].away_s),
        ),
        (
            (
                Button(texts.plain("🧯 Stop it"), RunDrill(part, "yes")),
                Button(texts.plain("✖️ Cancel"), RunDrill(part, "no")),
            ),
        ),
    )


def drill_progress(progress: Progress, texts: Texts) -> Reply:
    """The steps of the rehearsal so far, and the one it waits for."""
    steps = (
        (progress.stopped, texts.html("the part is stopped")),
        (progress.card, texts.html("the alert's card is in the chat")),
        (progress.back, texts.html("the part is back")),
        (progress.resolved, texts.html("the card says it is resolved")),
    )
    lines = [texts.html("🧯 <b>Rehearsal: {part}</b>", part=progress.part)]
    waiting = True
    for seconds, what in steps:
        if seconds is not None:
            lines.append(texts.html("✅ {what}: {n} s", what=what, n=f"{seconds:.1f}"))
        elif progress.given_up and waiting:
            lines.append(texts.html("❌ {what}: it did not come", what=what))
            waiting = False
        elif waiting:
            lines.append(texts.html("⏳ {what}", what=what))
            waiting = False
        else:
            lines.append(texts.html("▫️ {what}", what=what))
    if progress.resolved is not None:
        lines.append(texts.html("Passed in {n} s.", n=f"{progress.resolved:.1f}"))
    return Reply(Html("\n".join(lines)))


def drill_left(texts: Texts) -> Reply:
    return Reply(texts.html("Nothing was stopped."))


def drill_not_here(texts: Texts) -> Reply:
    return Reply(texts.html("Rehearsals are only for the demo's stack: <code>YARMARKA_BOT__DRILL</code> is off."))


def drill_unknown(part: str, texts: Texts) -> Reply:
    return Reply(
        texts.html("There is no rehearsal of <b>{part}</b>. Choose one:", part=cut(clean(part), 40) or "?"),
        choose_part(texts).buttons,
    )


def drill_busy(part: str, texts: Texts) -> str:
    return texts.plain("A rehearsal of {part} is running; one at a time.", part=part)
