"""Ports are chosen once, and never twice on one machine."""

from pathlib import Path

import pytest

from ops.stack.directory import StackDirectory
from ops.stack.ports import RANGE, Ports


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StackDirectory:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made = StackDirectory.at(tmp_path / "stack")
    made.make()
    return made


def test_ports_are_kept_and_new_names_get_new_ones(directory: StackDirectory) -> None:
    first = Ports(directory.ports).assign(("kafka", "elasticsearch"))
    second = Ports(directory.ports).assign(("kafka", "elasticsearch", "bot"))
    assert first.items() < second.items()
    assert len(set(second.values())) == 3
    assert all(port in RANGE for port in second.values())


def test_two_stacks_never_get_the_same_port(directory: StackDirectory, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    names = tuple(f"part{number}" for number in range(200))
    ours, theirs = Ports(directory.ports).assign(names), Ports(tmp_path / "other" / "ports.json").assign(names)
    assert not set(ours.values()) & set(theirs.values())
