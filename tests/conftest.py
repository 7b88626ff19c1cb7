"""What every room's tests may use: real servers, started once, or those of a stack that runs already."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog

from ops.settings import Settings
from ops.stack.directory import StackDirectory
from ops.stack.process import tail
from ops.stack.running import RunningStack
from ops.stack.stack_status import PartState, read_status

CHECKOUT = Path(__file__).resolve().parent.parent
TEST_STACK_NAME = "YARMARKA_TEST_STACK"
# Cold, with everything to download; a warm start takes ten seconds.
STARTS_WITHIN = 600.0
LOOK_EVERY = 0.2

# `make test` says the same of the same code twice, on a slow machine too; `make fuzz` looks for what nobody thought of.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.register_profile("fuzz", max_examples=2_000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

# As our services write it: the default draws every local of every frame, seconds in which a conversation waits.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)


@pytest.fixture(scope="session")
def stack() -> Iterator[RunningStack]:
    """Secured Kafka with our topics, and Elasticsearch: of its own, or the one that YARMARKA_TEST_STACK names."""
    named = os.environ.get(TEST_STACK_NAME)
    if named:
        running = RunningStack(StackDirectory.at(Path(named)))
        running.status()
        yield running
        return
    with own_stack("stack", "topics") as running:
        yield running


@pytest.fixture(scope="session")
def lake_stack() -> Iterator[RunningStack]:
    """A stack with HDFS and no service of ours; the one that YARMARKA_TEST_STACK names, if it has HDFS."""
    named = os.environ.get(TEST_STACK_NAME)
    if named and (running := RunningStack(StackDirectory.at(Path(named)))).settings.hdfs.url:
        yield running
        return
    with own_stack("lake", "topics", "namenode", "datanode") as running:
        yield running


@pytest.fixture
def settings(stack: RunningStack) -> Settings:
    """The settings of a process that uses the stack."""
    return stack.settings


@pytest.fixture
def unique() -> str:
    """A name that no other test uses, good for topics, groups and indices."""
    return f"test-{uuid.uuid4().hex[:10]}"


@contextlib.contextmanager
def own_stack(name: str, *parts: str) -> Iterator[RunningStack]:
    """Kafka, Elasticsearch and `parts`, ready; stopped and removed with the block."""
    # Not pytest's own directory: that is closed to the user as whom Elasticsearch runs.
    with tempfile.TemporaryDirectory(prefix=f"yarmarka-{name}-") as directory:
        process = start_stack(Path(directory), *parts)
        try:
            yield wait_for_stack(Path(directory), process)
        finally:
            process.terminate()
            process.wait()


def samples() -> Path:
    """Where the public samples are, which are no part of the project: YARMARKA_DATA, or beside the checkout."""
    return Path(os.environ.get("YARMARKA_DATA") or CHECKOUT.parent / "shared" / "data")


def start_stack(directory: Path, *more: str) -> subprocess.Popen[bytes]:
    """A supervisor of Kafka, Elasticsearch and `more` parts in the background; it ends with this process."""
    directory.chmod(0o755)
    command = [sys.executable, "-m", "ops", "up", "--dir", str(directory), "--lifeline", str(os.getpid())]
    with (directory / "supervisor.out").open("wb") as output:
        return subprocess.Popen(
            [*command, *(f"--with={name}" for name in more)], stdout=output, stderr=output, cwd=CHECKOUT
        )


def wait_for_stack(directory: Path, process: subprocess.Popen[bytes], within: float = STARTS_WITHIN) -> RunningStack:
    """The stack, as soon as every part is ready or done; fails with the supervisor's own words."""
    stack = StackDirectory.at(directory)
    deadline = time.monotonic() + within
    while True:
        current = read_status(stack)
        if current is not None and current.settled:
            return RunningStack(stack)
        failed = process.poll() is not None or (
            current is not None and any(part.health is PartState.FAILED for part in current.parts)
        )
        if failed or time.monotonic() > deadline:
            process.kill()
            said = tail(directory / "supervisor.out", lines=30)
            pytest.fail(f"the stack {'failed' if failed else f'is not ready after {within:g} s'}:\n{said}")
        time.sleep(LOOK_EVERY)
