"""New certificates while the stack runs, taken in by whoever shows them; nobody loses a connection.

The authority stays: old and new certificates are both accepted, so the order does not matter. A server is told, or
looks at its files by itself; our own services read theirs at their next connection.
"""

import asyncio
from collections.abc import AsyncIterator

from ops.errors import StartupError
from ops.stack import credentials
from ops.stack.directory import StackDirectory
from ops.stack.part import Part, Site
from ops.stack.ports import Ports
from ops.stack.stack_status import read_status


class Renewal:
    """Renews certificates, and remembers which running part could not be told of it yet."""

    def __init__(self, directory: StackDirectory, parts: tuple[Part, ...]) -> None:
        self._directory = directory
        self._parts = parts
        self._untold: set[str] = set()

    async def renew(self, *, everything: bool = False) -> AsyncIterator[str]:
        """Make what is missing, renew what ends soon (or `everything`), and tell the running parts; yields what was
        done. A part that cannot be told now is told by the next call, or reads its files when it is started.
        """
        self._directory.make()
        issued = await asyncio.to_thread(credentials.issue, self._directory, renew=everything)
        if issued:
            yield f"issued {len(issued)} certificates: {', '.join(issued)}"
            self._untold = {part.name for part in self._parts if part.kind.runs_on}
        current = read_status(self._directory)
        running = {status.name for status in current.parts} if current else set()
        self._untold &= running
        site = Site(self._directory, Ports(self._directory.ports).assigned(), tuple(running))
        for part in self._parts:
            if part.name in self._untold:
                async for line in self._tell(part, site):
                    yield line

    async def _tell(self, part: Part, site: Site) -> AsyncIterator[str]:
        try:
            told = await part.refresh(site)
        except StartupError as error:
            yield f"{part.name} still shows the former one: {error}"
            return
        self._untold.discard(part.name)
        if told:
            yield f"{part.name} reads the new files"
