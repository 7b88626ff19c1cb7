"""Java 17 or newer: from JAVA_HOME, from PATH, or installed by apt when that is possible."""

import functools
import os
import re
import shutil
import subprocess
from pathlib import Path

from ops.downloads import apt
from ops.downloads.report import Report
from ops.errors import StartupError

LEAST = 17
# On a machine that is very busy a Java takes its time, and is there all the same.
ANSWERS_WITHIN_S = 120
PACKAGE = "openjdk-17-jre-headless"
ADVICE = f"install Java {LEAST} or newer (on Debian: apt-get install {PACKAGE}) or name it in JAVA_HOME"


def java_home(report: Report) -> Path:
    """The home of a Java that is new enough; installs one when we are root and apt is there.

    Raises StartupError with what to install.
    """
    found = find_java()
    if found is None and apt.can_install():
        apt.install((PACKAGE,), report, ADVICE)
        found = find_java()
    if found is None:
        raise StartupError(f"No Java {LEAST} or newer: {ADVICE}.")
    return found


def find_java() -> Path | None:
    """The first new enough Java of JAVA_HOME and PATH, or None."""
    named = os.environ.get("JAVA_HOME")
    on_path = shutil.which("java")
    candidates = [Path(named) / "bin" / "java"] if named else []
    candidates += [Path(on_path)] if on_path else []
    return next((_home(path) for path in candidates if (version(path) or 0) >= LEAST), None)


@functools.cache
def version(java: Path) -> int | None:
    """The major version of a java command, None when it does not run."""
    try:
        answer = subprocess.run(
            [java, "-version"], capture_output=True, text=True, timeout=ANSWERS_WITHIN_S, check=True
        ).stderr
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r'version "(\d+)', answer)
    return int(match.group(1)) if match else None


def _home(java: Path) -> Path:
    return java.resolve().parent.parent
