"""A `Reply` in the framework's terms."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest

from bot.ui.callback_data import encode
from bot.ui.reply import Button, Rows

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """The inline keyboard, or None for no buttons."""
    if not rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in rows])


def with_button(shown: InlineKeyboardMarkup, data: str, button: Button) -> InlineKeyboardMarkup:
    """The keyboard of a message with this button in place of the one with this data."""
    new = _button(button)
    return InlineKeyboardMarkup([
        [new if there.callback_data == data else there for there in row] for row in shown.inline_keyboard
    ])  # fmt: skip


def is_link_fault(error: BadRequest) -> bool:
    """Whether Telegram refused a message because a button's address is none for it."""
    text = str(error).lower()
    return "button_url_invalid" in text or ("button url" in text and "invalid" in text)


def _button(button: Button) -> InlineKeyboardButton:
    if button.url is not None:
        return InlineKeyboardButton(button.label, url=button.url)
    if button.inline is not None:
        return InlineKeyboardButton(button.label, switch_inline_query=button.inline)
    if button.press is None:
        raise ValueError(f"the button {button.label!r} does nothing")
    return InlineKeyboardButton(button.label, callback_data=encode(button.press))
