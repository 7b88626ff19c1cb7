"""The system's Chromium, installed when we are root on Debian and it is missing, driven by Playwright."""

import ctypes
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

from ops.downloads import apt
from ops.downloads.report import Report, quiet
from ops.errors import StartupError

COMMANDS = ("chromium", "chromium-browser", "google-chrome")
PACKAGE = "chromium"
# Playwright brings its own Node, but not the library that it is linked to.
LIBRARY, LIBRARY_PACKAGE = "libatomic.so.1", "libatomic1"
# The bot's texts are full of signs that no other font has.
FONTS = ("fonts-liberation", "fonts-noto-color-emoji")
ADVICE = f"install Chromium (on Debian: apt-get install {PACKAGE} {LIBRARY_PACKAGE} {' '.join(FONTS)})"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def find() -> str | None:
    """Where the browser is, None if there is none."""
    return next(filter(None, map(shutil.which, COMMANDS)), None)


def fetch(report: Report = quiet) -> str:
    """The browser's path, once all it takes to look at the chat page is there; installs what is missing.

    Raises StartupError with what to install. Without a font for emoji there are boxes in their place.
    """
    missing = _missing()
    if missing and apt.can_install():
        apt.install(missing, report, ADVICE)
        missing = _missing()
    found = find()
    if found is None or LIBRARY_PACKAGE in missing:
        raise StartupError(f"No {'Chromium' if found is None else LIBRARY}: {ADVICE}.")
    return found


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """A browser without a window and with an empty profile, gone when the block ends."""
    program = fetch()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


def _missing() -> tuple[str, ...]:
    needs = (
        ((PACKAGE,), find() is not None),
        ((LIBRARY_PACKAGE,), has_library()),
        (FONTS, has_emoji()),
    )
    return tuple(package for packages, there in needs if not there for package in packages)


def has_library() -> bool:
    """Whether Playwright's Node can start."""
    try:
        ctypes.CDLL(LIBRARY)
    except OSError:
        return False
    return True


def has_emoji() -> bool:
    """Whether a font has the bell."""
    command = shutil.which("fc-list")
    if command is None:
        return False
    return bool(subprocess.run([command, ":charset=1f514"], capture_output=True, check=False, timeout=60).stdout)
