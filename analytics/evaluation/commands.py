"""The command that measures recommendations."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    sequences: Annotated[
        Path | None, typer.Option(help="a line a user: user, then items in time order; the last item is to be found")
    ] = None,
    purchases: Annotated[
        Path | None, typer.Option(help="invoice lines, Parquet or CSV; what was bought after --split is to be found")
    ] = None,
    split: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="first day of the test part")] = None,
    served: Annotated[
        bool, typer.Option("--served", help="with --purchases: the lists that the job would publish on that day")
    ] = False,
    only: Annotated[
        str | None, typer.Option(help="one of ours, ours_large, popularity, popularity_now, item_knn, spark_als")
    ] = None,
) -> None:
    """Measure recommendations on held-out data against three baselines; prints JSON."""
    from analytics.evaluation.report import report

    typer.echo(report(sequences, purchases, split, only, served=served))
