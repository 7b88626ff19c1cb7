"""What operators answer to a card is kept with it: in its details, in the audit, and so in the report."""

from bot.core.update_context import UpdateContext
from bot.features.alerts.cards.headline import name_of
from bot.features.alerts.cards.owner_handlers import operator_name
from bot.features.alerts.models import Comment
from bot.features.alerts.services import AlertServices
from bot.ui.text import clean, cut

COMMENT_LIMIT = 500


def is_card(services: AlertServices, chat_id: int, message_id: int) -> bool:
    """Whether this message shows a card, or showed one."""
    return services.actions.cards.of_message(chat_id, message_id) is not None


async def comment(services: AlertServices, context: UpdateContext, message_id: int, text: str) -> None:
    """Keep what was answered; the card shows it, which is the answer to it."""
    token = services.actions.cards.of_message(context.chat_id or 0, message_id)
    card = services.actions.cards.get(token) if token is not None else None
    said = cut(clean(text), COMMENT_LIMIT)
    if token is None or card is None or not said:
        return
    await services.audit_log.record(context, "comment", name_of(card), said)
    made = Comment(by=operator_name(context), text=said, at=services.clock(), key=context.key)
    await services.actions.comment(token, made)
