"""kill -9 of every server and service at random moments, while products, bans, alerts and people's questions flow."""

import asyncio
import itertools
import os
import random
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import aiohttp

from ops.stack.running import RunningStack
from ops.stack.stack_status import PartState, PartStatus
from tests.conftest import wait_for_stack
from tests.faults.lake import LakeUser
from tests.faults.suite import count
from tests.faults.suite.broken_stack import started
from tests.faults.suite.line import Line, longest
from tests.faults.suite.load import Load, Size
from tests.faults.suite.watch import Watch, watching

VICTIMS = ("filter", "indexer", "bot", "requests", "kafka", "elasticsearch", "datanode")
PARTS = (*VICTIMS[:4], "sandbox", "namenode", "datanode", "prometheus")
BACK_WITHIN_S = 240.0
INGEST_WITHIN_S = 300.0
LATEST_S = 4.0
# What the operators are told later than this is about something else.
TOLD_WITHIN_S = 60.0
# Between two shares of the load, when nothing is killed.
STEP_S = 0.05
INGEST = (sys.executable, "-m", "analytics", "run", "ingest")


@dataclass
class Kill:
    """One kill, and what became of it."""

    victim: str
    at: float
    ready_s: float | None = None


@dataclass
class Progress:
    """How far the killing is; the load goes on as it does, so that it lasts until the last kill and no longer."""

    kills: int
    done: int = 0
    since: float = field(default_factory=monotonic)
    usual_s: float = 12.0

    def next(self) -> None:
        took = monotonic() - self.since
        self.usual_s, self.done, self.since = (self.usual_s + took) / 2, self.done + 1, monotonic()

    @property
    def share(self) -> float:
        return (self.done + min(0.95, (monotonic() - self.since) / self.usual_s)) / self.kills

    async def until(self, share: float) -> None:
        """Wait until such a share of the kills is done."""
        while share > self.share:
            await asyncio.sleep(STEP_S)


def victims(kills: int, chance: random.Random) -> Iterator[str]:
    """Each as often as the others, in an order of chance."""
    for number in range(0, kills, len(VICTIMS)):
        yield from chance.sample(VICTIMS, k=len(VICTIMS))[: kills - number]


async def run(kills: int = 50, share: float = 1.0, seed: int = 20_261_127) -> list[Line]:
    """The lines of this part: one for each victim, and one for what was counted."""
    # Not below a directory that is closed to the user as whom Elasticsearch runs.
    with tempfile.TemporaryDirectory(prefix="yarmarka-kills-") as name, started(Path(name), *PARTS) as process:
        stack = await asyncio.to_thread(wait_for_stack, Path(name), process)
        async with aiohttp.ClientSession() as session:
            load = Load(stack, session, f"kill{seed % 10_000}x", Size.of(share), seed)
            async with watching(stack, session) as watch:
                begun = monotonic()
                done = await _kill_under_load(stack, load, watch, kills, random.Random(seed))  # noqa: S311
                took = monotonic() - begun
                lines = [_line(victim, done, watch) for victim in VICTIMS if any(one.victim == victim for one in done)]
                counted = [*await count.everything(load), await _lake(stack, load.prefix)]
        what = f"{len(done)} kills in {took / 60:.0f} min"
        return [*lines, total("kills", what, counted, lines)]


def total(part: str, what: str, counted: list[count.Counted], lines: list[Line]) -> Line:
    """The line of what was counted after all others."""
    return Line(
        part=part,
        what=what,
        lost=sum(one.lost for one in counted),
        doubled=sum(one.doubled for one in counted),
        ready_s=longest(line.ready_s for line in lines),
        answered_s=longest(line.answered_s for line in lines),
        known_s=longest(line.known_s for line in lines),
        said=count.said(counted),
    )


async def _kill_under_load(
    stack: RunningStack, load: Load, watch: Watch, kills: int, chance: random.Random
) -> list[Kill]:
    progress, done = Progress(kills), list[Kill]()
    await watch.first_answer(0.0, BACK_WITHIN_S)
    async with asyncio.TaskGroup() as together:
        together.create_task(load.run(progress.until))
        together.create_task(_ingest(stack, progress))
        for victim in victims(kills, chance):
            await asyncio.sleep(chance.uniform(0.2, LATEST_S))
            done.append(await _kill(stack, victim))
            await watch.first_answer(done[-1].at, BACK_WITHIN_S)
            progress.next()
    for part in VICTIMS:
        await stack.until(part, lambda status: status.health is PartState.READY, within=BACK_WITHIN_S)
    return done


async def _kill(stack: RunningStack, victim: str) -> Kill:
    """kill -9 of the part and its group; it is ready again when this returns."""
    before = await stack.until(victim, lambda status: status.pid is not None, within=BACK_WITHIN_S)
    assert before.pid is not None
    done = Kill(victim, monotonic())
    os.killpg(before.pid, signal.SIGKILL)
    await stack.until(victim, _back(before), within=BACK_WITHIN_S)
    done.ready_s = monotonic() - done.at
    return done


def _back(before: PartStatus) -> Callable[[PartStatus], bool]:
    return lambda now: now.health is PartState.READY and now.pid != before.pid


async def _ingest(stack: RunningStack, progress: Progress) -> None:
    """Have the lake written while its DataNode is killed; whether a run succeeds is not what is counted."""
    while progress.done < progress.kills:
        await progress.until(min(0.5, 1 - 1 / progress.kills))
        environment = stack.environment | {"YARMARKA_ANALYTICS__INGEST_TIMEOUT_S": f"{INGEST_WITHIN_S:g}"}
        process = await asyncio.create_subprocess_exec(
            *INGEST, env=environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            async with asyncio.timeout(2 * INGEST_WITHIN_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
        await progress.until(1.0)


async def _lake(stack: RunningStack, prefix: str) -> count.Counted:
    user = LakeUser(stack)
    await asyncio.to_thread(user.analytics, "run", "ingest")
    return await asyncio.to_thread(count.in_the_lake, user, prefix, await user.accepted())


def _line(victim: str, done: list[Kill], watch: Watch) -> Line:
    own = [kill for kill in done if kill.victim == victim]
    # Who asks after the next kill waits for that one.
    ends = {id(kill): following.at for kill, following in itertools.pairwise(done)}
    spans = [(kill.at, ends.get(id(kill), kill.at + TOLD_WITHIN_S)) for kill in own]
    return Line(
        part="kills",
        what=f"kill -9 of {victim}, {len(own)}×",
        ready_s=longest(kill.ready_s for kill in own),
        answered_s=longest(watch.answered_s(begun, ended) for begun, ended in spans),
        known_s=longest(watch.known_s(kill.at, kill.at + TOLD_WITHIN_S, victim) for kill in own),
    )
