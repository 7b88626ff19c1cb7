"""python-telegram-bot as its documentation shows it, echoing."""

import asyncio
import sys

import uvloop
from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters


async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    """Say what was said."""
    if update.message is not None and update.message.text is not None:
        await update.message.reply_text(update.message.text)


def main(url: str) -> None:
    """Echo until killed."""
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    application = ApplicationBuilder().token("7:BENCH").base_url(f"{url}/bot").concurrent_updates(True).build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()


if __name__ == "__main__":
    main(sys.argv[1])
