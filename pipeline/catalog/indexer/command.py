"""`python -m pipeline index`."""

from typing import Annotated

import typer

from ops.cli import run

# Vectors of as many distinct names, 14 MB: an offer whose price or stock changes keeps its own.
_REMEMBERED = 20_000


def index(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Fill a new index from the beginning, put it in place, and end.")
    ] = False,
) -> None:
    """Follow filtered_products into Elasticsearch; with --rebuild, fill a new index while searches go on."""
    run(_rebuild() if rebuild else _serve())


async def _serve() -> None:
    from ops.elasticsearch import client as connect
    from ops.kafka import Kafka
    from ops.logs import get_logger
    from ops.service import running
    from ops.settings import load
    from pipeline.catalog.indexer.alias import Indices
    from pipeline.catalog.indexer.live import first_index, follow
    from pipeline.catalog.indexer.rebuild import rebuild
    from pipeline.meaning.model import encoder

    settings = load()
    meanings = encoder(wanted=settings.search.meaning, most=_REMEMBERED)
    kafka = Kafka(settings, "indexer")
    async with running("indexer", settings) as service, connect(settings, "indexer") as client:
        indices = Indices(client, settings.search.alias, settings.search.replicas, settings.market.currency)
        current = await first_index(indices)
        if await indices.is_outdated(current):
            get_logger(__name__).warning("the index is of another version of the mapping, it is rebuilt", index=current)
            await rebuild(kafka, indices, lambda done, total: None)
        await follow(service, kafka, indices, meanings=meanings)


async def _rebuild() -> None:
    import sys

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from ops import logs
    from ops.elasticsearch import client as connect
    from ops.kafka import Kafka
    from ops.settings import load
    from pipeline.catalog.indexer.alias import Indices
    from pipeline.catalog.indexer.live import first_index
    from pipeline.catalog.indexer.rebuild import rebuild

    settings = load()
    logs.configure(settings.log.model_copy(update={"level": "WARNING"}), "indexer")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("filling a new index", total=None)
        async with connect(settings, "indexer") as client:
            indices = Indices(client, settings.search.alias, settings.search.replicas, settings.market.currency)
            await first_index(indices)
            done = await rebuild(
                Kafka(settings, "indexer"),
                indices,
                lambda records, total: progress.update(task, completed=records, total=total),
            )  # fmt: skip
    removed = ", ".join(done.removed) or "no index"
    typer.echo(
        f"{settings.search.alias} → {done.index}: {done.records} records in {done.seconds:.1f} s; {removed} removed"
    )
