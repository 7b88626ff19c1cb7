"""What a person chose for themselves, and its deletion."""

from bot.state.store import Store
from bot.ui.locale import Language, language_of
from pipeline.contracts.chat_state import PersonSettings, QuietHours


class People:
    """Choices by pseudonym."""

    def __init__(self, settings: Store[PersonSettings]) -> None:
        self._settings = settings

    def language(self, pseudonym: str, telegram_code: str | None) -> Language:
        """The language the person chose, else the one of their Telegram."""
        chosen = self._settings.get(pseudonym)
        return chosen.language if chosen is not None and chosen.language else language_of(telegram_code)

    def has_choices(self, pseudonym: str) -> bool:
        """Whether anything is kept about the person here."""
        return self._settings.get(pseudonym) is not None

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

    async def forget(self, pseudonym: str) -> None:
        """Delete what is kept; it is gone when this returns. Raises KafkaError."""
        if self._settings.get(pseudonym) is not None:
            await self._settings.put(pseudonym, None)
