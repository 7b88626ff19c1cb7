"""Who people are to the bot: their pseudonym, role and choices."""

from dataclasses import dataclass

from bot.core.access import Access
from bot.core.people import People
from bot.core.pseudonyms import Pseudonyms
from bot.ui.locale import Texts, texts


@dataclass(frozen=True, slots=True)
class Persons:
    """What all parts of the bot ask about a person."""

    access: Access
    people: People
    pseudonyms: Pseudonyms

    def texts(self, user_id: int, telegram_language: str | None = None) -> Texts:
        """The words for a person, or for a chat, by its Telegram id."""
        return texts(self.people.language(self.pseudonyms.of(user_id), telegram_language))
