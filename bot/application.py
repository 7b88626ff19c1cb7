"""The bot, put together: every command and every button there is, in two tables."""

from collections.abc import Sequence

from telegram.ext import ApplicationBuilder
from telegram.request import RequestData

# The framework has no public way to make one; its own methods would turn every update into an object before
# it is known whether it is a repeat.
from telegram.request._requestparameter import RequestParameter

from bot.command import ButtonHandler, Command, button
from bot.framework import BotApplication
from bot.handlers.person import ask_language, choose_language, forget, show_privacy
from bot.handlers.product import back_to_list, open_product, show_similar
from bot.handlers.search import narrow, open_panel, say_page, search, show_list
from bot.handlers.start import press_help, show_help, start
from bot.locale import later
from bot.replies.callback import (
    BackToList,
    Callback,
    ChooseLanguage,
    ForgetMe,
    Narrow,
    OpenPanel,
    OpenProduct,
    PageNumber,
    ShowHelp,
    ShowList,
    ShowSimilar,
)
from bot.replies.help import MenuLine
from bot.roles import Role
from bot.router import Router
from bot.services import Services
from bot.transport.pace import Limits, Pace
from bot.transport.polling import RawUpdate, Source
from bot.transport.request import AiohttpRequest

COMMANDS: tuple[Command, ...] = (
    Command("search", search, Role.CUSTOMER, later("search the goods of all shops")),
    Command("start", start, Role.CUSTOMER, later("begin, with things to try")),
    Command("help", show_help, Role.CUSTOMER, later("what I can do")),
    Command("language", ask_language, Role.CUSTOMER, later("choose the language")),
    Command("privacy", show_privacy, Role.CUSTOMER, later("what is kept about you")),
)

# A button's least role stands with its kind, in `bot.replies.callback`.
BUTTONS: dict[type[Callback], ButtonHandler] = dict(
    (
        button(ShowList, show_list),
        button(PageNumber, say_page),
        button(OpenPanel, open_panel),
        button(Narrow, narrow),
        button(OpenProduct, open_product),
        button(ShowSimilar, show_similar),
        button(BackToList, back_to_list),
        button(ChooseLanguage, choose_language),
        button(ForgetMe, forget),
        button(ShowHelp, press_help),
    )
)

UPDATES = ("message", "callback_query", "inline_query")
LONG_POLL_S = 25.0


def menu_lines() -> tuple[MenuLine, ...]:
    """The commands as help and Telegram's menu list them."""
    return tuple(MenuLine(command.name, command.about, command.least) for command in COMMANDS if command.listed)


def build(
    token: str, base_url: str, *, timeout_s: float = 20.0, connections: int = 256, limits: Limits | None = None
) -> tuple[BotApplication, Source]:
    """An application that is not initialised yet and has no handlers, and its source of updates.

    It has neither the framework's Updater, which confirms updates before they are handled, nor a job queue.
    """
    polling = AiohttpRequest(connections=4, timeout_s=LONG_POLL_S + timeout_s)
    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{base_url.rstrip('/')}/bot")
        .base_file_url(f"{base_url.rstrip('/')}/file/bot")
        .request(AiohttpRequest(connections=connections, timeout_s=timeout_s))
        .get_updates_request(polling)
        .rate_limiter(Pace(limits))
        .updater(None)
        .job_queue(None)
        .build()
    )
    url = f"{application.bot.base_url}/getUpdates"

    async def source(offset: int, limit: int, timeout_s: int) -> Sequence[RawUpdate]:
        fields = {"offset": offset, "limit": limit, "timeout": timeout_s, "allowed_updates": list(UPDATES)}
        answer = await polling.post(
            url, RequestData([RequestParameter(name, value, None) for name, value in fields.items()])
        )
        return answer if isinstance(answer, list) else ()

    return application, source


def route(application: BotApplication, services: Services) -> Router:
    """Give the application its one handler and its one error handler."""
    router = Router(services, {command.name: command for command in COMMANDS}, BUTTONS, search)
    application.add_handler(router)
    application.add_error_handler(router.on_error)
    return router
