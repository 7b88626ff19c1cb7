"""A disk without a free byte: where the bot keeps what it must not lose, and where the shops' files lie."""

import asyncio
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import aiohttp
import orjson

from ops.stack.running import RunningStack
from pipeline.contracts.topics import PRODUCTS
from tests.conftest import CHECKOUT, wait_for_stack
from tests.faults.suite import count
from tests.faults.suite.broken_stack import Breakage, started
from tests.faults.suite.line import Line
from tests.faults.suite.load import Load, Size
from tests.faults.suite.measured import measured
from tests.faults.suite.watch import Watch, watching
from tests.pipeline.filter import market
from tests.pipeline.topic_reader import read_topic
from tests.waiting import until

PARTS = ("filter", "indexer", "bot", "requests", "sandbox", "prometheus")
ROOM = "1m"
FULL_S, BACK_WITHIN_S = 60.0, 240.0
LOAD_LASTS_S, BEFORE_S = 100.0, 10.0
SHARE = 0.05
FILES, ROWS = 6, 40
SHOP = "full"
NOT_KEPT = re.compile(rb"^yarmarka_(bot_updates_not_kept|requests_dropped_total) (\S+)$", re.MULTILINE)


def small_disk(folder: Path, room: str = ROOM) -> tuple[str, ...]:
    """A command in front of another, for which `folder` is a file system of its own with so much room; nobody else sees
    it, and it is gone with the process.
    """
    mount = f'mount -t tmpfs -o size={room},mode=700 tmpfs "{folder}" && exec "$@"'
    return ("unshare", "--map-root-user", "--mount", "sh", "-c", mount, "sh")


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Not a byte is free in the folder's file system, until the end of the block."""
    filler = folder / ".filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            """It is full."""
    try:
        yield
    finally:
        filler.unlink()


async def run(share: float = 1.0, seed: int = 20_261_127) -> list[Line]:
    """The lines of this part."""
    with tempfile.TemporaryDirectory(prefix="yarmarka-disk-") as name:
        directory = Path(name)
        (directory / "bot").mkdir()
        (directory / "shops").mkdir()
        breakage = Breakage(behind={"bot": small_disk(directory / "bot")})
        with started(directory, *PARTS, breakage=breakage) as process:
            stack = await asyncio.to_thread(wait_for_stack, directory, process)
            async with aiohttp.ClientSession() as session, watching(stack, session) as watch:
                await watch.first_answer(0.0, BACK_WITHIN_S)
                load = Load(stack, session, f"disk{seed % 10_000}x", Size.of(share * SHARE), seed)
                return [
                    await measured("disk", "the bot's disk", _bot(stack, session, watch, load)),
                    await measured("disk", "the shops' folder", _feed(stack, directory / "shops")),
                ]


async def _bot(stack: RunningStack, session: aiohttp.ClientSession, watch: Watch, load: Load) -> Line:
    inside = Path(f"/proc/{stack.part('bot').pid}/root{stack.directory.root / 'bot'}")
    begun = monotonic()

    async def pace(share: float) -> None:
        await asyncio.sleep(max(0.0, begun + share * LOAD_LASTS_S - monotonic()))

    loading = asyncio.create_task(load.run(pace))
    try:
        await asyncio.sleep(BEFORE_S)
        full = monotonic()
        with filled(inside):
            await asyncio.sleep(FULL_S)
            figures = await _figures(session, stack)
        over = monotonic()
        await stack.until("bot", lambda status: status.health.good, within=BACK_WITHIN_S)
        ready = monotonic() - over
        await loading
        await watch.first_answer(over, BACK_WITHIN_S)
    finally:
        loading.cancel()
    counted = await count.everything(load)
    return Line(
        part="disk",
        what=f"the bot's disk full for {FULL_S:g} s",
        lost=sum(one.lost for one in counted),
        doubled=sum(one.doubled for one in counted),
        ready_s=ready,
        answered_s=watch.answered_s(full, over),
        known_s=watch.known_s(full, over + FULL_S),
        said=f"{count.said(counted)}; meanwhile {figures}",
    )


async def _feed(stack: RunningStack, folder: Path) -> Line:
    """Files come before, while the disk is full, and after; each of their products once."""
    command = [*small_disk(folder), sys.executable, "-m", "pipeline", "feed", "--watch", str(folder)]
    with (stack.directory.root / "feed.out").open("wb") as log:
        process = subprocess.Popen(command, cwd=CHECKOUT, env=stack.environment, stdout=log, stderr=log)  # noqa: ASYNC220
    try:
        return await _fed(stack, Path(f"/proc/{process.pid}/root{folder}"))
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 60)


async def _fed(stack: RunningStack, inside: Path) -> Line:
    await until((inside / "refused").is_dir, "the folder is watched", within_s=BACK_WITHIN_S, look_s=0.2)
    # A folder has a folder for each shop.
    inside = inside / SHOP
    inside.mkdir()
    names = [f"full-{number}.jsonl" for number in range(FILES)]
    for name in names[: FILES - 1]:
        _put(inside, name)
    with filled(inside):
        await until(lambda: not list(inside.glob("*.jsonl")), "what is there is fed", within_s=BACK_WITHIN_S)
    over = monotonic()
    _put(inside, names[-1])
    await until(
        lambda: len(list((inside / "done").glob(f"*-{names[-1]}.report.txt"))) == 1,
        "the next file has its report",
        within_s=BACK_WITHIN_S,
    )
    took = monotonic() - over
    records = await read_topic(stack.settings, PRODUCTS.name)
    found = [(record.key or b"").decode() for record in records if (record.key or b"").startswith(f"{SHOP}/".encode())]
    wanted = {f"{SHOP}/{name}-{row}" for name in names for row in range(ROWS)}
    missing = wanted - set(found)
    return Line(
        part="disk",
        what="the shops' folder full while files are fed",
        lost=len(missing),
        doubled=len(found) - len(set(found)),
        ready_s=took,
        said=f"{len(wanted)} products of {FILES} files; {len(list((inside / 'done').iterdir()))} files in done/",
    )


def _put(folder: Path, name: str) -> None:
    rows = [orjson.dumps(market.offer(f"{SHOP}/{name}-{row}")) for row in range(ROWS)]
    part = folder / f"{name}.part"
    part.write_bytes(b"\n".join(rows))
    part.rename(folder / name)


async def _figures(session: aiohttp.ClientSession, stack: RunningStack) -> str:
    async with session.get(f"{stack.part('bot').address}/metrics") as answer:
        found = NOT_KEPT.findall(await answer.read())
    return ", ".join(f"{name.decode()} {float(value):g}" for name, value in found)
