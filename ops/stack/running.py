"""A stack that runs, as scripts and tests use it."""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from ops.errors import StartupError
from ops.settings import STACK_DIR_NAME, Settings, load
from ops.stack import holds
from ops.stack.directory import StackDirectory
from ops.stack.stack_status import PartStatus, StackStatus, read_status

LOOK_EVERY = 0.1


@dataclass(frozen=True)
class RunningStack:
    """A stack kept by some supervisor, usually in another process."""

    directory: StackDirectory

    @property
    def settings(self) -> Settings:
        """The settings of a process that uses this stack."""
        return load({STACK_DIR_NAME: str(self.directory.root)})

    @property
    def environment(self) -> dict[str, str]:
        """The environment for a child process that uses this stack, and for nothing else of ours."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("YARMARKA_")}
        return {**kept, STACK_DIR_NAME: str(self.directory.root)}

    def status(self) -> StackStatus:
        """The state of every part now. Raises StartupError when the supervisor is gone."""
        current = read_status(self.directory)
        if current is None:
            raise StartupError(f"No stack runs in {self.directory.root}; `python -m ops up` starts one.")
        return current

    def part(self, name: str) -> PartStatus:
        """One part's state now; KeyError when the stack has no such part."""
        return {part.name: part for part in self.status().parts}[name]

    def hold(self, part: str, seconds: float) -> None:
        """Stop a part, and let it come back after so many seconds."""
        holds.hold(self.directory, part, seconds)

    def release(self, part: str) -> None:
        """Let a held part come back now."""
        holds.release(self.directory, part)

    async def until(self, part: str, holds_: Callable[[PartStatus], bool], within: float = 60.0) -> PartStatus:
        """Wait for a condition of a part. Raises TimeoutError that says what was seen instead."""
        deadline = time.monotonic() + within
        while not holds_(status := self.part(part)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{part} is {status.health} after {within:g} s ({status.note})")
            await asyncio.sleep(LOOK_EVERY)
        return status
