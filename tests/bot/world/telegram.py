"""A Telegram in memory, under the bot's own application: it takes everything and keeps what it was told."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from telegram import Update
from telegram.ext import ApplicationBuilder
from telegram.request import BaseRequest, RequestData

from bot.application.framework import route
from bot.core.router import Router
from bot.telegram.framework import BotApplication
from bot.telegram.pace import Pace
from bot.telegram.rate_limiter import RateLimiter
from ops.sandbox.server import DEMO_TOKEN
from tests.bot.world.world import FREELY, World

ME = {"id": 7, "is_bot": True, "first_name": "Ярмарка", "username": "yarmarka_bot"}
SAYING = frozenset(
    {"sendMessage", "sendPhoto", "editMessageText", "editMessageCaption", "editMessageReplyMarkup", "answerInlineQuery"}
)


class Telegram(BaseRequest):
    """Answers every call with success."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, object]]] = []

    @property
    def read_timeout(self) -> float:
        return 1.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(  # noqa: PLR0917 - the framework's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        write_timeout: object = None,
        connect_timeout: object = None,
        pool_timeout: object = None,
    ) -> tuple[int, bytes]:
        name = url.rpartition("/")[2]
        fields = cast(dict[str, object], request_data.parameters) if request_data is not None else {}
        self.calls.append((name, fields))
        result: object = True
        if name == "getMe":
            result = ME
        elif name in SAYING and name != "answerInlineQuery":
            chat = {"id": fields.get("chat_id", 1), "type": "private", "first_name": "x"}
            result = {"message_id": 10**6, "date": 1, "chat": chat, "from": ME, "text": "x"}
        elif name == "getChat":
            result = {"id": 1, "type": "private", "first_name": "Имя", "accent_color_id": 0, "max_reaction_count": 1,
                      "accepted_gift_types": {"unlimited_gifts": False, "limited_gifts": False, "unique_gifts": False,
                                              "premium_subscription": False, "gifts_from_channels": False}}  # fmt: skip
        return 200, json.dumps({"ok": True, "result": result}).encode()

    def said(self) -> list[str]:
        """The texts of everything that was said since the last time, toasts included."""
        texts = [
            str(fields.get("text") or fields.get("caption") or "")
            for name, fields in self.calls
            if name in SAYING or name == "answerCallbackQuery"
        ]
        self.calls.clear()
        return texts


@asynccontextmanager
async def application(world: World) -> AsyncIterator[tuple[BotApplication, Router, Telegram]]:
    """The world's bot over a Telegram in memory; nothing goes on in its background."""
    telegram = Telegram()
    made = (
        ApplicationBuilder()
        .token(DEMO_TOKEN)
        .request(telegram)
        .get_updates_request(telegram)
        .rate_limiter(RateLimiter(Pace(FREELY)))
        .updater(None)
        .job_queue(None)
        .build()
    )
    app = cast(BotApplication, made)
    router = world.made(app.bot).router
    route(app, router)
    async with app:
        telegram.calls.clear()
        yield app, router, telegram


def message(user_id: int, text: str, number: int = 1, chat_id: int | None = None) -> dict[str, object]:
    """The raw update of a person who writes."""
    return {"update_id": number, "message": _message(user_id, text, number, chat_id)}


def press(user_id: int, data: str, number: int = 1, chat_id: int | None = None) -> dict[str, object]:
    """The raw update of a person who presses, or pretends to."""
    shown = _message(user_id, "что-то", 5, chat_id) | {"from": ME}
    query = {"id": str(number), "from": _user(user_id), "chat_instance": "1", "data": data, "message": shown}
    return {"update_id": number, "callback_query": query}


async def happen(app: BotApplication, raw: dict[str, object]) -> None:
    """Let the application handle the update."""
    update = Update.de_json(raw, app.bot)
    await app.process_update(update)


def _user(user_id: int) -> dict[str, object]:
    return {"id": user_id, "is_bot": False, "first_name": "Имя", "language_code": "ru"}


def _message(user_id: int, text: str, number: int, chat_id: int | None) -> dict[str, object]:
    chat = {"id": user_id, "type": "private", "first_name": "Имя"}
    if chat_id is not None and chat_id < 0:
        chat = {"id": chat_id, "type": "supergroup", "title": "Группа"}
    return {"message_id": number, "date": 1, "chat": chat, "from": _user(user_id), "text": text}
