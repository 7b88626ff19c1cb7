"""aiogram as its documentation shows it, echoing. It runs in an environment of its own (requirements/peers.txt)."""

import sys

import uvloop
from aiogram import Bot, Dispatcher  # type: ignore[import-not-found, unused-ignore]
from aiogram.client.session.aiohttp import AiohttpSession  # type: ignore[import-not-found, unused-ignore]
from aiogram.client.telegram import TelegramAPIServer  # type: ignore[import-not-found, unused-ignore]
from aiogram.types import Message  # type: ignore[import-not-found, unused-ignore]


async def echo(message: Message) -> None:
    """Say what was said."""
    await message.answer(message.text)


async def main(url: str) -> None:
    """Echo until killed."""
    dispatcher = Dispatcher()
    dispatcher.message.register(echo)
    bot = Bot("7:BENCH", session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
