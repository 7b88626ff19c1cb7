"""/drill [part]."""

from telegram.error import TelegramError

from bot.alerts.drill import EXERCISES, Drill, Progress
from bot.handlers.operator import audit
from bot.replies.callback import RunDrill
from bot.replies.drill import (
    choose_part,
    drill_busy,
    drill_left,
    drill_not_here,
    drill_progress,
    drill_question,
    drill_unknown,
)
from bot.replies.reply import Reply
from bot.replies.text import escaped
from bot.services import Services
from bot.turn import Turn
from ops.logs import get_logger

log = get_logger(__name__)


async def ask_drill(services: Services, turn: Turn, argument: str) -> None:
    """Ask which part, or whether to stop the named one."""
    drill = _drill(services)
    part = argument.strip().lower()
    if drill is None:
        await turn.say(drill_not_here(turn.texts))
    elif drill.running:
        await turn.say(Reply(escaped(drill_busy(drill.running, turn.texts))))
    elif not part:
        await turn.say(choose_part(turn.texts))
    elif part not in EXERCISES:
        await turn.say(drill_unknown(part, turn.texts))
    else:
        await turn.say(drill_question(part, turn.texts))


async def run_drill(services: Services, turn: Turn, press: RunDrill) -> None:
    """Ask again, leave it, or do it; the message follows the rehearsal by edits."""
    drill = _drill(services)
    if drill is None or press.part not in EXERCISES:
        await turn.change(drill_not_here(turn.texts))
        return
    if press.step == "no":
        await turn.change(drill_left(turn.texts))
        return
    if press.step != "yes":
        await turn.change(drill_question(press.part, turn.texts))
        return
    if drill.running:
        await turn.toast(drill_busy(drill.running, turn.texts), alert=True)
        return

    async def report(progress: Progress) -> None:
        try:
            await turn.change(drill_progress(progress, turn.texts))
        except TelegramError as error:
            log.warning("drill_not_shown", part=progress.part, error=str(error))

    audit(services, turn, "drill", press.part)
    if not drill.start(press.part, report):
        await turn.toast(drill_busy(drill.running, turn.texts), alert=True)


def _drill(services: Services) -> Drill | None:
    return services.operators.drill if services.operators is not None else None
