"""`python -m pipeline evaluate`."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.cli import run

if TYPE_CHECKING:
    from ops.settings import Settings
    from pipeline.catalog.marks import MarkedQuery
    from pipeline.contracts.messages import Product


def evaluate(
    catalog: Annotated[
        list[Path],
        typer.Option(help="Any feed file: JSON, JSON lines or YML, also packed with gzip; may be given several times."),
    ],
    judgments: Annotated[
        Path, typer.Option(help="CSV with the columns query,docid,rating, and maybe kind; ratings 0 to 3.")
    ],
    run_file: Annotated[
        Path | None, typer.Option("--run", metavar="OUT", help="Write the top 10 of each query as a TREC run.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Compare with a run that was written earlier, query by query.")
    ] = None,
    nearest: Annotated[
        bool, typer.Option("--nearest", help="Count and write also what is told to be only the nearest.")
    ] = False,
) -> None:
    """Mark the search by rated queries over a catalogue, in an index of its own that is thrown away.

    Prints JSON: NDCG@10 with unrated products as 0, the same with unrated products left out, MRR, recall@10, the share
    answered right and how true "there is none" is, each with a 95 % interval; how many queries have a mark, and the
    median time of a search. Uses the running stack, or one that it starts for itself.
    """
    from pipeline.catalog.marks import figures, read_run, trec_lines

    earlier = None if against is None else read_run(against)
    marked = run(_evaluate(catalog, judgments, nearest=nearest))
    if run_file is not None:
        run_file.write_text("".join(trec_lines(marked)), encoding="utf-8")
    typer.echo(figures(marked, earlier).model_dump_json(by_alias=True, exclude_none=True))


async def _evaluate(catalog: list[Path], judgments: Path, *, nearest: bool) -> "list[MarkedQuery]":
    from ops import logs
    from ops.elasticsearch import client as connect
    from pipeline.catalog.catalog import Catalog
    from pipeline.catalog.judgments import read
    from pipeline.catalog.relevance_evaluation import index_of, marked

    rated = read(judgments)
    products = (product for path in catalog for product in _products(path))
    async with _settings() as settings:
        logs.configure(settings.log.model_copy(update={"level": "ERROR"}), "evaluate")
        async with connect(settings, "admin") as client, index_of(client, products) as index:
            return await marked(Catalog(client, index), rated, nearest=nearest)


def _products(path: Path) -> "Iterator[Product]":
    from ops.errors import StartupError
    from pipeline.feed.product_row import Defaults
    from pipeline.feed.reader import Accepted, read
    from pipeline.feed.rows import UnreadableFile

    refused = 0
    try:
        for count, outcome in enumerate(read(path, Defaults(store="evaluation")), start=1):
            if isinstance(outcome, Accepted):
                yield outcome.product
            else:
                refused += 1
            if count % 5000 == 0:
                typer.echo(f"{count} rows read", err=True)
    except (UnreadableFile, OSError) as error:
        raise StartupError(f"--catalog {path}: {error}; name a feed file.") from None
    if refused:
        typer.echo(f"{refused} rows of {path.name} are no products and were left out", err=True)


@asynccontextmanager
async def _settings() -> "AsyncIterator[Settings]":
    """The settings of the running stack; of one started for this, and stopped afterwards, if none runs."""
    import os

    from ops.settings import load
    from ops.stack.control import LocalStack
    from ops.stack.temporary import temporary_stack

    settings = load()
    named = "YARMARKA_ELASTICSEARCH__URL" in os.environ
    if named or LocalStack(settings.stack_dir).is_running():
        yield settings
        return
    typer.echo("no stack runs: starting one for this evaluation", err=True)
    async with temporary_stack("evaluation") as started:
        yield started
