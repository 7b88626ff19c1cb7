"""New certificates for everybody while the stack runs, and nobody loses a connection."""

from collections.abc import AsyncIterator

from ops.errors import StartupError
from ops.stack import credentials
from ops.stack.directory import StackDirectory
from ops.stack.part import Part, Site
from ops.stack.ports import Ports
from ops.stack.running import RunningStack
from ops.stack.stack_status import PartState, read_status


async def rotate(directory: StackDirectory, parts: tuple[Part, ...]) -> AsyncIterator[str]:
    """Issue every certificate anew and have the running parts take theirs in; yields what was done.

    The authority stays: old and new certificates are both accepted, so the order does not matter. Servers reload their
    files; our services are restarted one after the other, because clients read their certificate when they start.
    """
    directory.make()
    issued = credentials.issue(directory, renew=True)
    yield f"issued {len(issued)} certificates"
    current = read_status(directory)
    if current is None:
        return
    running = {status.name: status for status in current.parts}
    site = Site(directory, Ports(directory.ports).assigned(), tuple(running))
    for part in parts:
        if part.name not in running or not part.kind.runs_on:
            continue
        if await part.refresh(site):
            yield f"{part.name} reads the new files"
        else:
            yield await _restart(RunningStack(directory), part)


async def _restart(stack: RunningStack, part: Part) -> str:
    before = stack.part(part.name).pid
    stack.hold(part.name, 0)
    try:
        await stack.until(part.name, lambda status: status.health is PartState.READY and status.pid != before)
    except TimeoutError as error:
        raise StartupError(f"{error}; its log is {stack.directory.log(part.name)}.") from None
    return f"{part.name} restarted"
