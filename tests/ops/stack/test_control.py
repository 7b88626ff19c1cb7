"""What other rooms see of a stack, and what they may do to it: with a real supervisor of tiny processes."""

from pathlib import Path

import pytest

from ops.errors import StartupError
from ops.stack.control import LocalStack
from ops.stack.part import PartKind
from tests.ops.stack.fake_parts import CountingTask, Listener
from tests.ops.stack.test_supervisor import ready, running, until


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


async def test_parts_are_told_with_kind_and_health(tmp_path: Path) -> None:
    stack = LocalStack(tmp_path)
    async with running(tmp_path, Listener(), CountingTask()) as supervisor:
        await ready(supervisor, "listener")
        await until(lambda: stack.is_well("counting"), "the task's end", saw=stack.parts)
        assert stack.is_running()
        assert {part.name: (part.kind, part.health.good) for part in stack.parts()} == {
            "listener": (PartKind.SERVICE, True),
            "counting": (PartKind.TASK, True),
        }
        assert not stack.is_well("kafka"), "a part that is not there"


async def test_a_held_part_is_not_well_until_it_is_released(tmp_path: Path) -> None:
    stack = LocalStack(tmp_path)
    async with running(tmp_path, Listener()) as supervisor:
        await ready(supervisor, "listener")
        stack.hold("listener", 600)
        await until(lambda: not stack.is_well("listener"), "the stop", saw=stack.parts)
        stack.release("listener")
        await until(lambda: stack.is_well("listener"), "its return", saw=stack.parts)
        with pytest.raises(StartupError, match="no part `kafka`; it has listener"):
            stack.hold("kafka", 1)


def test_without_a_supervisor_nothing_is_there_to_hold(tmp_path: Path) -> None:
    stack = LocalStack(tmp_path)
    assert not stack.is_running()
    assert stack.parts() == ()
    assert stack.services() == ()
    assert not stack.is_well("kafka")
    with pytest.raises(StartupError, match="No stack runs"):
        stack.hold("kafka", 1)
