"""reply_markup: what a bot asks for, checked by Telegram's rules."""

from dataclasses import dataclass
from typing import cast

from ops.sandbox.errors import bad_request
from ops.sandbox.markup.links import checked_link
from ops.sandbox.objects import InlineKeyboard, InlineKeyboardButton, Json, JsonObject

MAX_CALLBACK_BYTES = 64
MAX_BUTTONS = 100
MAX_ROW = 8
_ACTIONS = (
    "callback_data", "url", "switch_inline_query", "switch_inline_query_current_chat", "copy_text", "web_app",
    "switch_inline_query_chosen_chat", "login_url", "pay", "callback_game",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReplyMarkup:
    """At most one of the two: an inline keyboard, or what happens to the keyboard under the input."""

    inline: InlineKeyboard | None = None
    reply: JsonObject | None = None


def parse_reply_markup(value: Json) -> ReplyMarkup:
    """Raises BotApiError in Telegram's words."""
    if value is None or value == "":
        return ReplyMarkup()
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    rows = value.get("inline_keyboard")
    if isinstance(rows, list) and rows:
        return ReplyMarkup(inline=_inline(rows))
    if any(value.get(name) for name in ("keyboard", "remove_keyboard", "force_reply")):
        return ReplyMarkup(reply=value)
    return ReplyMarkup()


def _inline(rows: list[Json]) -> InlineKeyboard | None:
    keyboard: list[list[InlineKeyboardButton]] = []
    total = 0
    for row in rows:
        if not isinstance(row, list):
            raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
        buttons = [_button(button) for button in row]
        total += len(buttons)
        if total > MAX_BUTTONS or len(buttons) > MAX_ROW:
            raise bad_request("reply markup is too long" if total > MAX_BUTTONS else "BUTTON_ROW_INVALID")
        if buttons:
            keyboard.append(buttons)
    return {"inline_keyboard": keyboard} if keyboard else None


def _button(value: Json) -> InlineKeyboardButton:
    if not isinstance(value, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    text = value.get("text")
    if not isinstance(text, str):
        raise bad_request("can't parse inline keyboard button: can't find field \"text\"")
    action = next((name for name in _ACTIONS if value.get(name) is not None), None)
    if action is None:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    button = cast(InlineKeyboardButton, {"text": text, action: value[action]})
    if action == "callback_data":
        data = value[action]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= MAX_CALLBACK_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif action == "url":
        url = value[action]
        checked = checked_link(url) if isinstance(url, str) else None
        if checked is None:
            raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
        button["url"] = checked
    return button
