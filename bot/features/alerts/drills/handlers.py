"""/drill [part], and the buttons of the drill."""

from datetime import datetime

from aiokafka.errors import KafkaError
from telegram.error import TelegramError

from bot.core.actor import actor
from bot.core.update_context import UpdateContext
from bot.features.alerts.buttons import RunDrill
from bot.features.alerts.drills.drill import Drill, Progress
from bot.features.alerts.drills.exercises import EXERCISES
from bot.features.alerts.drills.history_replies import drill_trend
from bot.features.alerts.drills.replies import (
    choose_part,
    drill_announced,
    drill_busy,
    drill_left,
    drill_not_here,
    drill_progress,
    drill_question,
    drill_unknown,
)
from bot.features.alerts.services import AlertServices
from bot.telegram.outbox_item import Urgency
from bot.telegram.sender import Address
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
        await context.say(drill_question(part, context.texts, services.drill_history.usual(part)))


async def run_drill(services: AlertServices, context: UpdateContext, press: RunDrill) -> None:
    """Ask again, leave it, or do it; the message follows the drill by edits."""
    drill = services.drill
    if drill is None:
        await context.change(drill_not_here(context.texts))
    elif press.step == "trend":
        await context.change(drill_trend(services.drill_history.newest(), context.texts))
    elif press.step == "no":
        await context.change(drill_left(context.texts))
    elif press.part not in EXERCISES:
        await context.change(choose_part(context.texts))
    elif press.step != "yes":
        usual = services.drill_history.usual(press.part)
        await context.change(drill_question(press.part, context.texts, usual))
    elif drill.running:
        await context.toast(drill_busy(drill.running, context.texts), alert=True)
    else:
        await _begin(services, drill, context, press.part)


async def _begin(services: AlertServices, drill: Drill, context: UpdateContext, part: str) -> None:
    """On record, announced where cards appear, and the cards that follow marked from now on; then stop the part."""

    begun_at = services.clock()
    usual = services.drill_history.usual(part)

    async def report(progress: Progress) -> None:
        if progress.ended:
            await _close(services, progress, begun_at)
        try:
            await context.change(drill_progress(progress, context.texts, usual))
        except TelegramError as error:
            log.warning("drill_not_shown", part=progress.part, error=str(error))

    await services.audit_log.record(context, "drill", part)
    await services.drill_windows.open(part)
    if not drill.start(part, report):
        if drill.running != part:
            await services.drill_windows.drop(part)
        await context.toast(drill_busy(drill.running, context.texts), alert=True)
        return
    for place in services.components.places:
        # Where the drill was asked for, its own message tells it.
        if place.chat_id != context.chat_id:
            told = drill_announced(part, actor(context).name, services.chat_words(place.chat_id))
            address = Address(place.chat_id, place.thread_id)
            await services.messages.enqueue(address, f"drill:{part}", told, Urgency.URGENT)


async def _close(services: AlertServices, progress: Progress, begun_at: datetime) -> None:
    """From here on only what is late is marked, and what was seen is kept.

    Without Kafka the window closes by its own time, and the drill is not in the trend.
    """
    try:
        await services.drill_windows.close(progress.part)
        if progress.stopped is not None:
            await services.drill_history.add(progress, begun_at)
    except KafkaError as error:
        log.warning("drill_not_kept", part=progress.part, error=str(error))
