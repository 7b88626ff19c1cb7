"""Tools that come as Debian packages: from PATH, or unpacked into the cache without installing anything."""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from ops.downloads.cache import cache_directory, locked
from ops.downloads.report import Report
from ops.errors import StartupError

ASSETS = "assets"


@dataclass(frozen=True)
class DebianTool:
    """One command of a Debian package.

    `also` is the name that the project's own archives give it. `data` is a directory that Debian compiled into the
    command as the place of its templates; in the unpacked copy it becomes `assets` of the working directory.
    """

    package: str
    command: str
    also: str = ""
    data: str = ""

    def fetch(self, report: Report) -> Path:
        """The command's path. Raises StartupError with what to install when it cannot be had."""
        for name in filter(None, (self.command, self.also)):
            found = shutil.which(name)
            if found:
                return Path(found)
        home = cache_directory() / self.package
        with locked(home.with_suffix(".lock")):
            if not home.exists():
                report(f"downloading {self.package}")
                self._unpack(home)
        return home / "usr" / "bin" / self.command

    def assets(self) -> Path | None:
        """What must lie as `assets` in the working directory; None for a command that finds its data by itself."""
        home = cache_directory() / self.package
        return home / self.data.lstrip("/") if self.data and home.exists() else None

    def _unpack(self, home: Path) -> None:
        apt, dpkg = shutil.which("apt-get"), shutil.which("dpkg")
        if apt is None or dpkg is None:
            raise self._missing("there is no apt here to take it from")
        # apt downloads into the working directory, as a user of its own if that may write there.
        with tempfile.TemporaryDirectory() as place:
            Path(place).chmod(0o777)
            if not _run([apt, "download", self.package], place):
                if os.geteuid() == 0:
                    _run([apt, "update"], place)
                if not _run([apt, "download", self.package], place):
                    raise self._missing("apt cannot download it")
            (archive,) = Path(place).glob("*.deb")
            draft = home.with_name(f".{home.name}.{os.getpid()}")
            if not _run([dpkg, "-x", str(archive), str(draft)], place):
                raise self._missing("dpkg cannot unpack it")
        if self.data:
            moved = relative_of_length(len(self.data)).encode()
            for binary in (draft / "usr" / "bin").iterdir():
                binary.write_bytes(binary.read_bytes().replace(self.data.encode(), moved))
        draft.rename(home)

    def _missing(self, reason: str) -> StartupError:
        return StartupError(
            f"{self.also or self.command} is not on PATH and {reason}; install it (on Debian: {self.package})."
        )


PROMETHEUS = DebianTool("prometheus", "prometheus")
PROMTOOL = DebianTool("prometheus", "promtool")
ALERTMANAGER = DebianTool(
    "prometheus-alertmanager", "prometheus-alertmanager", "alertmanager", "/usr/share/prometheus/alertmanager"
)
AMTOOL = replace(ALERTMANAGER, command="amtool", also="")


def relative_of_length(length: int) -> str:
    """A name for ./assets of exactly so many characters, to stand in a binary where an absolute path stood."""
    name = ASSETS if (length - len(ASSETS)) % 2 == 0 else f"{ASSETS}/"
    return "./" * ((length - len(name)) // 2) + name


def _run(command: list[str], place: str) -> bool:
    return subprocess.run(command, cwd=place, capture_output=True, check=False, timeout=300).returncode == 0
