"""Telegram's command menus: for everyone in each language, and for each person with a role. Display only."""

from dataclasses import dataclass

from telegram import BotCommand, BotCommandScopeChat, BotCommandScopeDefault
from telegram.error import TelegramError

from bot.core.access import Access
from bot.core.update_context import UpdateContext
from bot.telegram.framework import Bot
from bot.telegram.rate_limiter import AT_ONCE, Call
from bot.ui.locale import DEFAULT, LANGUAGES, Texts, texts
from bot.ui.roles import Role
from ops.logs import get_logger

log = get_logger(__name__)
# At the start there is time to wait out a 429; in an update there is none.
AT_LEISURE = Call()


@dataclass(frozen=True, slots=True)
class MenuLine:
    """A command as the help and Telegram's menu show it."""

    name: str
    about: str
    least: Role


class Menus:
    """Sets the menus of a bot. A menu that Telegram refuses is logged: the commands work without it."""

    def __init__(self, commands: tuple[MenuLine, ...], access: Access) -> None:
        self._commands = commands
        self._access = access

    def lines(self, role: Role, words: Texts) -> tuple[MenuLine, ...]:
        """The commands that a role may use, their descriptions translated."""
        return tuple(
            MenuLine(line.name, words.plain(line.about), line.least) for line in self._commands if role >= line.least
        )

    async def show_all(self, bot: Bot) -> None:
        """The default menu in every language, and the private chats of people with a role."""
        for language in LANGUAGES:
            lines = self.lines(Role.CUSTOMER, texts(language))
            await _set(bot, lines, BotCommandScopeDefault(), language, AT_LEISURE)
        # For Telegrams in a third language.
        await _set(bot, self.lines(Role.CUSTOMER, texts("en")), BotCommandScopeDefault(), None, AT_LEISURE)
        for user_id, role in self._access.people().items():
            await self.show_person(bot, user_id, role, AT_LEISURE)

    async def show_person(self, bot: Bot, user_id: int, role: Role, call: Call = AT_ONCE) -> None:
        """The menu of the private chat of somebody whose role was changed."""
        for language in LANGUAGES:
            await _set(bot, self.lines(role, texts(language)), BotCommandScopeChat(user_id), language, call)
        await _set(bot, self.lines(role, texts(DEFAULT)), BotCommandScopeChat(user_id), None, call)

    async def show(self, context: UpdateContext) -> None:
        """The menu of a person's private chat, in the language they chose, whatever their Telegram speaks."""
        if context.chat_id != context.user_id:
            return
        lines = self.lines(context.role, context.texts)
        for code in (None, *LANGUAGES):
            await _set(context.bot, lines, BotCommandScopeChat(context.user_id), code)


async def _set(
    bot: Bot,
    lines: tuple[MenuLine, ...],
    scope: BotCommandScopeDefault | BotCommandScopeChat,
    code: str | None,
    call: Call = AT_ONCE,
) -> None:
    commands = [BotCommand(line.name, line.about) for line in lines]
    try:
        await bot.set_my_commands(commands, scope=scope, language_code=code, rate_limit_args=call)
    except TelegramError as error:
        # A person with a role who never wrote to the bot has no chat yet.
        log.info("menu_not_set", scope=scope.type, language=code, error=str(error))
