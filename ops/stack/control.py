"""What other rooms may do with the local stack: see how its parts and services are, and hold a part for a rehearsal.

This module and `ops.stack.temporary` are all of `ops.stack` that bot, pipeline and analytics import.
"""

from pathlib import Path

from ops.service import RunningService, running_services
from ops.stack import holds
from ops.stack.directory import StackDirectory
from ops.stack.stack_status import PartStatus, read_status


class LocalStack:
    """The stack in one directory, whose supervisor is another process.

    Every answer is read anew from the directory's small files: nothing is cached, and nothing waits for a server.
    """

    def __init__(self, stack_dir: Path) -> None:
        self._directory = StackDirectory.at(stack_dir)

    def is_running(self) -> bool:
        """True when a supervisor runs this stack; a deployment has none."""
        return read_status(self._directory) is not None

    def parts(self) -> tuple[PartStatus, ...]:
        """Each part's kind, address and health as the supervisor last saw them; empty when none runs."""
        status = read_status(self._directory)
        return status.parts if status is not None else ()

    def services(self) -> tuple[RunningService, ...]:
        """Our own services that have registered themselves, each with the address of its /metrics, by name."""
        return running_services(self._directory.root)

    def is_well(self, part: str) -> bool:
        """True when the supervisor's last look at the part found it ready, or done."""
        return any(one.name == part and one.health.good for one in self.parts())

    def hold(self, part: str, seconds: float) -> None:
        """Stop a part, and have it come back after so many seconds. Returns at once, the supervisor does it.

        Raises StartupError when no supervisor runs, or it has no such part.
        """
        holds.hold(self._directory, part, seconds)

    def release(self, part: str) -> None:
        """Let a held part come back now; one that is not held is left alone."""
        holds.release(self._directory, part)
