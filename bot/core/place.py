"""A message that shows something which goes on changing."""

from typing import Literal

from bot.core.update_context import UpdateContext
from pipeline.contracts.messages import Message


class Place(Message):
    """A message in a chat, and the language in which it is written."""

    chat_id: int
    message_id: int
    language: Literal["ru", "en"]


def place(context: UpdateContext) -> Place | None:
    """The message whose button was pressed."""
    if context.chat_id is None or context.pressed_id is None:
        return None
    return Place(chat_id=context.chat_id, message_id=context.pressed_id, language=context.texts.language)
