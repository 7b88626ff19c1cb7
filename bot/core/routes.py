"""What the router looks up: commands, buttons, and who takes a text or an inline query, each bound to its feature."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from telegram import Document

from bot.core.update_context import UpdateContext
from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role

RunCommand: TypeAlias = Callable[[UpdateContext, str], Awaitable[None]]
RunPress: TypeAlias = Callable[[UpdateContext, CallbackData], Awaitable[None]]
# Takes a text; False when it is not meant for the feature.
TakeText: TypeAlias = Callable[[UpdateContext, str], Awaitable[bool]]
# Takes a file that was sent in private; False when it is not meant for the feature.
TakeDocument: TypeAlias = Callable[[UpdateContext, Document], Awaitable[bool]]
# Answers a text that nobody took.
AnswerText: TypeAlias = Callable[[UpdateContext, str], Awaitable[None]]
# The context, the query's id, its text, and the offset of the next answers.
AnswerInline: TypeAlias = Callable[[UpdateContext, str, str, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class CommandRoute:
    """A command's least role and what it runs."""

    least: Role
    run: RunCommand


@dataclass(frozen=True, slots=True)
class ReplyRoute:
    """Takes answers to messages of the bot: those that `knows` their chat's and their own id."""

    least: Role
    knows: Callable[[int, int], bool]
    run: Callable[[UpdateContext, int, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Routes:
    """Everything that an update can ask for."""

    commands: Mapping[str, CommandRoute]
    presses: Mapping[type[CallbackData], RunPress]
    texts: Sequence[TakeText] = ()
    replies: Sequence[ReplyRoute] = ()
    documents: Sequence[TakeDocument] = ()
    any_text: AnswerText | None = None
    inline: AnswerInline | None = None
