"""A phone in the hand of somebody who reads one language."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.ui.locale import Language
from bot.ui.roles import Role
from tests.bot.screens.language_faults import language_faults
from tests.browser.chat_page import ChatPage
from tests.browser.shop import NAMES

PEOPLE: dict[Language, dict[Role, int]] = {
    "ru": {Role.CUSTOMER: 1001, Role.ADMIN: 2001, Role.OPERATOR: 3001},
    "en": {Role.CUSTOMER: 1002, Role.ADMIN: 2002, Role.OPERATOR: 3002},
}
LAYOUT_FAULTS = Path(__file__).with_name("layout_faults.js").read_text("utf-8")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Phone:
    """One person before the chat page. With `picture`, what they look at is kept there."""

    page: ChatPage
    language: Language
    picture: Path | None = None

    def reads(self, *, ru: T, en: T) -> T:
        """The one of both that is in this person's language."""
        return ru if self.language == "ru" else en

    async def open(self, role: Role, chat: int | None = None) -> None:
        """Comes to the chat page as one of these."""
        await self.page.open(PEOPLE[self.language][role], chat)

    async def asks(self, role: Role, text: str) -> None:
        """Begins to talk with the bot as one of these, and writes."""
        await self.open(role)
        await self.page.begin()
        await self.page.write(text)

    async def shows(
        self, *texts: str, buttons: str = "", names: Iterable[str] = (), seconds: float | None = None
    ) -> None:
        """The newest message has these texts, and buttons (divided by |), and looks right."""
        newest = await self.page.sees(*texts, seconds=seconds)
        labels = [label.replace("\u00a0", " ") for label in await self.page.labels(newest)]
        missing = [label for label in buttons.replace("\u00a0", " ").split("|") if label and label not in labels]
        assert missing == [], f"among the buttons {labels}"
        await self.looks_right(*names)

    async def looks_right(self, *names: str) -> None:
        """All fits the screen and is in the person's language, but for names, and the page complained of nothing."""
        await self.page.settled()
        if self.picture is not None:
            await self.page.screenshot(self.picture)
        faults = [
            *await self.layout_faults(),
            *language_faults(await self.page.texts(), self.language, (*NAMES, *names)),
            *self.page.errors,
        ]
        assert faults == [], faults

    async def layout_faults(self) -> list[str]:
        """What of the page cannot be seen well."""
        faults: list[str] = await self.page.page.evaluate(LAYOUT_FAULTS)
        return faults
