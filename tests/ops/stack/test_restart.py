"""A stack that ended comes back complete, with what it holds: nothing in it waits for what waits for it."""

import contextlib
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hdfs import InsecureClient

from ops.stack.running import RunningStack
from tests.conftest import STARTS_WITHIN, start_stack, wait_for_stack

# A person who starts a demo for the second time waits no longer for all of it.
COMPLETE_WITHIN_S = 60.0
# Of a single block the NameNode could do without: it waits for 99.9 % of them, rounded down.
FILES = {f"/again/{number}": os.urandom(1 << 16) for number in range(4)}


@pytest.mark.system
@pytest.mark.timeout(600)
def test_a_stack_with_files_in_hdfs_is_complete_again_in_its_time() -> None:
    # Not pytest's own directory: that is closed to the user as whom Elasticsearch runs.
    with tempfile.TemporaryDirectory(prefix="yarmarka-again-") as name:
        directory, began = Path(name), time.monotonic()
        with _lake(directory, STARTS_WITHIN, ended_by=signal.SIGTERM) as stack:
            # A machine that has other things to do is slow at every start.
            within = max(COMPLETE_WITHIN_S, 2 * (time.monotonic() - began))
            _write(stack)
        with _lake(directory, within, ended_by=signal.SIGKILL) as stack:
            assert _read(stack) == FILES, "after it was stopped"
        with _lake(directory, within, ended_by=signal.SIGTERM) as stack:
            assert _read(stack) == FILES, "after it was killed"


@contextlib.contextmanager
def _lake(directory: Path, within: float, *, ended_by: signal.Signals) -> Iterator[RunningStack]:
    """HDFS, the jobs' schedule and monitoring beside Kafka and Elasticsearch, until the supervisor gets the signal."""
    process = start_stack(directory, "lake", "monitoring")
    try:
        yield wait_for_stack(directory, process, within)
    finally:
        process.send_signal(ended_by)
        process.wait()


def _write(stack: RunningStack) -> None:
    for path, content in FILES.items():
        _hdfs(stack).write(path, content)


def _read(stack: RunningStack) -> dict[str, bytes]:
    read = dict[str, bytes]()
    for path in FILES:
        with _hdfs(stack).read(path) as file:
            read[path] = file.read()
    return read


def _hdfs(stack: RunningStack) -> InsecureClient:
    return InsecureClient(stack.settings.hdfs.web_url, user=stack.settings.hdfs.user, timeout=(5, 60))
