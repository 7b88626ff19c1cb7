"""The bot's updates per second against a stock python-telegram-bot application and against aiogram.

All three echo text messages that a lean Bot API in a process of its own hands out, 64 unanswered at a time from 256
people; each is a process of its own on uvloop. Ours does it with everything that the service does for an update:
confirmed only when handled, a lane for each chat, the router with its check of the role, metrics, and the pace of
Telegram's limits, which are set so high that they never hold anything back. The other two are what their own
documentation shows. aiogram lives in an environment of its own, because it pins older libraries than ours.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from ops.settings import Settings, load
from tests.benchmarks.rows import Row, compared

HERE = Path(__file__).parent
CHECKOUT = HERE.parent.parent
IN_FLIGHT = 64
REPEATS = 5
WARM_UP_ANSWERS = 500
MEASURED_S = 3.0
STARTS_WITHIN_S = 60.0


async def run(settings: Settings) -> list[Row]:
    """Both rows; the three contenders take turns, medians of `REPEATS`."""
    contenders = {
        "ours": [sys.executable, "-m", "tests.benchmarks.echo_ours"],
        "stock": [sys.executable, str(HERE / "echo_stock.py")],
        "aiogram": [str(await _peers(settings.stack_dir / "peers")), str(HERE / "echo_aiogram.py")],
    }
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(REPEATS):
        for name, command in contenders.items():
            rates[name].append(await _rate(command))
    return [
        compared("bot_vs_stock_ptb", "updates/s", rates["ours"], "stock python-telegram-bot 22.8", rates["stock"]),
        compared("bot_vs_aiogram", "updates/s", rates["ours"], "aiogram", rates["aiogram"]),
    ]


async def _rate(command: list[str]) -> float:
    async with _process([sys.executable, str(HERE / "fake_bot_api.py"), str(IN_FLIGHT)], listens=True) as port:
        url = f"http://127.0.0.1:{port}"
        async with _process([*command, url]), aiohttp.ClientSession() as session:
            await _until_answered(session, url, WARM_UP_ANSWERS)
            answered, begun = await _figures(session, url)
            await asyncio.sleep(MEASURED_S)
            more, ended = await _figures(session, url)
    return (more - answered) / (ended - begun)


async def _until_answered(session: aiohttp.ClientSession, url: str, count: int) -> None:
    deadline = asyncio.get_running_loop().time() + STARTS_WITHIN_S
    while True:
        answered, _ = await _figures(session, url)
        if answered >= count:
            return
        if asyncio.get_running_loop().time() > deadline:
            raise RuntimeError(f"the contender answered {answered} messages within {STARTS_WITHIN_S:g} s, not {count}")
        await asyncio.sleep(0.05)


async def _figures(session: aiohttp.ClientSession, url: str) -> tuple[int, float]:
    async with session.get(f"{url}/figures") as answer:
        figures = await answer.json()
    return int(figures["answered"]), float(figures["now"])


@asynccontextmanager
async def _process(command: list[str], *, listens: bool = False) -> AsyncIterator[int]:
    """The process; with `listens`, the port that it prints. Raises RuntimeError with its words when it ended early."""
    with tempfile.TemporaryFile() as said:
        output = asyncio.subprocess.PIPE if listens else asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(*command, stdout=output, stderr=said, cwd=CHECKOUT)
        try:
            yield int(await process.stdout.readline()) if process.stdout is not None else 0
        finally:
            if process.returncode is not None:
                said.seek(0)
                words = said.read().decode("utf-8", "replace")[-2000:]
                raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{words}")
            process.kill()
            await process.wait()


async def _peers(directory: Path) -> Path:
    """The Python of the environment with aiogram, made when it is not there yet."""
    python, done = directory / "bin" / "python", directory / "installed"
    if not done.exists():
        await _must([sys.executable, "-m", "venv", "--clear", str(directory)])
        await _must(
            [str(python), "-m", "pip", "install", "--quiet", "-r", str(CHECKOUT / "requirements" / "peers.txt")]
        )
        done.touch()
    # Not resolved: a virtual environment is known by the path of its Python.
    return python.absolute()


async def _must(command: list[str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{said.decode()[-2000:]}")


if __name__ == "__main__":
    for row in asyncio.run(run(load())):
        sys.stdout.write(f"{row}\n")
