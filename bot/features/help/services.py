"""What greeting and help stand on."""

from dataclasses import dataclass

from bot.core.deep_links import DeepLinks
from bot.core.home import Home
from bot.core.menus import Menus
from bot.core.people import People
from bot.features.help.suggestions import Suggestions
from bot.products.list_store import ListStore


@dataclass(frozen=True, slots=True)
class HelpServices:
    """`deep_links` open what follows /start, `home` is what features offer there, `suggestions` are lists to try."""

    menus: Menus
    deep_links: DeepLinks
    home: Home
    people: People
    lists: ListStore
    suggestions: Suggestions
