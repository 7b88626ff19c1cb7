"""The door of this room: jobs over the lake, and what recommendations are worth."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from analytics import lake_commands
from ops.cli import enter, make_cli

door = make_cli("Analytics: jobs over the lake, recommendations, reports.")
door.command()(lake_commands.schedule)
door.command()(lake_commands.run)
door.command("jobs")(lake_commands.list_jobs)
door.command()(lake_commands.tables)
door.command()(lake_commands.show)
door.command()(lake_commands.upload)
door.command()(lake_commands.import_purchases)
door.command()(lake_commands.resume)
door.command(hidden=True)(lake_commands.worker)


@door.command()
def evaluate(
    sequences: Annotated[
        Path | None, typer.Option(help="a line a user: user, then items in time order; the last item is to be found")
    ] = None,
    purchases: Annotated[
        Path | None, typer.Option(help="invoice lines, Parquet or CSV; what was bought after --split is to be found")
    ] = None,
    split: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="first day of the test part")] = None,
    only: Annotated[str | None, typer.Option(help="one of ours, popularity, item_knn, spark_als")] = None,
) -> None:
    """Measure recommendations on held-out data against three baselines; prints JSON."""
    from analytics.evaluate_command import report

    typer.echo(report(sequences, purchases, split, only))


if __name__ == "__main__":
    enter(door)
