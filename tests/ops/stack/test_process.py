"""A child process by itself."""

import os
import signal
import sys
from pathlib import Path

import pytest

from ops.stack.part import Launch
from ops.stack.process import Child, Guard


async def test_a_group_that_is_gone_is_not_killed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[int] = []
    kill_group = os.killpg

    def noted(group: int, number: int) -> None:
        killed.append(group)
        kill_group(group, number)

    monkeypatch.setattr(os, "killpg", noted)
    guard = await Guard.start()
    try:
        child = await Child.start(Launch((sys.executable, "-c", "")), tmp_path / "child.log", guard)
        assert await child.wait() == 0
        # Minutes may pass here, and the number may have become somebody else's.
        await child.stop(signal.SIGTERM, 5)
    finally:
        await guard.dismiss()
    assert killed == [child.pid]
