"""Pictures of the running demo's chat page: a search, a narrowed list and a card, on desktop and phone, light and dark.

`python -m tests.browser.screenshots --dir .stack` writes them to `.stack/screenshots/`; `--url` names
a sandbox directly.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from ops.stack.directory import StackDirectory
from ops.stack.running import RunningStack
from tests.browser.chat_page import DESKTOP, PHONE, PHONE_DARK, ChatPage, chat_page
from tests.browser.chromium import launched

CUSTOMER, OPERATOR, GROUP = 1002, 3002, -100500
QUERY = "smart watch"
SCREENS = {"desktop": DESKTOP, "phone": PHONE, "phone_dark": PHONE_DARK}
WAIT_SECONDS = 30.0


async def take(url: str, folder: Path) -> None:
    """Goes through the chat once per screen, into an existing `folder`."""
    async with launched() as browser:
        for name, screen in SCREENS.items():
            async with chat_page(browser, url, screen, seconds=WAIT_SECONDS) as page:
                await walk(page, folder / name)


async def walk(page: ChatPage, name: Path) -> None:
    """One walk; the pictures' names begin with `name`."""
    await page.open(CUSTOMER)
    await page.screenshot(name.with_name(f"{name.name}_1_first.png"))
    await page.begin()
    await page.changes(page.write(QUERY))
    await page.screenshot(name.with_name(f"{name.name}_2_search.png"))
    await page.changes(page.press("⚙️ Filters"))
    await page.changes(page.answers.last.locator(".keys button").first.click())
    await page.screenshot(name.with_name(f"{name.name}_3_narrowed.png"))
    await page.changes(page.answers.last.locator(".keys button").last.click())
    await page.changes(page.press("1"))
    await page.settled()
    await page.screenshot(name.with_name(f"{name.name}_4_card.png"))
    await page.open(OPERATOR, GROUP)
    await page.screenshot(name.with_name(f"{name.name}_5_operators.png"))


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
