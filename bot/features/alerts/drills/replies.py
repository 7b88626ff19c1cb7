"""/drill: what it would do and cause, what the alert chats are told before it, and its steps as they come."""

from bot.features.alerts.buttons import RunDrill
from bot.features.alerts.drills.drill import Progress
from bot.features.alerts.drills.exercises import EXERCISES
from bot.features.alerts.drills.history import Usual
from bot.features.alerts.drills.history_replies import usual_line
from bot.ui.locale import Html, Texts
from bot.ui.part_names import part_label, part_name
from bot.ui.reply import Button, Reply, in_rows
from bot.ui.text import clean, cut
from bot.ui.time import decimal


def choose_part(texts: Texts) -> Reply:
    """The question which service is to be stopped."""
    buttons = [Button(part_label(part, texts), RunDrill(part, "ask")) for part in EXERCISES]
    trend = (Button(texts.plain("📈 Earlier drills"), RunDrill("", "trend")),)
    return Reply(
        texts.html("🧯 <b>A drill.</b> Which service should be stopped? It comes back by itself."),
        (*in_rows(buttons, 2), trend),
    )


def drill_question(part: str, texts: Texts, usual: Usual | None = None) -> Reply:
    """The question whether to stop the service, and everything that is known to follow."""
    text = texts.html(
        "🧯 Stop <b>{part}</b> for {n} seconds?\nAn alert fires, its card appears and closes again; I time each step. "
        "Nothing is lost, but customers notice the pause.",
        part=part_name(part, texts),
        n=round(EXERCISES[part].away_s),
    )
    yes = Button(texts.plain("🧯 Stop it"), RunDrill(part, "yes"))
    no = Button(texts.plain("✕ Cancel"), RunDrill(part, "no"))
    parts = (text, usual_line(usual, texts), _known(part, texts))
    return Reply(Html("\n\n".join(one for one in parts if one)), ((yes, no),))


def drill_announced(part: str, by: str, texts: Texts) -> Reply:
    """What the alert chats are told before the service is stopped."""
    text = texts.html(
        "🧯 <b>Drill: {part}</b>\n{name} stops it for {n} seconds.",
        part=part_name(part, texts),
        name=cut(clean(by), 64) or "?",
        n=round(EXERCISES[part].away_s),
    )
    return Reply(Html(f"{text}\n\n{_known(part, texts)}"))


def drill_progress(progress: Progress, texts: Texts, usual: Usual | None = None) -> Reply:
    """The steps of the drill so far, and the one it waits for; at its end, the way to another one."""
    steps = (
        (progress.stopped, texts.html("service stopped")),
        (progress.card, texts.html("card in the chat")),
        (progress.back, texts.html("service back")),
        (progress.resolved, texts.html("card closed")),
    )
    lines = [texts.html("🧯 <b>Drill: {part}</b>", part=part_name(progress.part, texts))]
    waiting = True
    for seconds, what in steps:
        if seconds is not None:
            lines.append(texts.html("✅ {what}: {n} s", what=what, n=decimal(seconds, 1, texts)))
        elif progress.given_up and waiting:
            lines.append(texts.html("❌ {what}: it did not come", what=what))
            waiting = False
        elif waiting:
            lines.append(texts.html("⏳ {what}", what=what))
            waiting = False
        else:
            lines.append(Html(f"• {what}"))
    if progress.acknowledged is not None:
        lines.append(texts.html("✋ taken after {n} s", n=decimal(progress.acknowledged, 1, texts)))
    if progress.resolved is not None:
        lines.append(texts.html("Passed in {n} s.", n=decimal(progress.resolved, 1, texts)))
    if not progress.ended:
        return Reply(Html("\n".join(lines)))
    lines += [before] if (before := usual_line(usual, texts)) else []
    trend = (Button(texts.plain("📈 Earlier drills"), RunDrill("", "trend")),)
    again = Button(texts.plain("🔄 Again"), RunDrill(progress.part, "ask"))
    return Reply(
        Html("\n".join(lines)), ((again, Button(texts.plain("🧯 Another drill"), RunDrill("", "list"))), trend)
    )


def drill_left(texts: Texts) -> Reply:
    """Nothing was stopped; another drill may be chosen."""
    return Reply(
        texts.html("Nothing was stopped."), ((Button(texts.plain("🧯 Another drill"), RunDrill("", "list")),),)
    )


def drill_not_here(texts: Texts) -> Reply:
    """Drills are switched off."""
    return Reply(texts.html("Drills are only for the demo's stack: <code>YARMARKA_BOT__DRILL</code> is off."))


def drill_unknown(part: str, texts: Texts) -> Reply:
    """There is no drill of what was named; those that there are."""
    return Reply(
        texts.html("There is no drill of <b>{part}</b>. Choose one:", part=cut(clean(part), 40) or "?"),
        choose_part(texts).buttons,
    )


def drill_busy(part: str, texts: Texts) -> str:
    """One at a time."""
    return texts.plain("A drill of {part} is running; one at a time.", part=part_name(part, texts))


def _known(part: str, texts: Texts) -> Html:
    """What else may come, and how it is to be told from a real fault."""
    abouts = dict.fromkeys(texts.plain(follows.about) for follows in EXERCISES[part].consequences)
    return texts.html(
        "Cards may follow for up to ten minutes: {list}. Each of them is marked “🧯 drill”.", list=", ".join(abouts)
    )
