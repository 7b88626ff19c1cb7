"""The framework's generic types, as this bot uses them."""

from typing import TypeAlias

from telegram.ext import Application, CallbackContext, ExtBot

from bot.telegram.rate_limiter import Call

Bot: TypeAlias = ExtBot[Call]
# The framework's own memory of users and chats stays empty: state lives in Kafka.
Unused: TypeAlias = dict[object, object]
# The builder types contexts by a bot without rate limits, whatever limits it is given.
Context: TypeAlias = CallbackContext[ExtBot[None], Unused, Unused, Unused]
BotApplication: TypeAlias = Application[Bot, Context, Unused, Unused, Unused, None]
