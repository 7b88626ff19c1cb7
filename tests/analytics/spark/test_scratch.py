"""What sessions leave on the disk."""

import signal
import subprocess
import sys
from pathlib import Path

from analytics.spark.scratch import scratch
from tests.conftest import CHECKOUT

HOLDS = """\
import sys, time
from pathlib import Path
from analytics.spark.scratch import scratch
with scratch(Path(sys.argv[1])) as home:
    (home / "blockmgr-1").mkdir()
    print(home, flush=True)
    time.sleep(600)
"""


def test_what_the_killed_left_is_removed_and_what_others_use_is_not(tmp_path: Path) -> None:
    root = tmp_path / "spark"
    command = [sys.executable, "-c", HOLDS, str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT) as other:
        assert other.stdout is not None
        theirs = Path(other.stdout.readline().strip())
        (root / "blockmgr-of-an-earlier-release").mkdir()
        (root / "log4j2.properties").write_text("")
        with scratch(root) as ours:
            assert {path.name for path in root.iterdir()} == {ours.name, theirs.name}
        assert not ours.exists()
        assert (theirs / "blockmgr-1").is_dir()
        other.send_signal(signal.SIGKILL)
        other.wait()
    with scratch(root) as ours:
        assert [path.name for path in root.iterdir()] == [ours.name]
