"""The supervisor with real, tiny processes."""

import asyncio
import contextlib
import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import psutil
import pytest

from ops.errors import StartupError
from ops.private_files import write_private
from ops.settings import read_env_file
from ops.stack import holds, process
from ops.stack.directory import StackDirectory
from ops.stack.part import Part
from ops.stack.stack_status import PartState, PartStatus, StatusFile, is_supervised, read_status
from ops.stack.supervisor import Supervisor
from ops.stack.timing import Timing
from ops.tls import Authority, read_certificate
from tests import waiting
from tests.ops.stack.fake_parts import (
    AfterGivenUp,
    Broken,
    CountingOnce,
    CountingTask,
    Crashing,
    Dependent,
    FailingOnce,
    GivenUp,
    Listener,
    Mute,
    NeedsGivenUp,
    Showing,
    Stubborn,
    Surprising,
)

HURRIED = Timing(
    probe_starting=0.05, probe_ready=0.1, first_pause=0.1, longest_pause=0.4, calm=60.0, chores=0.1, renewal=0.2
)
CHECKOUT = Path(__file__).parents[3]
WITHIN = 30.0
# As long as a busy machine may take to start a process.
until = partial(waiting.until, within_s=WITHIN)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@contextlib.asynccontextmanager
async def running(home: Path, *parts: Part) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(StackDirectory.at(home), parts, HURRIED)
    task = asyncio.create_task(supervisor.run())
    try:
        await until(lambda: supervisor.directory.status_file.exists() or task.done(), "a status file")
        yield supervisor
    finally:
        supervisor.stop()
        await task


def seen(supervisor: Supervisor, name: str) -> PartStatus:
    return {part.name: part for part in supervisor.status_file.status().parts}[name]


async def ready(supervisor: Supervisor, name: str) -> PartStatus:
    await until(lambda: seen(supervisor, name).health is PartState.READY, f"{name}", saw=lambda: seen(supervisor, name))
    return seen(supervisor, name)


def alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


async def test_a_look_that_goes_wrong_stops_nothing(tmp_path: Path) -> None:
    part = Surprising()
    async with running(tmp_path, part, Dependent(), Listener()) as supervisor:
        before = await ready(supervisor, "surprising")
        await until(
            lambda: part.looks > 2 and seen(supervisor, "surprising").health is PartState.READY, "a look after that"
        )
        assert seen(supervisor, "surprising").pid == before.pid
        await ready(supervisor, "listener")


async def test_parts_start_when_what_they_require_is_ready_and_end_before_it(tmp_path: Path) -> None:
    async with running(tmp_path, Dependent(), Listener()) as supervisor:
        assert seen(supervisor, "dependent").health in (PartState.WAITING, PartState.FETCHING)
        dependent, listener = await ready(supervisor, "dependent"), await ready(supervisor, "listener")
        assert listener.since <= dependent.since
        child = int((tmp_path / "listener.child").read_text())
        assert alive(child)
    pids = [dependent.pid, listener.pid, child]
    assert not any(alive(pid) for pid in pids if pid)
    assert not supervisor.directory.status_file.exists()


async def test_a_crashed_part_is_started_again_with_growing_pauses(tmp_path: Path) -> None:
    async with running(tmp_path, Crashing()) as supervisor:
        notes: list[str] = []

        def enough() -> bool:
            now = seen(supervisor, "crashing")
            if now.health is PartState.BACKING_OFF and now.note not in notes:
                notes.append(now.note)
            return now.restarts >= 4

        await until(enough, "four restarts", saw=lambda: notes)
    assert notes[:3] == [f"ended with status 7; again in {pause} s" for pause in ("0.1", "0.2", "0.4")]


async def test_a_part_killed_with_9_comes_back_on_the_same_port(tmp_path: Path) -> None:
    async with running(tmp_path, Listener()) as supervisor:
        before = await ready(supervisor, "listener")
        assert before.pid
        port, child = supervisor.directory.ports.read_bytes(), int((tmp_path / "listener.child").read_text())
        os.kill(before.pid, signal.SIGKILL)
        await until(lambda: seen(supervisor, "listener").restarts == 1, "a restart")
        after = await ready(supervisor, "listener")
        assert after.pid != before.pid
        assert supervisor.directory.ports.read_bytes() == port
        assert not alive(child), "what the killed part had started is gone too"


async def test_a_part_that_never_comes_up_ends_the_stack_with_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(StartupError, match="broken ended with status 2, 3 times") as caught:
        await Supervisor(StackDirectory.at(tmp_path), (Listener(), Broken()), HURRIED).run()
    assert "no such setting" in str(caught.value)
    assert not alive(int((tmp_path / "listener.child").read_text()))


async def test_a_part_given_up_takes_along_who_requires_it_and_holds_up_nobody_else(tmp_path: Path) -> None:
    async with running(tmp_path, AfterGivenUp(), NeedsGivenUp(), GivenUp(), Listener()) as supervisor:
        await ready(supervisor, "follows")
        given_up, needs = seen(supervisor, "broken"), seen(supervisor, "needs")
        assert (given_up.health, needs.health) == (PartState.FAILED, PartState.FAILED)
        assert needs.note == "needs requires broken, which was given up"
        assert seen(supervisor, "listener").health is PartState.READY


async def test_a_part_that_says_nothing_is_given_up_in_its_time(tmp_path: Path) -> None:
    with pytest.raises(StartupError, match=r"mute was not ready after 0\.3 s \(it says nothing\), 3 times"):
        await Supervisor(StackDirectory.at(tmp_path), (Mute(),), HURRIED).run()


@pytest.mark.parametrize(("task", "runs"), [(CountingTask(), 2), (CountingOnce(), 1)])
async def test_a_task_runs_at_every_start_or_once(task: Part, runs: int, tmp_path: Path) -> None:
    for _ in range(2):
        async with running(tmp_path, task) as supervisor:
            await until(lambda: supervisor.status_file.status().settled, "the task's end")
    assert (tmp_path / "runs").read_text().count("run") == runs


async def test_a_failing_task_is_tried_three_times(tmp_path: Path) -> None:
    with pytest.raises(StartupError, match="counting ended with status 3, 3 times"):
        await Supervisor(StackDirectory.at(tmp_path), (FailingOnce(),), HURRIED).run()
    assert (tmp_path / "runs").read_text().count("run") == 3


async def test_a_part_deaf_to_sigterm_is_killed(tmp_path: Path) -> None:
    async with running(tmp_path, Stubborn()) as supervisor:
        pid = (await ready(supervisor, "stubborn")).pid
    assert pid
    assert not alive(pid)


async def test_a_held_part_stays_stopped_until_its_time_or_its_release(tmp_path: Path) -> None:
    async with running(tmp_path, Listener()) as supervisor:
        first = await ready(supervisor, "listener")
        holds.hold(supervisor.directory, "listener", 1000)
        await until(lambda: seen(supervisor, "listener").health is PartState.HELD, "the hold")
        assert first.pid
        assert not alive(first.pid)
        holds.release(supervisor.directory, "listener")
        second = await ready(supervisor, "listener")
        holds.hold(supervisor.directory, "listener", 0)
        await until(lambda: seen(supervisor, "listener").pid not in (second.pid, None), "a restart")
        assert seen(supervisor, "listener").restarts == 0, "what was asked for is no crash"
        with pytest.raises(StartupError, match="has no part `kafka`; it has listener"):
            holds.hold(supervisor.directory, "kafka", 1)


async def test_a_certificate_that_ends_while_the_stack_runs_is_renewed_and_taken_in(tmp_path: Path) -> None:
    part = Showing()
    async with running(tmp_path, part) as supervisor:
        await ready(supervisor, "showing")
        directory = supervisor.directory
        leaf = directory.credentials / "broker" / "client.pem"
        authority = Authority.load(directory.authority_key, directory.authority_certificate)
        write_private(leaf, authority.issue("broker", server=True, life=timedelta(days=3)))
        await until(
            lambda: read_certificate(leaf).not_valid_after_utc > datetime.now(UTC) + timedelta(days=300), "a renewal"
        )
        await until(lambda: part.told == 2, "a second try to tell the part", saw=lambda: part.told)
        await asyncio.sleep(3 * HURRIED.renewal)
        assert part.told == 2, "who has been told is left alone"
        assert seen(supervisor, "showing").restarts == 0


async def test_two_stacks_stand_side_by_side_and_keep_their_ports(tmp_path: Path) -> None:
    def port(name: str) -> bytes:
        return (tmp_path / name / "ports.json").read_bytes()

    async with running(tmp_path / "one", Listener()) as one, running(tmp_path / "two", Listener()) as two:
        await ready(one, "listener")
        await ready(two, "listener")
        first, second = port("one"), port("two")
        assert first != second
    async with running(tmp_path / "two", Listener()) as two, running(tmp_path / "one", Listener()) as one:
        await ready(one, "listener")
        await ready(two, "listener")
        assert (port("one"), port("two")) == (first, second)


async def test_one_directory_has_one_supervisor(tmp_path: Path) -> None:
    async with running(tmp_path, Listener()) as first:
        await ready(first, "listener")
        with pytest.raises(StartupError, match="already runs"):
            await Supervisor(first.directory, (Listener(),), HURRIED).run()
        assert read_status(first.directory) is not None, "the refused one has not touched the status file"
    assert read_status(first.directory) is None


async def test_what_a_killed_supervisor_said_is_not_believed_at_the_next_start(tmp_path: Path) -> None:
    directory = StackDirectory.at(tmp_path)
    directory.make()
    stale = StatusFile(directory)
    stale.add(PartStatus(name="listener", kind="service", health=PartState.READY))
    stale.publish()
    supervisor = Supervisor(directory, (Listener(),), HURRIED)
    task = asyncio.create_task(supervisor.run())
    await until(lambda: is_supervised(directory.lock), "the supervisor")
    first = read_status(directory)
    assert first is None or not first.settled
    supervisor.stop()
    await task


async def test_a_log_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LARGEST_LOG", 5)
    async with running(tmp_path, Listener()) as supervisor:
        await ready(supervisor, "listener")
        log = supervisor.directory.log("listener")
        await until(lambda: log.with_suffix(".log.1").exists() and log.stat().st_size == 0, "a trimmed log")
        assert log.with_suffix(".log.1").read_text() == "listening\n"


async def test_the_stack_says_where_it_is(tmp_path: Path) -> None:
    async with running(tmp_path, Listener()) as supervisor:
        lines = read_env_file(supervisor.directory.environment)
        assert stat.S_IMODE(supervisor.directory.environment.stat().st_mode) == 0o600
    assert lines == {"YARMARKA_STACK_DIR": str(tmp_path), "YARMARKA_CREDENTIALS": str(tmp_path / "credentials")}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
async def test_nothing_is_left_when_the_supervisor_ends(number: signal.Signals, tmp_path: Path) -> None:
    supervisor = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.ops.stack.fake_parts", str(tmp_path)), cwd=CHECKOUT, stderr=subprocess.DEVNULL
    )
    directory = StackDirectory.at(tmp_path)

    def settled() -> bool:
        current = read_status(directory)
        return current is not None and current.settled

    await until(settled, "the stack")
    family = psutil.Process(supervisor.pid).children(recursive=True)
    assert len(family) == 4, "two parts, the child of one, and the guard"
    supervisor.send_signal(number)
    status = await asyncio.wait_for(supervisor.wait(), WITHIN)
    await until(lambda: not any(alive(one.pid) for one in family), "the end of all", saw=lambda: family)
    assert status == (-signal.SIGKILL if number is signal.SIGKILL else 0)
    assert read_status(directory) is None
