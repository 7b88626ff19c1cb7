"""What the catalogue's handlers stand on."""

from dataclasses import dataclass

from bot.core.text_questions import TextQuestions
from bot.features.catalogue.name_questions import NameQuestion
from bot.features.catalogue.name_store import NameStore
from bot.features.catalogue.shelves import Shelves
from bot.products.list_store import ListStore


@dataclass(frozen=True, slots=True)
class CatalogueServices:
    """`names` is what admins call sections, `questions` knows who was asked to write a name."""

    shelves: Shelves
    lists: ListStore
    names: NameStore
    questions: TextQuestions[NameQuestion]
