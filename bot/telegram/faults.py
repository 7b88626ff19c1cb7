"""What can go wrong between us and Telegram, told apart by whether a repeat can do harm."""

from collections.abc import Mapping

import orjson
from telegram.error import NetworkError

# Answered twice, these leave the chat as it is: an edit to the same text, a second answer to a callback.
# A message that was sent twice is read twice, so sendMessage and its kin are not here.
REPEATABLE = frozenset(
    {
        "answerCallbackQuery",
        "answerInlineQuery",
        "deleteMessage",
        "deleteMyCommands",
        "deleteWebhook",
        "editMessageCaption",
        "editMessageMedia",
        "editMessageReplyMarkup",
        "editMessageText",
        "getChat",
        "getChatMember",
        "getFile",
        "getMe",
        "getMyCommands",
        "getWebhookInfo",
        "pinChatMessage",
        "sendChatAction",
        "setMyCommands",
        "setMyDescription",
        "setMyShortDescription",
        "unpinChatMessage",
    }
)
# Telegram's own failure before it did anything; a gateway's 502 and 504 leave open what happened behind it.
NOTHING_DONE = frozenset({500, 503})


class NotSentError(NetworkError):
    """No connection was made: the call did not reach Telegram."""


class UncertainError(NetworkError):
    """The connection broke in the middle of the call: Telegram may have carried it out."""


class ServerFaultError(NetworkError):
    """Telegram, or a gateway before it, answered 5xx."""

    def __init__(self, status: int, payload: bytes) -> None:
        super().__init__(f"{_description(payload)} ({status})")
        self.status = status


def may_repeat(method: str, error: Exception) -> bool:
    """Whether to make the call again after this error cannot show anything twice to a person."""
    if isinstance(error, NotSentError):
        return True
    if isinstance(error, ServerFaultError) and error.status in NOTHING_DONE:
        return True
    return isinstance(error, NetworkError) and method in REPEATABLE


def _description(payload: bytes) -> str:
    try:
        answer = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return "Telegram is out of order"
    text = answer.get("description") if isinstance(answer, Mapping) else None
    return str(text or "Telegram is out of order")
