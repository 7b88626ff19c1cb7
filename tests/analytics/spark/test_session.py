"""A session of the marketplace's own settings, in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT

WITHIN_S = 170
FULL = """\
import sys
from pathlib import Path
from analytics.spark.session import OUT_OF_MEMORY, driver_status, session
from ops.settings import HdfsSettings, Settings
settings = Settings(stack_dir=Path(sys.argv[1]), hdfs=HdfsSettings(url="hdfs://127.0.0.1:1"))
with session(settings, brief=True) as spark:
    print(driver_status(0.1))
    gateway = spark.sparkContext._gateway
    try:
        [gateway.new_array(gateway.jvm.long, 100_000_000) for _ in range(9)]
    except Exception:
        print(driver_status(30) == OUT_OF_MEMORY)
"""
BOUND = """\
import os, sys
from analytics.runs import worker_process
assert "numpy" not in sys.modules, "it has counted its threads already"
worker_process.bound_threads(3)
print({os.environ[name] for name in worker_process.THREADS})
"""


@pytest.mark.timeout(180)
def test_a_driver_without_memory_says_so_when_it_ends(tmp_path: Path) -> None:
    # Java says its own last words in between, and we what came of stopping it.
    first, *more = _said(FULL, str(tmp_path)).splitlines()
    assert first == "None"
    assert "True" in more


def test_numpy_takes_no_more_threads_than_the_job_has_cores() -> None:
    assert _said(BOUND).strip() == "{'3'}"


def _said(program: str, *arguments: str) -> str:
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, timeout=WITHIN_S, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout
