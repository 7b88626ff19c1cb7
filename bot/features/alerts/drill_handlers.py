"""/drill [part], and the buttons of the rehearsal."""

from telegram.error import TelegramError

from bot.core.update_context import UpdateContext
from bot.features.alerts.buttons import RunDrill
from bot.features.alerts.drill import EXERCISES, Progress
from bot.features.alerts.drill_replies import (
    choose_part,
    drill_busy,
    drill_left,
    drill_not_here,
    drill_progress,
    drill_question,
    drill_unknown,
)
from bot.features.alerts.services import AlertServices
from bot.ui.reply import Reply
from bot.ui.text import escaped
from ops.logs import get_logger

log = get_logger(__name__)


async def ask_drill(services: AlertServices, context: UpdateContext, argument: str) -> None:
    """Ask which part, or whether to stop the named one."""
    drill = services.drill
    part = argument.strip().lower()
    if drill is None:
        await context.say(drill_not_here(context.texts))
    elif drill.running:
        await context.say(Reply(escaped(drill_busy(drill.running, context.texts))))
    elif not part:
        await context.say(choose_part(context.texts))
    elif part not in EXERCISES:
        await context.say(drill_unknown(part, context.texts))
    else:
        await context.say(drill_question(part, context.texts))


async def run_drill(services: AlertServices, context: UpdateContext, press: RunDrill) -> None:
    """Ask again, leave it, or do it; the message follows the rehearsal by edits."""
    drill = services.drill
    if drill is None or press.part not in EXERCISES:
        await context.change(drill_not_here(context.texts))
        return
    if press.step == "no":
        await context.change(drill_left(context.texts))
        return
    if press.step != "yes":
        await context.change(drill_question(press.part, context.texts))
        return
    if drill.running:
        await context.toast(drill_busy(drill.running, context.texts), alert=True)
        return

    async def report(progress: Progress) -> None:
        try:
            await context.change(drill_progress(progress, context.texts))
        except TelegramError as error:
            log.warning("drill_not_shown", part=progress.part, error=str(error))

    await services.audit_log.record(context, "drill", press.part)
    if not drill.start(press.part, report):
        await context.toast(drill_busy(drill.running, context.texts), alert=True)
