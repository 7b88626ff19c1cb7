"""One browser for all tests here; for each test a sandbox, a bot with everything behind it in memory, and a phone."""

import os
from collections.abc import AsyncIterator, Generator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from bot.ui.locale import LANGUAGES, Language
from ops.sandbox.server import running
from tests.bot.world.operations import GROUP, Operations
from tests.bot.world.world import World, bot_settings
from tests.browser.chat_page import PHONE, chat_page
from tests.browser.chromium import launched
from tests.browser.phone import Phone
from tests.browser.shop import Shelf

PICTURES_NAME = "YARMARKA_SCREENSHOTS"
"""The variable that names a directory for a picture of every screen; without it only a failed test leaves one."""
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let fixtures know whether their test failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with launched() as started:
        yield started


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    language: Language = request.param
    return language


@pytest_asyncio.fixture(loop_scope="session")
async def world() -> AsyncIterator[World]:
    """A sandbox without a bot, and a shop."""
    async with running() as sandbox, aiohttp.ClientSession() as session:
        yield World(sandbox, session, catalog=Shelf())


@pytest_asyncio.fixture(loop_scope="session")
async def chat(world: World) -> AsyncIterator[World]:
    """The same with a bot at work."""
    async with world.bot():
        yield world


@pytest.fixture
def operations(world: World, language: Language) -> Operations:
    """An operators' group whose cards are in its readers' language; no bot yet."""
    return Operations(world, bot_settings(alert_chats=(str(GROUP),), alert_language=language))


@pytest_asyncio.fixture(loop_scope="session")
async def phone(
    browser: Browser, world: World, language: Language, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Phone]:
    """A phone before the page. When the test fails, what it showed last stays as a picture."""
    name = request.node.name.removeprefix("test_").replace("[", "_").replace("]", ".png")
    wanted = os.environ.get(PICTURES_NAME)
    async with chat_page(browser, world.sandbox.url, PHONE) as page:
        yield Phone(page, language, Path(wanted) / name if wanted else None)
        if request.node.stash.get(FAILED, False):
            await page.screenshot(tmp_path / name)
            request.node.add_report_section("teardown", "picture", str(tmp_path / name))
