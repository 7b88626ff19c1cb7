"""Environments of other people's clients: made once from pinned locks, kept in the cache of the local stack."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from ops.downloads.cache import cache_directory, locked

CHECKOUT = Path(__file__).resolve().parents[3]
GRAMMY = Path(__file__).parent / "grammy"


def peers_python() -> Path:
    """A Python that has requirements/peers.txt installed (aiogram)."""
    lock = CHECKOUT / "requirements" / "peers.txt"
    place = _place("peers", lock)
    python = place / "bin" / "python"
    with locked(place.with_suffix(".lock")):
        if not (place / "complete").exists():
            shutil.rmtree(place, ignore_errors=True)
            _run([sys.executable, "-m", "venv", str(place)])
            _run(
                [
                    str(python),
                    "-m",
                    "pip",
                    "install",
                    "-q",
                    "--disable-pip-version-check",
                    "--require-hashes",
                    "-r",
                    str(lock),
                ]
            )
            (place / "complete").touch()
    return python


def grammy_modules() -> Path:
    """A node_modules folder with the grammY that grammy/package-lock.json pins."""
    if shutil.which("npm") is None:
        raise AssertionError("npm is not there: install Node.js 18 or newer with npm to run grammY against the sandbox")
    place = _place("grammy", GRAMMY / "package-lock.json")
    with locked(place.with_suffix(".lock")):
        if not (place / "complete").exists():
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(GRAMMY / name, place / name)
            _run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(place)])
            (place / "complete").touch()
    return place / "node_modules"


def _place(name: str, lock: Path) -> Path:
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    return cache_directory() / f"{name}-{digest}"


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
