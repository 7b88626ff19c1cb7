"""What an update asks for: the route of a message, a correction, a press, an inline query."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from telegram import CallbackQuery, Document, InlineQuery, Message, Update, User

from bot.core.moved_chats import MovedChats
from bot.core.remembered import Remembered
from bot.core.routes import CommandRoute, Routes, RunPress
from bot.core.update_context import UpdateContext
from bot.core.written import command_of, is_passed_on, is_private, text_of, thread_of, written_by
from bot.ui.buttons import OpenCommand, TryAgain
from bot.ui.callback_data import CallbackData, decode
from bot.ui.callback_ids import mark
from bot.ui.notices import anonymous, old_button, text_only, unknown_command
from bot.ui.roles import Role

Run = Callable[[UpdateContext], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Route:
    """What an update asks for: who asks, the least role for it, its name for audit, and what to run."""

    kind: str
    name: str
    least: Role
    user: User
    key: str
    run: Run
    chat_id: int | None = None
    thread_id: int | None = None
    query: CallbackQuery | None = None
    answers: User | None = None
    # The message that asks, when a person wrote it; and whether what it said before was asked already.
    message_id: int | None = None
    corrected: bool = False
    # Whether what it asks was asked before, and could not be answered.
    again: bool = False


class RouteFinder:
    """Finds the route of an update among those that the features have. `moves` is told of groups that moved."""

    def __init__(self, routes: Routes, moves: MovedChats) -> None:
        self._routes = routes
        self._moves = moves
        # After a restart, a button to try again is too old.
        self._unanswered: Remembered[Route] = Remembered()
        # Of each album, the picture by which it is answered.
        self._albums: Remembered[int] = Remembered()

    def keep(self, route: Route) -> str:
        """Remember what could not be answered; the name by which a button asks for it again."""
        name = mark(route.key)
        self._unanswered.put(name, route)
        return name

    def find(self, update: Update) -> Route | None:
        """The update's route, or None for one that asks for nothing, as talk in a group."""
        if update.message is not None:
            return self._of_message(update.message)
        if update.edited_message is not None:
            return self._of_edit(update.edited_message)
        if update.callback_query is not None:
            return self._of_press(update.callback_query)
        if update.inline_query is not None:
            return self._of_inline(update.inline_query)
        return None

    def _of_message(self, message: Message) -> Route | None:
        if message.migrate_to_chat_id is not None:
            return self._of_move(message, message.chat_id, message.migrate_to_chat_id)
        if message.migrate_from_chat_id is not None:
            return self._of_move(message, message.migrate_from_chat_id, message.chat_id)
        at = message.date.timestamp() if message.date else 0
        key = f"m{message.chat_id}:{message.message_id}:{at:.0f}"
        return self._of_text(message, key, message.document)

    def _of_edit(self, message: Message) -> Route | None:
        """In private, what somebody has corrected is answered anew; in a group it would be read out of place."""
        if not is_private(message) or message.edit_date is None or text_of(message) is None:
            # A place that is shared live comes as an edit every few seconds, and says nothing.
            return None
        key = f"e{message.chat_id}:{message.message_id}:{message.edit_date.timestamp():.0f}"
        route = self._of_text(message, key)
        return route and replace(route, corrected=True)

    def _of_text(self, message: Message, key: str, document: Document | None = None) -> Route | None:
        if is_passed_on(message):
            return None
        try:
            command = command_of(message)
        except ValueError:
            return None
        if command is not None:
            return self._of_command(message, key, *command)
        answered = self._of_reply(message, key)
        if answered is not None or not is_private(message):
            return answered
        if document is not None:
            return _written(message, "document", key, self._document(message, document))
        return self._of_words(message, key)

    def _of_reply(self, message: Message, key: str) -> Route | None:
        """An answer to a message of the bot that takes them."""
        answered, text = message.reply_to_message, text_of(message)
        if answered is None or text is None or answered.from_user is None or not answered.from_user.is_bot:
            return None
        taker = next((one for one in self._routes.replies if one.knows(message.chat_id, answered.message_id)), None)
        if taker is None:
            return None
        if message.sender_chat is not None:
            return _written(message, "anonymous", key, _anonymous)
        said, to = text, answered.message_id
        return _written(message, "reply", key, lambda writer: taker.run(writer, to, said), least=taker.least)

    def _of_words(self, message: Message, key: str) -> Route | None:
        text, first = text_of(message), self._is_first_of_album(message)
        if text is not None:
            return _written(message, "text", key, self._text(text))
        # What Telegram tells of a chat (a pin, a timer, a call) nobody wrote, and the rest of an album says no more.
        asks = message.effective_attachment is not None and first
        return _written(message, "text", key, _only_text) if asks else None

    def _is_first_of_album(self, message: Message) -> bool:
        """Whether it is the picture by which its album is answered; one alone always is."""
        if message.media_group_id is None:
            return True
        album = f"{message.chat_id}:{message.media_group_id}"
        first = self._albums.get(album)
        if first is None:
            self._albums.put(album, message.message_id)
        return first in {None, message.message_id}

    def _of_command(self, message: Message, key: str, name: str, argument: str) -> Route | None:
        command = self._routes.commands.get(name)
        if command is None:
            return _written(message, "unknown", key, _unknown_command) if is_private(message) else None
        if message.sender_chat is not None:
            # An anonymous admin, or somebody who writes as a channel: nobody knows who, so nothing is done.
            return _written(message, "anonymous", key, _anonymous)
        route = _written(message, f"/{name}", key, self._command(command, argument), least=command.least)
        return route and replace(route, answers=written_by(message.reply_to_message))

    def _of_move(self, message: Message, old_id: int, new_id: int) -> Route | None:
        """A group became a supergroup; Telegram says so in the old chat and in the new one."""

        async def run(_: UpdateContext) -> None:
            await self._moves.note(old_id, new_id)

        user = message.from_user
        return Route("service", "moved", Role.CUSTOMER, user, f"g{old_id}", run) if user is not None else None

    def _of_press(self, query: CallbackQuery) -> Route:
        callback = decode(query.data or "")
        chat_id = query.message.chat.id if query.message is not None else None
        thread_id = thread_of(query.message) if isinstance(query.message, Message) else None
        run: Run
        if callback is None:
            run, name, least = _old_button, "unknown", Role.CUSTOMER
        elif isinstance(callback, OpenCommand):
            name, least, run = self._of_opened(callback)
        elif isinstance(callback, TryAgain):
            return self._of_repeat(query, callback)
        else:
            name, least = type(callback).__name__, callback.LEAST
            run = self._press(self._routes.presses[type(callback)], callback)
        return Route("button", name, least, query.from_user, f"c{query.id}", run, chat_id, thread_id, query)

    def _of_opened(self, callback: OpenCommand) -> tuple[str, Role, Run]:
        command = self._routes.commands.get(callback.command)
        if command is None:
            return "unknown", Role.CUSTOMER, _old_button
        return f"/{callback.command}", command.least, self._command(command, "")

    def _of_repeat(self, query: CallbackQuery, callback: TryAgain) -> Route:
        """What was asked, asked by whoever presses: the role is checked anew."""
        asked = self._unanswered.get(callback.asked)
        chat_id = query.message.chat.id if query.message is not None else None
        if asked is None or asked.chat_id != chat_id:
            return Route("button", "unknown", Role.CUSTOMER, query.from_user, f"c{query.id}", _old_button, query=query)
        return replace(asked, user=query.from_user, key=f"c{query.id}", query=query, message_id=None, again=True)

    def _of_inline(self, query: InlineQuery) -> Route:
        async def run(asker: UpdateContext) -> None:
            if self._routes.inline is not None:
                await self._routes.inline(asker, query.id, query.query, query.offset)

        return Route("inline", "inline", Role.CUSTOMER, query.from_user, f"i{query.id}", run)

    def _text(self, text: str) -> Run:
        async def run(writer: UpdateContext) -> None:
            for take in self._routes.texts:
                if await take(writer, text):
                    return
            if self._routes.any_text is not None:
                await self._routes.any_text(writer, text)

        return run

    def _document(self, message: Message, document: Document) -> Run:
        async def run(sender: UpdateContext) -> None:
            for take in self._routes.documents:
                if await take(sender, document):
                    return
            # Under a file that nobody wants, a text may stand that is meant as any other.
            text = text_of(message)
            await (self._text(text) if text is not None else _only_text)(sender)

        return run

    @staticmethod
    def _command(command: CommandRoute, argument: str) -> Run:
        return lambda asker: command.run(asker, argument)

    @staticmethod
    def _press(run: RunPress, callback: CallbackData) -> Run:
        return lambda presser: run(presser, callback)


def _written(message: Message, name: str, key: str, run: Run, least: Role = Role.CUSTOMER) -> Route | None:
    """The route of what a person wrote; None for another bot's words, unless it speaks for a group."""
    user = message.from_user
    if user is None or (user.is_bot and message.sender_chat is None):
        return None
    kind = name if name in {"text", "document"} else "command"
    return Route(kind, name, least, user, key, run, message.chat_id, thread_of(message), message_id=message.message_id)


async def _anonymous(asker: UpdateContext) -> None:
    await asker.say(anonymous(asker.texts))


async def _only_text(asker: UpdateContext) -> None:
    await asker.say(text_only(asker.texts))


async def _unknown_command(asker: UpdateContext) -> None:
    await asker.say(unknown_command(asker.texts))


async def _old_button(asker: UpdateContext) -> None:
    await asker.toast(old_button(asker.texts), alert=True)
