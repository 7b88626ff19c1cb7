"""A shop's catalogue of 200,000 offers fed for the first time, and the next night, when one in a hundred has changed.

Each feed is the command, as a process of its own; its memory is that of the process, and of the parser beside it.
"""

import asyncio
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from aiokafka import TopicPartition

from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.contracts.topics import PRODUCTS
from pipeline.kafka.read_to_end import partitions_of
from tests.benchmarks.rows import Row

OFFERS = 200_000
CHANGED_ONE_IN = 100
NIGHTS = 2
LOOK_S = 0.05
WORDS = "Умные часы с экраном, пульсометром и навигацией. " * 5


@dataclass(frozen=True, slots=True)
class _Fed:
    seconds: float
    messages: int
    own_mb: float
    parser_mb: float


async def run(settings: Settings) -> list[Row]:
    """The first feed, and the median of the later ones."""
    with TemporaryDirectory() as directory:
        path = Path(directory) / "catalogue.xml"
        fed = []
        for night in range(NIGHTS + 1):
            await asyncio.to_thread(_catalogue, path, night)
            fed.append(await _feed(settings, path))
            if fed[-1].messages != (OFFERS // CHANGED_ONE_IN if night else OFFERS):
                raise AssertionError(f"night {night}: {fed[-1]}")
    first, again = fed[0], sorted(fed[1:], key=lambda one: one.seconds)[NIGHTS // 2]
    peak = max(fed, key=lambda one: one.own_mb)
    return [
        _row("feed_again_s", again.seconds, "s", "the first time", first.seconds),
        _row("feed_again_messages", again.messages, "messages", "the first time", first.messages),
        _row("feed_rss_mb", peak.own_mb, "MB", "its parser", peak.parser_mb),
    ]


def _row(name: str, value: float, unit: str, baseline: str, other: float) -> Row:
    return Row(
        name=name, value=value, unit=unit, baseline=baseline, baseline_value=other, ratio=value / other, repeats=NIGHTS
    )


def _catalogue(path: Path, night: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(f'<?xml version="1.0" encoding="utf-8"?><yml_catalog date="2026-11-{20 + night} 03:00"><shop>')
        file.write('<name>s</name><categories><category id="1">Часы</category></categories><offers>\n')
        for number in range(OFFERS):
            price = 1_000 + (night if number % CHANGED_ONE_IN == 0 else 0)
            file.write(
                f'<offer id="{number}"><name>Часы {number}</name><description>{WORDS}</description>'
                f"<price>{price}</price><currencyId>RUB</currencyId><categoryId>1</categoryId>"
                f'<param name="Цвет">чёрный</param><picture>https://s.example/{number}.jpg</picture></offer>\n'
            )
        file.write("</offers></shop></yml_catalog>")


async def _feed(settings: Settings, path: Path) -> _Fed:
    before, began = await _messages(settings), time.monotonic()
    command = ("-m", "pipeline", "feed", str(path), "--store", "bench-feed")
    process = await asyncio.create_subprocess_exec(sys.executable, *command)
    ended, own, parser = asyncio.create_task(process.wait()), 0.0, 0.0
    while not ended.done():
        own = max(own, _mb(process.pid))
        parser = max(parser, max(map(_mb, _below(process.pid)), default=0.0))
        await asyncio.wait({ended}, timeout=LOOK_S)
    seconds = time.monotonic() - began
    if ended.result():
        raise AssertionError(f"the feed ended with status {ended.result()}")
    return _Fed(seconds, await _messages(settings) - before, own, parser)


async def _messages(settings: Settings) -> int:
    kafka = Kafka(settings, "feed")
    async with kafka.consumer() as consumer:
        places: list[TopicPartition] = await partitions_of(kafka, consumer, PRODUCTS.name)
        return sum((await consumer.end_offsets(places)).values())


def _mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)


def _below(pid: int) -> list[int]:
    """The processes below this one."""
    found = []
    for child in _children(pid):
        found += [child, *_below(child)]
    return found


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
