"""What must never be in the repository."""

import re
import subprocess

from tests.conftest import CHECKOUT

PRIVATE_KEY = re.compile(rb"^-----BEGIN [A-Z ]*PRIVATE KEY-----", re.MULTILINE)
ROOMS = {"analytics", "bot", "compose", "ops", "pipeline", "requirements", "tests"}
ROOT_FILES = {".dockerignore", ".gitignore", "Makefile", "README.md", "README.ru.md", "pyproject.toml"}


def _tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, check=True, timeout=60)
    return [name for name in listed.stdout.decode().split("\0") if name and (CHECKOUT / name).is_file()]


def test_no_private_key_is_committed() -> None:
    assert [name for name in _tracked() if PRIVATE_KEY.search((CHECKOUT / name).read_bytes())] == []


def test_nothing_stands_beside_the_rooms() -> None:
    tops = {name.partition("/")[0] for name in _tracked()}
    assert tops - ROOMS - ROOT_FILES - {".ci"} == set()
