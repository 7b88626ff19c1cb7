"""Pictures of the running demo's chat page: a search, a narrowed list and a card, on desktop and phone, light and dark.

`python -m tests.system.screenshots --dir .stack` writes them to `.stack/screenshots/`; `--url` names
a sandbox directly.
"""

import argparse
import asyncio
import sys
from collections.abc import Awaitable
from pathlib import Path

from ops.stack.directory import StackDirectory
from ops.stack.running import RunningStack
from tests.system.chat_page import Page, browser

CUSTOMER, OPERATOR, GROUP = 1002, 3002, -100500
QUERY = "smart watch"
LAST = "[...document.querySelectorAll('.message:not(.own)')].at(-1)"
SCREENS = (("desktop", 1280, 800, False), ("phone", 390, 844, False), ("phone_dark", 390, 844, True))
WAIT_SECONDS = 30.0


async def take(url: str, folder: Path) -> None:
    """Goes through the chat once per screen, into an existing `folder`; raises PageError with what was seen."""
    async with browser() as page:
        for name, width, height, dark in SCREENS:
            await page.open(f"{url}/?user={CUSTOMER}", width=width, height=height, dark=dark)
            await page.wait_for("document.querySelector('.welcome, .message')", WAIT_SECONDS)
            await page.screenshot(folder / f"{name}_1_first.png")
            await search(page)
            await page.screenshot(folder / f"{name}_2_search.png")
            await pressed(page, "Filters")
            await pressed(page, "Category")
            await pressed(page, "")
            await page.screenshot(folder / f"{name}_3_narrowed.png")
            await pressed(page, "1")
            await page.wait_for("[...document.images].every((one) => one.complete)", WAIT_SECONDS)
            await page.screenshot(folder / f"{name}_4_card.png")
            await page.open(f"{url}/?user={OPERATOR}&chat={GROUP}", width=width, height=height, dark=dark)
            await page.wait_for("document.querySelector('.nothing, .message')", WAIT_SECONDS)
            await page.screenshot(folder / f"{name}_5_operators.png")


async def search(page: Page) -> None:
    """Begins the chat if need be, and searches."""
    if await page.evaluate("!document.getElementById('start').hidden"):
        await page.click("#start")
        await page.wait_for(LAST, WAIT_SECONDS)
    await changed(page, page.write(QUERY))


async def pressed(page: Page, label: str) -> None:
    """Presses the first button of the newest message with this in its label."""
    keys = f"[...{LAST}.querySelectorAll('.keys button')]"
    await page.wait_for(f"{keys}.some((one) => one.textContent.includes('{label}'))", WAIT_SECONDS)
    press = page.evaluate(f"{keys}.find((one) => one.textContent.includes('{label}')).click()")
    await changed(page, press)


async def changed(page: Page, action: Awaitable[object]) -> None:
    """Does something and waits until the bot's newest message is another one or says something else."""
    await page.evaluate(f"window.before = {LAST}.outerHTML")
    await action
    await page.wait_for(f"{LAST}.outerHTML !== window.before && !document.querySelector('[aria-busy]')", WAIT_SECONDS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path(".stack"))
    parser.add_argument("--url", default="")
    given = parser.parse_args()
    url = given.url or RunningStack(StackDirectory.at(given.dir)).part("sandbox").address
    folder = given.dir / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(url, folder))
    sys.stdout.write(f"{folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
