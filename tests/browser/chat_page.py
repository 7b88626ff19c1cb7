"""The sandbox's chat page as a person uses it: one writes, presses a button, waits for a text, and looks.

async with launched() as browser, chat_page(browser, sandbox.url, PHONE) as page:
    await page.open(1001)
    await page.begin()
    await page.write("умные часы")
    await page.sees("12 товаров", button="1")
    await page.screenshot(Path("found.png"))
"""

import re
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, ConsoleMessage, Error, Locator, Page, expect

from tests.waiting import until

WAIT_SECONDS = 10.0
KEYS = ".keys button, .keys a"
# A button's sign in the corner, as for a link, is the page's and no part of its label.
LABELS = "(keys) => keys.map((key) => key.firstChild.data.trim())"
TEXTS = r"""(messages) => messages.map((message) => {
  const copy = message.cloneNode(true);
  copy.querySelectorAll('.meta, .corner, .name, code, pre').forEach((node) => node.remove());
  copy.querySelectorAll('.text, .keys button, .keys a, p, h2, span').forEach((node) => node.append('\n'));
  return copy.textContent.trim();
})"""
# Those far above are loaded only when one scrolls to them, unless they are asked for.
SEEN = "[...document.images].map((image) => { image.loading = 'eager'; return image.complete; }).every(Boolean)"


@dataclass(frozen=True, slots=True)
class Screen:
    """What the page is looked at with; a phone has two pixels for each of CSS, and fingers."""

    width: int
    height: int
    phone: bool = False
    scheme: Literal["light", "dark"] = "light"


DESKTOP = Screen(1280, 800)
PHONE = Screen(390, 844, phone=True)
PHONE_DARK = Screen(390, 844, phone=True, scheme="dark")


class ChatPage:
    """One tab; `errors` is what the page complained about."""

    def __init__(self, page: Page, url: str, seconds: float) -> None:
        self.page = page
        self.errors: list[str] = []
        self._url = url
        self._seconds = seconds
        page.set_default_timeout(seconds * 1000)
        page.on("pageerror", self._failed)
        page.on("console", self._complained)

    async def open(self, user: int, chat: int | None = None) -> None:
        """Comes to the page as this person, into their chat with the bot or another one."""
        place = "" if chat is None else f"&chat={chat}"
        await self.page.goto(f"{self._url}/?user={user}{place}")
        await self.page.locator("#messages > *").first.wait_for()

    async def begin(self) -> None:
        """Presses Start and waits for the greeting, if the chat has not begun."""
        if await self.page.locator("#start").is_visible():
            await self.page.locator("#start").click()
            await self.answers.last.wait_for()

    async def write(self, text: str) -> None:
        """Writes into the chat's input and sends it."""
        await self.page.locator("#text").fill(text)
        await self.page.locator("#send").click()

    async def press(self, label: str) -> None:
        """Presses the newest button with this label and waits until the bot has answered."""
        await self.button(label).last.click()
        await self.answered()

    async def answered(self) -> None:
        """Returns when no button that was pressed waits for the bot any more."""
        await expect(self.page.locator("[aria-busy=true]")).to_have_count(0, timeout=self._seconds * 1000)

    async def sees(self, *texts: str, button: str = "", seconds: float | None = None) -> Locator:
        """The newest message of somebody else, as soon as it has all these texts and the button."""
        newest, wait = self.answers.last, (seconds or self._seconds) * 1000
        await newest.wait_for(timeout=wait)
        for text in texts:
            await expect(newest).to_contain_text(text, timeout=wait)
        if button:
            await expect(self.button(button, newest).first).to_be_visible(timeout=wait)
        return newest

    async def changes(self, action: Awaitable[object]) -> None:
        """Does something and waits until the newest message is another one or says something else."""
        before = await self.answers.last.text_content()
        await action

        async def changed() -> bool:
            return await self.answers.last.text_content() != before

        await until(changed, "the newest message changes", within_s=self._seconds)
        await self.answered()

    @property
    def answers(self) -> Locator:
        """All messages of others."""
        return self.page.locator(".message:not(.own)")

    def button(self, label: str, within: Locator | None = None) -> Locator:
        """The buttons under messages, or under one, with this label; links too."""
        exactly = re.compile(rf"^\s*{re.escape(label)}\s*[↗@⧉]?\s*$")
        return (within or self.page).locator(KEYS).filter(has_text=exactly)

    async def labels(self, message: Locator) -> list[str]:
        """What stands on a message's buttons."""
        labels: list[str] = await message.locator(KEYS).evaluate_all(LABELS)
        return labels

    async def texts(self) -> list[str]:
        """What others say, on buttons and in the menu too, without what is there to be copied or sent as it stands."""
        texts: list[str] = await self.page.locator(".welcome, .message:not(.own), .panel").evaluate_all(TEXTS)
        return texts

    async def settled(self) -> None:
        """Returns when all pictures have been loaded, or could not be."""

        async def loaded() -> bool:
            # Not the library's own way to wait for a script: the page's policy forbids what it does.
            return bool(await self.page.evaluate(SEEN))

        await until(loaded, "all pictures are loaded", within_s=self._seconds)

    async def screenshot(self, file: Path) -> None:
        """What is in the window now."""
        await self.page.screenshot(path=file, animations="disabled")

    def _failed(self, error: Error) -> None:
        self.errors.append(str(error))

    def _complained(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)


@asynccontextmanager
async def chat_page(
    browser: Browser, url: str, screen: Screen, *, seconds: float = WAIT_SECONDS
) -> AsyncIterator[ChatPage]:
    """The page of the sandbox at `url`, for somebody who was never there. `seconds` is how long everything may take."""
    context = await browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        device_scale_factor=2 if screen.phone else 1,
        is_mobile=screen.phone,
        has_touch=screen.phone,
        color_scheme=screen.scheme,
    )
    try:
        yield ChatPage(await context.new_page(), url, seconds)
    finally:
        await context.close()
