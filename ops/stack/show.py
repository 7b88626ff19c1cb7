"""What a person sees of a stack: its progress while it starts, and the table of its parts."""

import asyncio
import sys
import time
from collections.abc import Callable

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ops.stack.stack_status import PartState, PartStatus, StackStatus

STYLES = {
    PartState.READY: "green",
    PartState.DONE: "green",
    PartState.FAILED: "bold red",
    PartState.UNHEALTHY: "yellow",
    PartState.BACKING_OFF: "yellow",
    PartState.HELD: "magenta",
}
REFRESH = 0.2


async def follow(look: Callable[[], StackStatus | None]) -> None:
    """Show progress until cancelled: a live table on a terminal, a line for each change elsewhere.

    Says where everything is when all parts are ready for the first time.
    """
    console = Console(stderr=True)
    if console.is_terminal:
        await _follow_live(console, look)
    else:
        await _follow_lines(look)


async def _follow_live(console: Console, look: Callable[[], StackStatus | None]) -> None:
    announced = False
    with Live(console=console, auto_refresh=False, transient=True) as live:
        while True:
            status = look()
            if status is not None:
                live.update(table(status), refresh=True)
                if status.answering and not announced:
                    announced = True
                    console.print(summary(status), highlight=False)
            await asyncio.sleep(REFRESH)


async def _follow_lines(look: Callable[[], StackStatus | None]) -> None:
    said: dict[str, tuple[PartState, str]] = {}
    announced = False
    while True:
        status = look()
        for part in status.parts if status is not None else ():
            # The reasons of a part that is still starting change with every probe; only the states are news.
            now = (part.health, part.note if part.health is not PartState.STARTING else "")
            if said.get(part.name) != now:
                said[part.name] = now
                _say(f"{part.name}: {part.health}{_took(part)}{f' ({part.note})' if now[1] else ''}")
        if status is not None and status.answering and not announced:
            announced = True
            _say(summary(status))
        await asyncio.sleep(REFRESH)


def table(status: StackStatus) -> Table:
    """The parts of a stack, a row each."""
    out = Table("part", "state", "pid", "address", "note", box=None, header_style="bold", pad_edge=False)
    for part in status.parts:
        state = Text(f"{part.health}{_took(part)}", style=STYLES.get(part.health, ""))
        restarts = f"restarted {part.restarts} times; " if part.restarts else ""
        out.add_row(
            part.name, state, str(part.pid or ""), part.address, Text(restarts + part.note, overflow="ellipsis")
        )
    return out


def summary(status: StackStatus) -> str:
    """Where everything of a running stack is."""
    parts = {part.name: part for part in status.parts}
    lines = [f"The stack in {status.directory} is up after {time.time() - status.started:.0f} s."]
    lines += [f"  {part.name:<14} {part.address}" for part in status.parts if part.address]
    lines += [f"  {'settings':<14} {status.directory}/stack.env", f"  {'logs':<14} {status.directory}/logs"]
    if "sandbox" in parts:
        lines.append(f"Chat page: {parts['sandbox'].address}/")
    lines.append(f"`python -m ops status --dir {status.directory}` shows it, `down` stops it.")
    return "\n".join(lines)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _took(part: PartStatus) -> str:
    return f" in {part.ready_after:.1f} s" if part.health.good and part.ready_after is not None else ""
