"""What a person chose for themselves."""

from typing import Literal

from pydantic import Field

from bot.state.store import Personal, Store, StoreSpec
from bot.ui.locale import Html, Language, Texts, language_of
from pipeline.contracts.messages import Message, Moment, now


class QuietHours(Message):
    """No message that nobody waits for comes from the hour `start` to the hour `end`; equal ones: at any time."""

    start: int = Field(0, ge=0, le=23)
    end: int = Field(0, ge=0, le=23)
    utc_offset: int = Field(3, ge=-12, le=14, description="hours between the person's clock and UTC")


class PersonSettings(Message):
    """What a person chose for themselves; its key is `settings:<pseudonym>`."""

    language: Literal["ru", "en"] | None = None
    quiet: QuietHours | None = None
    at: Moment = Field(default_factory=now)


def _kept(_: int, texts: Texts) -> Html:
    return texts.html("▫️ the language or quiet hours you chose")


SETTINGS = StoreSpec("settings:", PersonSettings, Personal(_kept))


class People:
    """What people chose, by their pseudonyms."""

    def __init__(self, settings: Store[PersonSettings]) -> None:
        self._settings = settings

    def language(self, pseudonym: str, telegram_code: str | None) -> Language:
        """The language the person chose, else the one of their Telegram."""
        chosen = self._settings.get(pseudonym)
        return chosen.language if chosen is not None and chosen.language else language_of(telegram_code)

    async def choose_language(self, pseudonym: str, language: Language) -> None:
        """Keep the choice; durable when this returns. Raises KafkaError."""
        before = self._settings.get(pseudonym) or PersonSettings()
        if before.language != language:
            await self._settings.put(pseudonym, before.model_copy(update={"language": language}))

    def quiet(self, pseudonym: str) -> QuietHours:
        """When the person wants no messages; by default there is no such time."""
        chosen = self._settings.get(pseudonym)
        return chosen.quiet if chosen is not None and chosen.quiet is not None else QuietHours()

    async def choose_quiet(self, pseudonym: str, quiet: QuietHours) -> None:
        """Keep the choice; durable when this returns. Raises KafkaError."""
        before = self._settings.get(pseudonym) or PersonSettings()
        if before.quiet != quiet:
            await self._settings.put(pseudonym, before.model_copy(update={"quiet": quiet}))
