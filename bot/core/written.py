"""What a message says, and who says it."""

import re

from telegram import Message, MessageOriginUser, User
from telegram.constants import ChatType

COMMAND = re.compile(r"^/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{3,32}))?(?:\s+(.*))?$", re.DOTALL)


def text_of(message: Message) -> str | None:
    """What somebody wrote, or wrote under a picture; None for a picture or a sticker alone."""
    return message.text if message.text is not None else message.caption


def command_of(message: Message) -> tuple[str, str] | None:
    """The command's name and what follows it; None for what is no command. Raises ValueError for another bot's."""
    matched = COMMAND.match(text_of(message) or "")
    if matched is None:
        return None
    name, addressed, argument = matched[1].lower(), matched[2], matched[3] or ""
    if addressed is not None and addressed.lower() != message.get_bot().username.lower():
        raise ValueError(f"the command is for {addressed}")
    return name, argument


def is_private(message: Message) -> bool:
    """Whether nobody but the person and the bot reads it."""
    return message.chat.type == ChatType.PRIVATE


def is_passed_on(message: Message) -> bool:
    """Whether nobody wrote it here: an inline result, ours included, or a channel's post in the group beside it."""
    return message.from_user is None or message.via_bot is not None or bool(message.is_automatic_forward)


def thread_of(message: Message) -> int | None:
    """The topic that a message is in. Replies outside of forums have threads too, which are none."""
    return message.message_thread_id if message.is_topic_message else None


def written_by(message: Message | None) -> User | None:
    """Who wrote the message, of a forwarded one who wrote it first, if they show that.

    Nobody wrote what Telegram says of a chat, or what was written in a group's name.

    In a forum, everything that answers nothing "answers" the service message that began its topic.
    """
    if message is None or message.sender_chat is not None:
        return None
    if isinstance(message.forward_origin, MessageOriginUser):
        return message.forward_origin.sender_user
    said = text_of(message) is not None or message.effective_attachment is not None
    return message.from_user if said else None
