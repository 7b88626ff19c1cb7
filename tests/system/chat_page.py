"""Drives a web page in headless Chromium through the DevTools protocol: for tests of the chat page and screenshots.

async with browser() as page:
    await page.open(f"{sandbox}/?user=1001", width=390, height=844, dark=True)
    await page.wait_for("document.querySelectorAll('.message').length > 1")
    await page.screenshot(Path("chat.png"))
"""

import asyncio
import base64
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias

import aiohttp

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-port=0",
)  # fmt: skip
START_SECONDS = 20.0
WAIT_SECONDS = 10.0
_POLL_SECONDS = 0.05


class PageError(AssertionError):
    """The page did not do what was waited for; the text says what was seen."""


class Page:
    """One tab. All calls end when the browser has done them."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0
        self.errors: list[str] = []

    async def command(self, method: str, **parameters: Json) -> dict[str, Json]:
        """Any DevTools command; raises PageError when the browser refuses it."""
        self._number += 1
        await self._socket.send_str(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(await self._socket.receive_str(timeout=START_SECONDS))
            if answer.get("method") == "Runtime.exceptionThrown":
                self.errors.append(json.dumps(answer["params"]["exceptionDetails"], ensure_ascii=False)[:800])
            if answer.get("method") == "Log.entryAdded" and answer["params"]["entry"]["level"] == "error":
                self.errors.append(str(answer["params"]["entry"]["text"]))
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise PageError(f"{method}: {answer['error']}")
                result: dict[str, Json] = answer["result"]
                return result

    async def open(self, url: str, *, width: int = 1280, height: int = 800, dark: bool = False) -> None:
        """Goes to a page with a window of this size; below 600 pixels it is a phone."""
        phone = width < 600
        await self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=2 if phone else 1, mobile=phone,
        )  # fmt: skip
        scheme: Json = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.command("Emulation.setEmulatedMedia", features=[scheme])
        await self.command("Page.navigate", url=url)
        await self.wait_for("document.readyState === 'complete'")

    async def evaluate(self, expression: str) -> Json:
        """The value of a JavaScript expression; a promise is awaited."""
        answer = await self.command(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True
        )
        if "exceptionDetails" in answer:
            raise PageError(f"{expression}: {json.dumps(answer['exceptionDetails'])[:800]}")
        result = answer["result"]
        return result.get("value") if isinstance(result, dict) else None

    async def wait_for(self, condition: str, seconds: float = WAIT_SECONDS) -> None:
        """Returns when the JavaScript condition is true; raises PageError with the page's text when it is not."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not await self.evaluate(f"Boolean({condition})"):
            if asyncio.get_running_loop().time() > deadline:
                seen = await self.evaluate("document.body.innerText.slice(-1500)")
                raise PageError(f"not true after {seconds:g} s: {condition}\nerrors: {self.errors}\npage: {seen}")
            await asyncio.sleep(_POLL_SECONDS)

    async def write(self, text: str) -> None:
        """Writes into the chat's input and sends it."""
        await self.type(text)
        await self.evaluate("document.getElementById('composer').requestSubmit()")

    async def type(self, text: str) -> None:
        """Writes into the chat's input without sending."""
        await self.wait_for("!document.getElementById('composer').hidden")
        await self.evaluate("document.getElementById('text').focus()")
        await self.command("Input.insertText", text=text)

    async def click(self, selector: str, text: str = "") -> None:
        """Clicks the last visible element of a CSS selector whose text contains `text`."""
        chosen = (
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            f".filter((one) => one.offsetParent !== null && one.textContent.includes({json.dumps(text)})).at(-1)"
        )
        await self.wait_for(chosen)
        await self.evaluate(f"{chosen}.click()")

    async def press_button(self, label: str) -> None:
        """Presses an inline button of the newest message that has one with this label."""
        await self.click(".keys button, .keys a", label)

    async def screenshot(self, file: Path) -> None:
        answer = await self.command("Page.captureScreenshot", format="png")
        data = answer["data"]
        if isinstance(data, str):
            await asyncio.to_thread(file.write_bytes, base64.b64decode(data))


def chromium() -> str | None:
    """Where the browser is, None if there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@asynccontextmanager
async def browser() -> AsyncIterator[Page]:
    """A browser with one tab and an empty profile, gone when the block ends."""
    program = chromium()
    if program is None:
        raise PageError("no Chromium: install Debian's package chromium")
    with tempfile.TemporaryDirectory(prefix="chat-page-", ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            program, *FLAGS, f"--user-data-dir={profile}", "about:blank",
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            port = await _port(Path(profile) / "DevToolsActivePort")
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{port}/json") as response:
                    targets = await response.json()
                tab = next(target for target in targets if target["type"] == "page")
                async with session.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                    page = Page(socket)
                    for domain in ("Page", "Runtime", "Log"):
                        await page.command(f"{domain}.enable")
                    yield page
        finally:
            process.terminate()
            await process.wait()


async def _port(file: Path) -> int:
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        lines = await asyncio.to_thread(_lines, file)
        if len(lines) >= 2:
            return int(lines[0])
        await asyncio.sleep(_POLL_SECONDS)
    raise PageError(f"Chromium opened no DevTools port within {START_SECONDS:g} s")


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []
