"""Who people are to the bot: their pseudonym, role and choices."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.core.access import Access
from bot.core.people import People
from bot.core.pseudonyms import Pseudonyms
from bot.core.usernames import Usernames
from bot.ui.locale import Texts, texts

# Called with a pseudonym and Telegram's id.
Arrived: TypeAlias = Callable[[str, int], None]


class Arrivals:
    """People who write or press something: who had blocked the bot is back."""

    def __init__(self) -> None:
        self._listeners: list[Arrived] = []

    def subscribe(self, listener: Arrived) -> None:
        """Call `listener` with the pseudonym and Telegram's id at each update; it must not wait and not raise."""
        self._listeners.append(listener)

    def tell(self, pseudonym: str, user_id: int) -> None:
        """Call the listeners: this person has just written or pressed something."""
        for listener in self._listeners:
            listener(pseudonym, user_id)


@dataclass(frozen=True, slots=True)
class Persons:
    """What all parts of the bot ask about a person."""

    access: Access
    people: People
    pseudonyms: Pseudonyms
    arrivals: Arrivals = field(default_factory=Arrivals)
    usernames: Usernames = field(default_factory=Usernames)

    def texts(self, user_id: int, telegram_language: str | None = None) -> Texts:
        """The words for a person, or for a chat, by its Telegram id."""
        pseudonym = self.pseudonyms.of(user_id)
        return texts(self.people.language(pseudonym, telegram_language), self.people.zone(pseudonym))
