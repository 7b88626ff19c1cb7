"""Where the compose file cannot be started, one sentence says what is missing."""

import os
import subprocess
import sys
from pathlib import Path

from ops.stack.checkout import CHECKOUT


def test_without_docker_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.deploy"],
        env={"PATH": str(tmp_path), "TMPDIR": str(tmp_path)},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    missing = "dockerd, docker, containerd, iptables is not here; on Debian `apt-get install docker.io iptables`.\n"
    no_right = "Starting a Docker engine needs root; CI runs everything else without it.\n"
    assert done.stderr == (missing if os.geteuid() == 0 else no_right)
    assert list(tmp_path.iterdir()) == []
