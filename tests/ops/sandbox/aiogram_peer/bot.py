"""The peers' bot by aiogram. What it must do stands in tests/ops/sandbox/test_peers.py."""

# aiogram lives in an environment of its own, where mypy does not look.
# mypy: ignore-errors

import asyncio
import base64
import html
import os
import sys

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputMediaPhoto,
    InputTextMessageContent,
)

URL, TOKEN = sys.argv[1:]
KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Next", callback_data="next")]])
dispatcher = Dispatcher()


async def described(call) -> str:
    try:
        await call
    except TelegramAPIError as error:
        return str(error.message)
    return "no error"


@dispatcher.message(CommandStart())
async def start(message, command: CommandObject) -> None:
    person = message.from_user
    text = f"<b>Hello</b> {html.escape(person.first_name)} {person.language_code} {command.args or ''}"
    await message.answer(text, parse_mode="HTML", reply_markup=KEYBOARD)


@dispatcher.message(Command("file"))
async def file(message, bot: Bot) -> None:
    sent = await message.answer_document(BufferedInputFile(b"12345", "report.txt"), caption="a report")
    described_file = await bot.get_file(sent.document.file_id)
    data = await bot.download_file(described_file.file_path)
    await message.answer(f"downloaded {len(data.read())} of {described_file.file_size} bytes")


@dispatcher.message(Command("photo"))
async def photo(message) -> None:
    picture = BufferedInputFile(base64.b64decode(os.environ["PICTURE"]), "a.png")
    album = await message.answer_media_group(
        [InputMediaPhoto(media=picture, caption="one"), InputMediaPhoto(media=picture)]
    )
    await message.answer_photo(album[0].photo[-1].file_id, caption="photo again")


@dispatcher.message(Command("errors"))
async def errors(message, bot: Bot) -> None:
    sent = await message.answer("same")
    await message.answer(await described(sent.edit_text("same")))
    await message.answer(await described(bot.send_message(4242, "x")))
    await message.answer(await described(message.answer("<b>x", parse_mode="HTML")))


@dispatcher.edited_message(F.text)
async def edited(message) -> None:
    await message.reply(f"now {message.text}")


@dispatcher.callback_query(F.data == "next")
async def pressed(query) -> None:
    await query.message.edit_text("page 2", reply_markup=KEYBOARD)
    await query.answer("turned", show_alert=True)


@dispatcher.inline_query()
async def inline(query) -> None:
    content = InputTextMessageContent(message_text=f"chose {query.query}")
    found = InlineQueryResultArticle(id="1", title=f"about {query.query}", input_message_content=content)
    await query.answer([found], cache_time=0)


async def main() -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(URL))
    async with Bot(TOKEN, session=session) as bot:
        await bot.set_my_commands([BotCommand(command="start", description="Begin")])
        await dispatcher.start_polling(bot, polling_timeout=5)


asyncio.run(main())
