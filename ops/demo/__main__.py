"""The door of the demo's data: `python -m ops.demo --out DIR` and `python -m ops.demo simulate --out FILE`."""

from pathlib import Path
from typing import Annotated

import typer

from ops.door import enter, make_door

door = make_door("The demo's shops, their catalogue and simulated customers.")
Seed = Annotated[int, typer.Option(help="the same seed gives the same bytes")]


@door.callback(invoke_without_command=True, no_args_is_help=True)
def catalogue(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="the directory for the files; made when missing")] = None,
    seed: Seed = 20,
) -> None:
    """Write the shops' feeds, the broken rows, the first bans and the judged queries."""
    from ops.demo import feeds

    if context.invoked_subcommand is not None:
        return
    if out is None:
        raise typer.BadParameter("a directory is needed", param_hint="--out")
    for path in feeds.write(out, seed):
        typer.echo(path)


if __name__ == "__main__":
    enter(door)
