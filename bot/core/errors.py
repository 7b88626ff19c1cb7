"""The one error handler. Its order: what is nobody's fault, what a neighbour did, what Telegram did, what we did.

The person gets one sentence and a next step, the operator one line in the log.
"""

from aiokafka.errors import KafkaError
from elastic_transport import TransportError
from elasticsearch import ApiError
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.core.looking_up import NotReadableError
from bot.core.update_context import UpdateContext
from bot.ui.buttons import TryAgain
from bot.ui.notices import broken, not_looked_up, not_saved, search_down, too_slow
from bot.ui.reply import Button, Reply, Rows
from bot.ui.text import escaped
from ops.errors import ServerAway
from ops.logs import get_logger

log = get_logger(__name__)
# A press that came too late to be answered, or a message that somebody deleted meanwhile.
TOO_LATE = ("query is too old", "query id is invalid", "message to edit not found", "message to be replied not found")
# What may be answered when it is asked again a moment later.
AWAY = frozenset({"search", "look", "slow"})


async def report(error: Exception, context: UpdateContext | None, update_id: int) -> str:  # noqa: PLR0911 - an order of cases
    """Deal with an error of a handler; returns its kind, for the metrics. Raises nothing."""
    if isinstance(error, Forbidden | ChatMigrated) or (
        isinstance(error, BadRequest) and "chat not found" in str(error).lower()
    ):
        log.info("person_left", update_id=update_id, error=str(error))
        return "left"
    if isinstance(error, BadRequest) and any(text in str(error).lower() for text in TOO_LATE):
        log.info("answer_came_too_late", update_id=update_id, error=str(error))
        return "too_late"
    if isinstance(error, ApiError | TransportError):
        log.error("search_failed", update_id=update_id, setting="YARMARKA_ELASTICSEARCH__URL", error=str(error)[:300])
        await _tell(context, "search")
        return "search_down"
    if isinstance(error, NotReadableError | ServerAway):
        log.error("not_looked_up", update_id=update_id, setting="YARMARKA_KAFKA__BOOTSTRAP", error=str(error)[:300])
        await _tell(context, "look")
        return "kafka_down"
    if isinstance(error, KafkaError):
        log.error("state_not_saved", update_id=update_id, setting="YARMARKA_KAFKA__BOOTSTRAP", error=str(error)[:300])
        await _tell(context, "save")
        return "kafka_down"
    if isinstance(error, RetryAfter | NetworkError) and not isinstance(error, BadRequest):
        log.error("telegram_failed", update_id=update_id, error=str(error)[:300])
        return "telegram_down"
    if isinstance(error, TimeoutError):
        log.error("handler_too_slow", update_id=update_id)
        await _tell(context, "slow")
        return "too_slow"
    log.error("handler_failed", update_id=update_id, exc_info=error)
    await _tell(context, "broken")
    return "failed"


async def report_deferred(error: Exception, update_id: int) -> str:
    """The same for an answer that was given later: there is nobody left to be told."""
    return await report(error, None, update_id)


async def _tell(context: UpdateContext | None, what: str) -> None:
    if context is None or context.answered:
        return
    sentences = {"search": search_down, "look": not_looked_up, "save": not_saved, "slow": too_slow, "broken": broken}
    text = sentences[what](context.texts)
    try:
        if context.query is not None:
            await context.toast(text, alert=True)
        else:
            await context.say(Reply(escaped(text), _try_again(context, what)))
    except TelegramError as error:
        log.warning("apology_not_delivered", error=str(error))


def _try_again(context: UpdateContext, what: str) -> Rows:
    """A button that asks the same again, where a server that is away may be back soon."""
    if what not in AWAY or context.ask_again is None:
        return ()
    return ((Button(context.texts.plain("🔄 Try again"), TryAgain(context.ask_again())),),)
