"""Putting an answer in the place of a message that is there."""

from telegram import InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.telegram.framework import Bot
from bot.telegram.keyboard import NO_PREVIEW, keyboard
from bot.telegram.rate_limiter import Call
from bot.ui.reply import Reply


async def edit_text(
    bot: Bot,
    chat_id: int,
    message_id: int,
    reply: Reply,
    *,
    parse_mode: str | None = ParseMode.HTML,
    rate_limit_args: Call | None = None,
    read_timeout_s: float | None = None,
) -> bool:
    """Show the reply in a text message of ours; False when it shows just that already. Raises TelegramError."""
    try:
        await bot.edit_message_text(
            reply.text,
            chat_id=chat_id,
            message_id=message_id,
            parse_mode=parse_mode,
            reply_markup=keyboard(reply.buttons),
            link_preview_options=NO_PREVIEW,
            rate_limit_args=rate_limit_args,
            read_timeout=bot.request.read_timeout if read_timeout_s is None else read_timeout_s,
        )
    except BadRequest as error:
        if not is_unchanged(error):
            raise
        return False
    return True


async def edit_caption(
    bot: Bot, chat_id: int, message_id: int, reply: Reply, *, rate_limit_args: Call | None = None
) -> bool:
    """The same for the caption of a picture."""
    try:
        await bot.edit_message_caption(
            chat_id=chat_id,
            message_id=message_id,
            caption=reply.text,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(reply.buttons),
            rate_limit_args=rate_limit_args,
        )
    except BadRequest as error:
        if not is_unchanged(error):
            raise
        return False
    return True


async def edit_buttons(
    bot: Bot, chat_id: int, message_id: int, buttons: InlineKeyboardMarkup, *, rate_limit_args: Call | None = None
) -> None:
    """The same for the buttons alone; a message that is gone has no buttons to change."""
    try:
        await bot.edit_message_reply_markup(
            chat_id=chat_id, message_id=message_id, reply_markup=buttons, rate_limit_args=rate_limit_args
        )
    except BadRequest as error:
        if not is_unchanged(error) and "not found" not in str(error).lower():
            raise


def is_unchanged(error: BadRequest) -> bool:
    """Whether Telegram refused an edit because the message shows just that already."""
    return "not modified" in str(error).lower()
