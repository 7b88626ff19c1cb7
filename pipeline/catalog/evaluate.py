"""`python -m pipeline evaluate`."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.cli import run

if TYPE_CHECKING:
    from ops.settings import Settings
    from pipeline.catalog.marks import MarkedQuery
    from pipeline.contracts.messages import Product

_REMEMBERED = 100_000
_TRIED = (0.0, 3.0, 6.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0)


def evaluate(  # noqa: PLR0917 - each an option of the command
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
    words_only: Annotated[bool, typer.Option("--words-only", help="Leave the meaning out of it.")] = False,
    folds: Annotated[
        int | None,
        typer.Option(min=2, max=20, help="Fit the weight of meaning on all parts but one, mark that one, in turn."),
    ] = None,
) -> None:
    """Mark the search by rated queries over a catalogue, in an index of its own that is thrown away.

    Prints JSON: NDCG@10 with unrated products as 0, the same with unrated products left out, MRR, recall@10, the share
    answered right and how true "there is none" is, each with a 95 % interval; how many queries have a mark, and the
    median time of a search. Uses the running stack, or one that it starts for itself.
    """
    from pipeline.catalog.folds import held_out
    from pipeline.catalog.marks import figures, read_run, trec_lines

    earlier = None if against is None else read_run(against)
    if words_only and folds is not None:
        raise typer.BadParameter("words alone have nothing that is fitted", param_hint="--folds")
    by_weight = run(_evaluate(catalog, judgments, _weights(folds, words_only=words_only), nearest=nearest))
    marked, chosen = (by_weight.popitem()[1], None) if folds is None else held_out(by_weight, folds)
    if run_file is not None:
        run_file.write_text("".join(trec_lines(marked)), encoding="utf-8")
    told = figures(marked, earlier).model_copy(update={"weights": chosen})
    typer.echo(told.model_dump_json(by_alias=True, exclude_none=True))


def _weights(folds: int | None, *, words_only: bool) -> tuple[float, ...]:
    """The weights of meaning to try; 0 is words alone."""
    from pipeline.catalog.proofs import WEIGHTS

    if words_only:
        return (0.0,)
    return (WEIGHTS.meaning,) if folds is None else _TRIED


async def _evaluate(
    catalog: list[Path], judgments: Path, weights: tuple[float, ...], *, nearest: bool
) -> "dict[float, list[MarkedQuery]]":
    from ops import logs
    from ops.elasticsearch import client as connect
    from pipeline.catalog.catalog import Catalog
    from pipeline.catalog.judgments import read
    from pipeline.catalog.proofs import WEIGHTS
    from pipeline.catalog.relevance_evaluation import index_of, marked
    from pipeline.meaning.model import encoder

    rated = read(judgments)
    products = (product for path in catalog for product in _products(path))
    async with _settings() as settings:
        logs.configure(settings.log.model_copy(update={"level": "ERROR"}), "evaluate")
        meanings = encoder(wanted=settings.search.meaning and any(weights), most=_REMEMBERED)
        async with connect(settings, "admin") as client, index_of(client, products, meanings) as index:

            async def tried(weight: float) -> "list[MarkedQuery]":
                used = replace(WEIGHTS, meaning=weight)
                catalog = Catalog(client, index, encoder=meanings if weight else None, weights=used)
                return await marked(catalog, rated, nearest=nearest)

            return {weight: await tried(weight) for weight in weights}


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
