"""The commands that run jobs, look into the lake and bring things to it; each imports what it needs when it runs."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.cli import run as run_to_end

if TYPE_CHECKING:
    from datetime import datetime

    from analytics.tables import Lake
    from ops.settings import Settings

Dir = Annotated[
    Path | None, typer.Option("--dir", help="the stack's directory, else that of YARMARKA_STACK_DIR, else .stack")
]
NOT_DONE = 1


def schedule(directory: Dir = None) -> None:
    """The service: runs every job by its clock, and when people ask for it in chat."""
    from analytics.schedule_command import serve

    run_to_end(serve(_settings(directory)))


def worker() -> None:
    """The process that holds the schedule's Spark session."""
    from analytics.worker import serve
    from ops.settings import load

    serve(load())


def run(
    job: Annotated[str, typer.Argument(help="its name, see `jobs`")],
    directory: Dir = None,
) -> None:
    """Run a job now; by the schedule's warm session when the schedule runs. Exit status 1 when the job fails."""
    import getpass

    from analytics.run_command import run as run_job
    from analytics.run_command import told
    from pipeline.contracts.jobs import JobOutcome

    ended = run_to_end(run_job(_settings(directory), job, getpass.getuser()))
    typer.echo(told(ended))
    if ended.outcome is JobOutcome.FAILED:
        raise typer.Exit(NOT_DONE)


def list_jobs(
    directory: Dir = None, as_json: Annotated[bool, typer.Option("--json", help="for scripts")] = False
) -> None:
    """Every job with its clock, its last run and its last fault."""
    import orjson

    from analytics.run_command import statuses
    from analytics.showing import grid

    found = run_to_end(statuses(_settings(directory)))
    if as_json:
        typer.echo(orjson.dumps([status.model_dump(mode="json") for status in found], option=orjson.OPT_INDENT_2))
        return
    rows: list[dict[str, object]] = []
    for status in found:
        last = status.last
        rows.append({
            "job": status.name, "clock": status.cron or None, "next": _moment(status.next_at),
            "last": last and last.outcome.value, "at": _moment(last.started_at if last else None),
            "rows in": last and last.rows_in, "rows out": last and last.rows_out, "missed": status.missed or None,
            "what it does": (last.reason if last and last.reason else status.about),
        })  # fmt: skip
    typer.echo(grid(rows, tuple(rows[0])))


def tables(directory: Dir = None) -> None:
    """The tables of the lake with their rows."""
    from analytics.showing import grid
    from pipeline.contracts.lake import LAKE

    rows: list[dict[str, object]] = []
    with _lake(directory) as lake:
        for one in LAKE:
            rows.append({
                "table": one.name,
                "rows": lake.read(one).count() if lake.exists(one) else "not there yet",
                "path": one.path,
                "columns": len(one.columns),
            })  # fmt: skip
    typer.echo(grid(rows, tuple(rows[0])))


def show(
    table: Annotated[str, typer.Argument(help="its name, see `tables`")],
    limit: Annotated[int, typer.Option(min=0, help="rows at most; 0: all")] = 20,
    where: Annotated[str, typer.Option(help="a condition, for instance \"brand = 'Норд' and price < 5000\"")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, for scripts")] = False,
    directory: Dir = None,
) -> None:
    """Rows of a table."""
    import orjson

    from analytics.showing import chosen, find, grid, json_lines

    known = find(table)
    with _lake(directory) as lake:
        frame = chosen(lake, known, limit or None, where)
        lines = json_lines(frame)
        if as_json:
            for line in lines:
                typer.echo(line)
            return
        rows: list[dict[str, object]] = [orjson.loads(line) for line in lines]
        typer.echo(grid(rows, tuple(frame.columns)))


def upload(
    files: Annotated[list[Path], typer.Argument(help="the files")],
    to: Annotated[str, typer.Option(help="the directory in HDFS; made when missing")],
    directory: Dir = None,
) -> None:
    """Bring files into HDFS. A broken upload is resumed; at the end both sides' SHA-256 are compared."""
    from pathlib import PurePosixPath

    from rich.progress import Progress, TaskID

    from analytics.faults import LakeFault
    from analytics.uploading import Upload
    from ops.errors import StartupError

    target = Upload(_settings(directory))
    failed = False
    with Progress(transient=True) as board:
        for path in files:
            line = board.add_task(path.name, total=None)

            def seen(done: int, size: int, line: TaskID = line) -> None:
                board.update(line, completed=done, total=size)

            try:
                digest = target.put(path, PurePosixPath(to) / path.name, seen)
            except (LakeFault, StartupError) as error:
                failed = True
                board.console.print(f"{path.name}: {error}", highlight=False)
                continue
            board.console.print(f"{path.name}: {to}/{path.name}, SHA-256 {digest}", highlight=False, soft_wrap=True)
    if failed:
        raise typer.Exit(NOT_DONE)


def import_purchases(  # noqa: PLR0917 - each is an option of the command line
    file: Annotated[Path, typer.Argument(help="CSV or Parquet")],
    user: Annotated[str, typer.Option(help="the column with the person")] = "user",
    product: Annotated[str, typer.Option(help="the column with the product's id")] = "product",
    quantity: Annotated[str, typer.Option(help="the column with the number of pieces")] = "quantity",
    time: Annotated[str, typer.Option(help="the column with the moment")] = "time",
    are_pseudonyms: Annotated[bool, typer.Option("--pseudonyms", help="the persons are pseudonyms already")] = False,
    directory: Dir = None,
) -> None:
    """Bring a shop's own sales into the lake, once for each file's content."""
    from analytics.purchases import Names, bring, pseudonyms

    with _lake(directory) as lake, _writing(lake):
        hashed = str if are_pseudonyms else pseudonyms(lake.settings)
        done = bring(lake, file, Names(user, product, quantity, time), hashed)
    typer.echo(
        f"{file.name} was imported before; nothing has changed"
        if done.before
        else f"{done.rows:,} sales imported, {done.refused:,} rows left out"
    )


def resume(directory: Dir = None) -> None:
    """Go on after the last rows of the histories, when a checkpoint was lost."""
    from analytics.jobs.ingest import resume as resume_streams
    from analytics.jobs.job import Work

    with _lake(directory) as lake, _writing(lake):
        work = Work(lake, lake.settings, "resume", lambda stage, percent: None)
        taken = resume_streams(work)
    typer.echo(f"{taken:,} records taken in")


@contextlib.contextmanager
def _lake(directory: Path | None) -> "Iterator[Lake]":
    from analytics.faults import reason
    from analytics.spark import session
    from analytics.tables import Lake
    from ops.errors import StartupError

    settings = _settings(directory)
    with session(settings, brief=True) as spark:
        try:
            yield Lake(spark, settings)
        except StartupError:
            raise
        except Exception as error:
            raise StartupError(reason(error)) from error


def _writing(lake: "Lake") -> "contextlib.AbstractContextManager[None]":
    from analytics.performing import alone

    # A deletion clears away whatever no commit names yet: nobody may be writing meanwhile.
    return alone(lake.settings, lambda stage, _: typer.echo(stage, err=True))


def _moment(at: "datetime | None") -> str | None:
    return None if at is None else f"{at:%m-%d %H:%M:%S}"


def _settings(directory: Path | None) -> "Settings":
    from ops import logs
    from ops.settings import STACK_DIR_NAME, load

    if directory is not None:
        # Also for the processes that this one starts.
        os.environ[STACK_DIR_NAME] = str(directory.resolve())
    settings = load()
    logs.configure(settings.log.model_copy(update={"level": "WARNING"}), "analytics")
    return settings
