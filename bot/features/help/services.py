"""What greeting and help stand on."""

from dataclasses import dataclass

from bot.core.deep_links import DeepLinks
from bot.core.menus import Menus
from bot.core.people import People
from bot.features.help.suggestions import Suggestions
from bot.products.list_store import ListStore


@dataclass(frozen=True, slots=True)
class HelpServices:
    """`deep_links` open what follows /start, `suggestions` are searches to try."""

    menus: Menus
    deep_links: DeepLinks
    people: People
    lists: ListStore
    suggestions: Suggestions
