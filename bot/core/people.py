"""What a person chose for themselves."""

from datetime import timedelta, timezone, tzinfo
from typing import Literal

from pydantic import Field

from bot.core.remembered import Remembered
from bot.state.store import Personal, Store, StoreSpec
from bot.ui.locale import MOSCOW, Html, Language, Texts, language_of
from pipeline.contracts.messages import Message, Moment, now


class QuietHours(Message):
    """No message that nobody waits for comes from the hour `start` to the hour `end`; equal ones: at any time."""

    start: int = Field(0, ge=0, le=23)
    end: int = Field(0, ge=0, le=23)


class PersonSettings(Message):
    """What a person chose for themselves; its key is `settings:<pseudonym>`."""

    language: Literal["ru", "en"] | None = None
    quiet: QuietHours | None = None
    utc_offset: int | None = Field(None, ge=-12, le=14, description="hours between the person's clock and UTC")
    at: Moment = Field(default_factory=now)


def _kept(_: int, texts: Texts) -> Html:
    return texts.html("• the language, time or quiet hours you chose")


SETTINGS = StoreSpec("settings:", PersonSettings, Personal(_kept), large=True)


class People:
    """What people chose, by their pseudonyms; `zone` is the clock of those who chose none.

    The language of somebody's Telegram comes with what they write; for messages that nobody asked for, such as cards
    for admins, that of the last people is remembered, in memory only.
    """

    def __init__(self, settings: Store[PersonSettings], zone: tzinfo = MOSCOW) -> None:
        self._settings = settings
        self._zone = zone
        self._heard: Remembered[str] = Remembered()

    def language(self, pseudonym: str, telegram_code: str | None) -> Language:
        """The language the person chose, else the one their Telegram had last, else that of `telegram_code`.

        What was heard comes first: a notice brings the language of a shop or of the alerts, for whoever is not known.
        """
        chosen = self._settings.get(pseudonym)
        if chosen is not None and chosen.language:
            return chosen.language
        return language_of(self._heard.get(pseudonym) or telegram_code)

    def hear(self, pseudonym: str, telegram_code: str | None) -> None:
        """The person has just written or pressed, in a Telegram of this language."""
        if telegram_code is not None:
            self._heard.put(pseudonym, telegram_code)

    async def choose_language(self, pseudonym: str, language: Language) -> None:
        """Keep the choice; durable when this returns. Raises KafkaError."""
        before = self._settings.get(pseudonym) or PersonSettings()
        if before.language != language:
            await self._settings.put(pseudonym, before.model_copy(update={"language": language}))

    def zone(self, pseudonym: str) -> tzinfo:
        """The person's clock: the chosen one, else the marketplace's."""
        chosen = self._settings.get(pseudonym)
        if chosen is None or chosen.utc_offset is None:
            return self._zone
        return timezone(timedelta(hours=chosen.utc_offset))

    async def choose_offset(self, pseudonym: str, utc_offset: int) -> None:
        """Keep the hours between the person's clock and UTC; durable when this returns. Raises KafkaError."""
        before = self._settings.get(pseudonym) or PersonSettings()
        if before.utc_offset != utc_offset:
            await self._settings.put(pseudonym, before.model_copy(update={"utc_offset": utc_offset}))

    def quiet(self, pseudonym: str) -> QuietHours:
        """When the person wants no messages; by default there is no such time."""
        chosen = self._settings.get(pseudonym)
        return chosen.quiet if chosen is not None and chosen.quiet is not None else QuietHours()

    async def choose_quiet(self, pseudonym: str, quiet: QuietHours) -> None:
        """Keep the choice; durable when this returns. Raises KafkaError."""
        before = self._settings.get(pseudonym) or PersonSettings()
        if before.quiet != quiet:
            await self._settings.put(pseudonym, before.model_copy(update={"quiet": quiet}))
