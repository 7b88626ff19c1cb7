"""The clock of a service an hour ahead of everybody else's: really, by libfaketime, and so for TLS too."""

import asyncio
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from time import monotonic

import aiohttp

from ops.downloads.debian import DebianTool
from ops.downloads.report import quiet
from ops.errors import StartupError
from ops.kafka import Kafka
from ops.stack.running import RunningStack
from pipeline.contracts.topics import FILTERED_PRODUCTS
from tests.bot.world.person import Person
from tests.conftest import CHECKOUT, wait_for_stack
from tests.faults.suite import count
from tests.faults.suite.broken_stack import Breakage, started
from tests.faults.suite.line import Line
from tests.faults.suite.load import Load, Size
from tests.faults.suite.measured import measured
from tests.faults.suite.watch import watching
from tests.pipeline.filter import market
from tests.waiting import until

PARTS = ("filter", "indexer", "bot", "requests", "sandbox", "prometheus")
AHEAD = timedelta(hours=1)
LIBRARY = DebianTool("libfaketime", "libfaketime.so.1")
BACK_WITHIN_S = 240.0
LOAD_LASTS_S = 40.0
SHARE = 0.05
WATCHER = 800_001
# Whoever looks first says it: "it is valid from …" of one's own, "it is not valid yet" of the server's.
NOT_VALID_YET = re.compile(r"valid (yet|from).*compare the clocks", re.DOTALL)


def ahead() -> Mapping[str, str]:
    """The environment in which a process sees a clock that is an hour ahead; what measures time is left alone.

    Raises StartupError where Debian's package cannot be had.
    """
    unpacked = LIBRARY.fetch(quiet).parents[2]
    for library in unpacked.glob("usr/lib/*/faketime/libfaketime.so.1"):
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME": f"+{AHEAD.total_seconds():.0f}s",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
    raise StartupError(f"{unpacked} has no libfaketime; remove it, so that it is fetched anew.")


async def run(share: float = 1.0, seed: int = 20_261_127) -> list[Line]:
    """The lines of this part."""
    wrong = ahead()
    lines = []
    with tempfile.TemporaryDirectory(prefix="yarmarka-clock-") as name:
        directory = Path(name)
        with started(directory, *PARTS, breakage=Breakage(environment={"filter": wrong, "bot": wrong})) as process:
            stack = await asyncio.to_thread(wait_for_stack, directory, process)
            async with aiohttp.ClientSession() as session:
                load = Load(stack, session, f"clock{seed % 10_000}x", Size.of(share * SHARE), seed)
                for what, line in (
                    ("under load", _under_load(stack, session, load)),
                    ("ends of bans", _ends_of_bans(stack)),
                    ("a watched price", _price_watch(stack, session, directory)),
                    ("certificates", _certificates(stack, session, wrong)),
                ):
                    lines.append(await measured("clock", what, line))
    return lines


async def _under_load(stack: RunningStack, session: aiohttp.ClientSession, load: Load) -> Line:
    begun = monotonic()

    async def pace(share: float) -> None:
        await asyncio.sleep(max(0.0, begun + share * LOAD_LASTS_S - monotonic()))

    async with watching(stack, session) as watch:
        await watch.first_answer(0.0, BACK_WITHIN_S)
        begun = monotonic()
        await load.run(pace)
        counted = await count.everything(load)
        waited = watch.answered_s(begun, monotonic())
    return Line(
        part="clock",
        what="filter and bot an hour ahead, under load",
        lost=sum(one.lost for one in counted),
        doubled=sum(one.doubled for one in counted),
        answered_s=waited,
        said=count.said(counted),
    )


async def _ends_of_bans(stack: RunningStack) -> Line:
    """A ban without an end and one for two hours hold; what such a clock does to one of half an hour is said."""
    settings, names = stack.settings, ("without-end", "two-hours", "half-an-hour")
    ends = (None, market.soon(7_200), market.soon(1_800))
    async with Kafka(settings, "cli").producer() as cli, Kafka(settings, "feed").producer() as feed:
        for name, end in zip(names, ends, strict=True):
            await market.ban(cli, f"brand:{name}", end)
            await (await market.send(feed, market.offer(f"clock/{name}", brand=name, name=f"Чайник {name}")))

    async def decided() -> bool:
        found = await market.records(settings, "admin", FILTERED_PRODUCTS)
        latest.update({key: value is not None for key, value, _ in found if key.startswith("clock/")})
        return len(latest) == len(names)

    latest: dict[str, bool] = {}
    await until(decided, "the filter has decided", within_s=BACK_WITHIN_S, saw=lambda: latest, look_s=0.5)
    shown = [name for name in names if latest[f"clock/{name}"]]
    early = "let through half an hour early" if "half-an-hour" in shown else "held"
    return Line(
        part="clock",
        what="bans without an end and for two hours, an hour ahead",
        lost=sum(name in shown for name in names[:2]),
        doubled=0,
        said=f"{len(names)} bans; the one for half an hour: {early}",
    )


async def _price_watch(stack: RunningStack, session: aiohttp.ClientSession, directory: Path) -> Line:
    """A price that falls is told once, and not again when the bot's clock goes right."""
    person = Person(session, stack.part("sandbox").address, WATCHER, deadline_s=120)
    product = "clock/watched"
    await _offer(stack, product, 1000)
    await until(lambda: _is_found(person), "the product is found", within_s=BACK_WITHIN_S, look_s=1.0)
    await person.writes("Самовар щмыгающий")
    await person.presses(await person.sees(button="1"), "1")
    await person.presses(await person.sees(button="🔔 Следить"), "🔔 Следить")
    asked = await person.sees("Сообщить при цене", button="Любое снижение")
    await person.presses(asked, "Любое снижение")
    await person.sees_change(asked, "Слежу за ценой")
    begun = monotonic()
    await _offer(stack, product, 900)
    await until(lambda: _told(person, 1), "the first fall is told", within_s=BACK_WITHIN_S, look_s=0.2)
    waited = monotonic() - begun
    Breakage().write(directory)
    before = stack.part("bot").pid
    stack.hold("bot", 0)
    await stack.until("bot", lambda part: part.health.good and part.pid not in (None, before), within=BACK_WITHIN_S)
    await _offer(stack, product, 800)
    await until(lambda: _told(person, 2), "the second fall is told", within_s=BACK_WITHIN_S, look_s=0.2)
    told = [seen.text for seen in await person.history() if seen.from_bot and seen.text.startswith("📉")]
    return Line(
        part="clock",
        what="a price watched an hour ahead, and by the right clock",
        lost=max(0, 2 - len(told)),
        doubled=max(0, len(told) - 2),
        answered_s=waited,
        said=f"{len(told)} falls told",
    )


async def _certificates(stack: RunningStack, session: aiohttp.ClientSession, wrong: Mapping[str, str]) -> Line:
    """Certificates of a machine that is an hour ahead: a sentence of their own; new ones, and all goes on."""
    arguments = ["certs", "rotate", "--dir", str(stack.directory.root)]
    await asyncio.to_thread(_command, stack, "ops", *arguments, more=wrong)
    refused = await asyncio.to_thread(_command, stack, "pipeline", "bans")
    said = NOT_VALID_YET.search(refused.stderr + refused.stdout)
    begun = monotonic()
    await asyncio.to_thread(_command, stack, "ops", *arguments)

    async def listed() -> bool:
        return (await asyncio.to_thread(_command, stack, "pipeline", "bans")).returncode == 0

    await until(listed, "the bans can be listed again", within_s=BACK_WITHIN_S, look_s=1.0)
    ready = monotonic() - begun
    async with watching(stack, session) as watch:
        await watch.first_answer(0.0, BACK_WITHIN_S)
        answered = watch.answered_s(0.0, monotonic())
    sentence = (refused.stderr or refused.stdout).strip().splitlines()
    return Line(
        part="clock",
        what="certificates issued an hour ahead, then by the right clock",
        lost=0,
        doubled=0,
        ready_s=ready,
        answered_s=answered,
        said=sentence[-1][:160] if sentence else "",
        broken="" if said and refused.returncode == 2 else f"status {refused.returncode}, no sentence of its own",
    )


def _command(
    stack: RunningStack, room: str, *arguments: str, more: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    environment = {**stack.environment, **(more or {})}
    command = [sys.executable, "-m", room, *arguments]
    return subprocess.run(
        command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


async def _offer(stack: RunningStack, product: str, price: int) -> None:
    offer = market.offer(product, name="Самовар щмыгающий", price={"amount": price, "currency": "RUB"})
    async with Kafka(stack.settings, "feed").producer() as producer:
        await (await market.send(producer, offer))


async def _is_found(person: Person) -> bool:
    await person.writes("Самовар щмыгающий")
    return "Самовар щмыгающий" in (await person.sees()).text.partition("\n")[2]


async def _told(person: Person, falls: int) -> bool:
    return sum(seen.from_bot and seen.text.startswith("📉") for seen in await person.history()) >= falls
