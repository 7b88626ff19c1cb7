"""/start, /help, /language, and the buttons that stand under answers of every feature."""

from bot.core.update_context import UpdateContext
from bot.features.help.buttons import ChooseLanguage
from bot.features.help.replies import greeting, help_text, language_choice, language_chosen
from bot.features.help.services import HelpServices
from bot.ui.buttons import PageNumber, ShowHelp
from bot.ui.locale import Language, known, texts
from bot.ui.notices import old_button, page_number
from bot.ui.roles import Role


async def start(services: HelpServices, context: UpdateContext, payload: str) -> None:
    """The greeting; with a payload, what the link leads to."""
    if context.role > Role.CUSTOMER:
        # Telegram takes a menu for a private chat only once that chat exists.
        await services.menus.show(context)
    if await services.deep_links.open(context, payload.strip()):
        return
    found = await services.suggestions.of(context.texts)
    await services.lists.keep(one.state for one in found)
    duties, window = services.home.duties(context), services.home.shop_window(context)
    await context.say(greeting(context.name, duties, window, () if duties else found, context.texts))


async def show_help(services: HelpServices, context: UpdateContext, _: str) -> None:
    """The commands of the person's role."""
    await context.say(help_text(services.menus.lines(context.role, context.texts), context.bot_name, context.texts))


async def press_help(services: HelpServices, context: UpdateContext, _: ShowHelp) -> None:
    """The help, from a button."""
    await show_help(services, context, "")


async def say_page(_: HelpServices, context: UpdateContext, press: PageNumber) -> None:
    """The number between the arrows."""
    await context.toast(page_number(press.page, press.pages, context.texts))


async def ask_language(services: HelpServices, context: UpdateContext, argument: str) -> None:
    """Ask, or take the language that was named: /language en."""
    language = known(argument.strip().lower())
    if language is None:
        await context.say(language_choice(context.texts))
        return
    await _speak(services, context, language)
    await context.say(language_chosen(context.texts))


async def choose_language(services: HelpServices, context: UpdateContext, press: ChooseLanguage) -> None:
    """Take the language of the button."""
    language = known(press.language)
    if language is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    await _speak(services, context, language)
    await context.change(language_chosen(context.texts))


async def _speak(services: HelpServices, context: UpdateContext, language: Language) -> None:
    await services.people.choose_language(context.pseudonym, language)
    context.texts = texts(language, context.texts.zone)
    await services.menus.show(context)
