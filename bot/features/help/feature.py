"""The greeting, the help of each role, the language, and links that lead into the chat."""

from collections.abc import Sequence

from bot.container.foundation import Foundation
from bot.container.registration import Command, Feature, on
from bot.core.home import HomeButton
from bot.core.update_context import UpdateContext
from bot.features.help.buttons import ChooseLanguage
from bot.features.help.handlers import ask_language, choose_language, press_help, say_page, show_help, start
from bot.features.help.services import HelpServices
from bot.features.help.suggestions import Suggestions
from bot.ui.buttons import OpenCommand, PageNumber, ShowHelp
from bot.ui.locale import later
from bot.ui.reply import Button
from bot.ui.roles import Role


def build(base: Foundation) -> HelpServices:
    """From what all features share."""
    products = base.products
    return HelpServices(
        menus=base.menus,
        deep_links=base.deep_links,
        home=base.home,
        people=base.persons.people,
        lists=products.lists,
        suggestions=Suggestions(products.catalog, products.visibility, base.clock),
    )


def home(_: HelpServices, context: UpdateContext) -> Sequence[HomeButton]:
    """The way to the language."""
    return (HomeButton(Button(context.texts.plain("🌍 Language"), OpenCommand("language"))),)


HELP = Feature(
    name="help",
    build=build,
    commands=(
        Command("start", start, Role.CUSTOMER, later("start here")),
        Command("help", show_help, Role.CUSTOMER, later("what I can do")),
        Command("language", ask_language, Role.CUSTOMER, later("choose the language")),
    ),
    home=home,
    buttons=(on(ShowHelp, press_help), on(ChooseLanguage, choose_language), on(PageNumber, say_page)),
)
