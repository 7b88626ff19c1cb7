"""Debian packages for the whole machine: what root may install, everybody else is told of."""

import os
import shutil
import subprocess

from ops.downloads.report import Report
from ops.errors import StartupError


def can_install() -> bool:
    """Whether we are root and apt is there."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def install(packages: tuple[str, ...], report: Report, advice: str) -> None:
    """Install the packages. Raises StartupError with apt's last words and the advice when that fails."""
    names = " ".join(packages)
    report(f"installing {names}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(["apt-get", *command], capture_output=True, text=True, env=quiet, check=False)
        if done.returncode != 0:
            last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            raise StartupError(f"apt could not install {names} ({' '.join(last)}): {advice}.")
