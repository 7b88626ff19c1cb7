"""A small python-telegram-bot bot talks with people in the sandbox."""

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Update,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ExtBot,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from ops.sandbox.server import Sandbox, running
from tests.ops.sandbox.people import Caller
from tests.ops.sandbox.test_media import png

Context = ContextTypes.DEFAULT_TYPE
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Next", callback_data="next")]])


async def start(update: Update, context: Context) -> None:
    assert update.effective_message is not None
    assert update.effective_user is not None
    payload = " ".join(context.args or [])
    text = f"<b>{update.effective_user.first_name}</b> {update.effective_user.language_code} {payload}"
    await update.effective_message.reply_html(text, reply_markup=KEYBOARD)


async def card(update: Update, context: Context) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_photo(png(30, 20), caption="*Watch*", parse_mode="MarkdownV2")


async def echo(update: Update, context: Context) -> None:
    assert update.message is not None
    assert update.message.text is not None
    await update.message.reply_text(update.message.text[::-1], do_quote=True)


async def corrected(update: Update, context: Context) -> None:
    assert update.edited_message is not None
    await update.edited_message.reply_text("I saw that")


async def pressed(update: Update, context: Context) -> None:
    assert update.callback_query is not None
    await update.callback_query.edit_message_text("page 2", reply_markup=KEYBOARD)
    await update.callback_query.answer("turned")


async def inline(update: Update, context: Context) -> None:
    assert update.inline_query is not None
    query = update.inline_query.query
    found = InlineQueryResultArticle("1", f"about {query}", InputTextMessageContent(f"chose {query}"))
    await update.inline_query.answer([found], cache_time=0)


@pytest.fixture
async def conversation() -> AsyncIterator[tuple[Caller, ExtBot[None]]]:
    async with running() as sandbox, aiohttp.ClientSession(sandbox.url) as session:
        application = (
            Application.builder()
            .token(sandbox.world.token)
            .base_url(sandbox.base_url)
            .base_file_url(f"{sandbox.url}/file/bot")
            .build()
        )
        application.add_handlers(
            [
                CommandHandler("start", start, filters.UpdateType.MESSAGE),
                CommandHandler("card", card),
                MessageHandler(filters.UpdateType.EDITED_MESSAGE, corrected),
                MessageHandler(filters.TEXT, echo),
                CallbackQueryHandler(pressed),
                InlineQueryHandler(inline),
            ]
        )
        async with application:
            await application.start()
            assert application.updater is not None
            await application.updater.start_polling()
            yield Caller(session, sandbox.world.token), application.bot
            await application.updater.stop()
            await application.stop()


async def test_a_conversation(conversation: tuple[Caller, ExtBot[None]]) -> None:
    caller, _ = conversation
    await caller.say(1001, "/start p_42")
    hello = await caller.hear(1001, "Анна ru p_42")
    pressed = await caller.person(1001, "press", chat_id=1001, message_id=hello["message_id"], button="Next")
    assert pressed.body == {"text": "turned", "show_alert": False}
    assert (await caller.hear(1001, "page 2"))["message_id"] == hello["message_id"]
    number = await caller.say(1001, "abc")
    assert (await caller.hear(1001, "cba"))["reply_to_message"]["message_id"] == number
    await caller.person(1001, "edit", chat_id=1001, message_id=number, text="abcd")
    await caller.hear(1001, "I saw that")
    await caller.say(1001, "/card")
    assert (await caller.hear(1001, "Watch"))["photo_url"]
    results = (await caller.person(1001, "inline", query="часы")).body["results"]
    assert "about часы" in json.dumps(results, ensure_ascii=False)
    await caller.say(3001, "/start@yarmarka_bot", chat=-100500)
    await caller.hear(3002, "Игорь ru", chat=-100500)


async def test_errors_as_the_library_knows_them(conversation: tuple[Caller, ExtBot[None]]) -> None:
    caller, bot = conversation
    await caller.say(1001, "abc")
    answer = await caller.hear(1001, "cba")
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("cba", 1001, answer["message_id"])
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(4242, "a")
    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.send_message(1001, "a" * 4097)
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(1002, "a")
    await caller.post("/faults", {"method": "sendMessage", "kind": "429", "retry_after": 3})
    with pytest.raises(RetryAfter):
        await bot.send_message(1001, "a")


async def test_two_pollers_conflict(sandbox: Sandbox) -> None:
    async with (
        ExtBot(sandbox.world.token, sandbox.base_url) as one,
        ExtBot(sandbox.world.token, sandbox.base_url) as other,
    ):
        first = asyncio.create_task(one.get_updates(timeout=10))
        await one.get_me()
        second = asyncio.create_task(other.get_updates(timeout=1))
        with pytest.raises(Conflict, match="only one bot instance is running"):
            await first
        assert await second == ()


async def test_a_wrong_token(sandbox: Sandbox) -> None:
    with pytest.raises(InvalidToken):
        await ExtBot("1:wrong", sandbox.base_url).initialize()
