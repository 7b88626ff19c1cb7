"""The command line of the demo's data: `python -m ops.demo --out DIR` and `python -m ops.demo simulate --out FILE`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ops.cli import enter, make_cli

cli = make_cli("The demo's shops, their catalogue and simulated customers.")
Seed = Annotated[int, typer.Option(help="the same seed gives the same bytes")]


@cli.callback(invoke_without_command=True, no_args_is_help=True)
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


@cli.command()
def simulate(
    out: Annotated[Path, typer.Option(help="the JSON lines to write")],
    days: Annotated[int, typer.Option(min=1, help="how many days up to the end")] = 30,
    customers: Annotated[int, typer.Option(min=1)] = 400,
    until: Annotated[datetime | None, typer.Option(help="the end, in UTC; now when not given")] = None,
    seed: Seed = 20,
) -> None:
    """Write what simulated customers search, view, like, hide and buy."""
    from ops.demo import history

    end = (until or datetime.now(UTC)).replace(microsecond=0, tzinfo=UTC)
    history.write(out, end, days=days, customers=customers, seed=seed)
    typer.echo(out)


if __name__ == "__main__":
    enter(cli)
