"""The door of this room: the local stack and its tools."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from ops.door import enter, make_door
from ops.errors import StartupError

door = make_door("The local stack: servers, certificates, health.")

Dir = Annotated[
    Path, typer.Option("--dir", envvar="YARMARKA_STACK_DIR", help="the directory that holds all state of the stack")
]
DEFAULT_DIR = Path(".stack")


@door.command()
def up(
    directory: Dir = DEFAULT_DIR,
    parts: Annotated[
        list[str] | None, typer.Option("--with", help="parts to run besides the servers; `all` for everything")
    ] = None,
    detach: Annotated[bool, typer.Option("--detach", help="return when all is ready, leave it running")] = False,
    lifeline: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Start a stack and keep it running until Ctrl-C."""
    from ops.stack import parts as known
    from ops.stack import run, show
    from ops.stack.directory import StackDirectory

    stack = StackDirectory.at(directory)
    names = tuple(parts or (known.SERVERS,))
    chosen = known.choose(names)
    if not detach:
        asyncio.run(run.foreground(stack, chosen, lifeline=lifeline))
        return
    typer.echo(show.summary(asyncio.run(run.detached(stack, names))))


@door.command()
def down(directory: Dir = DEFAULT_DIR) -> None:
    """Stop the stack; everything it started is gone when this returns."""
    from ops.stack import run
    from ops.stack.directory import StackDirectory

    stack = StackDirectory.at(directory)
    typer.echo("stopped" if run.down(stack) else f"No stack runs in {stack.root}.")


@door.command()
def status(
    directory: Dir = DEFAULT_DIR,
    as_json: Annotated[bool, typer.Option("--json", help="for scripts")] = False,
) -> None:
    """Each part's name, pid, address, health, and where its credentials are. Exit status 1 when one is not well."""
    from rich.console import Console

    from ops.stack import board, show
    from ops.stack.directory import StackDirectory

    stack = StackDirectory.at(directory)
    current = board.read(stack)
    if current is None:
        raise StartupError(f"No stack runs in {stack.root}; `python -m ops up` starts one.")
    if as_json:
        typer.echo(current.model_dump_json(indent=2))
    else:
        Console().print(show.table(current))
    raise typer.Exit(0 if current.settled else 1)


if __name__ == "__main__":
    enter(door)
