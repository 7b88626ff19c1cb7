"""The commands that run jobs and tell of their runs; each imports what it needs when it runs."""

import os
import shutil
from pathlib import Path
from typing import Annotated

import typer

from analytics.command_line import NOT_DONE, Dir, load_settings
from analytics.lake.lock import Lane
from ops.cli import run as run_to_end


def schedule(directory: Dir = None) -> None:
    """The service: runs every job by its clock, and when people ask for it in chat."""
    from analytics.runs.schedule_service import serve

    run_to_end(serve(load_settings(directory)))


def worker(
    lane: Annotated[Lane, typer.Option(help="whose jobs it runs")] = Lane.LONG,
    brief: Annotated[bool, typer.Option("--brief", help="it runs one job")] = False,
) -> None:
    """The process that holds a Spark session of the schedule's."""
    from analytics.runs.worker_process import serve
    from ops.settings import load

    serve(load(), lane, brief=brief)


def run(
    job: Annotated[str, typer.Argument(help="its name, see `jobs`")],
    directory: Dir = None,
) -> None:
    """Run a job now; by the schedule's Spark worker when the schedule runs. Exit status 1 when the job fails."""
    import getpass

    from analytics.runs.print_runs import described
    from analytics.runs.run_now import run_now
    from pipeline.contracts.jobs import JobOutcome

    ended = run_to_end(run_now(load_settings(directory), job, getpass.getuser()))
    typer.echo(described(ended))
    if ended.outcome is JobOutcome.FAILED:
        raise typer.Exit(NOT_DONE)


def list_jobs(
    directory: Dir = None, as_json: Annotated[bool, typer.Option("--json", help="for scripts")] = False
) -> None:
    """Every job with its clock, its last run and its last fault."""
    import orjson

    from analytics.runs.print_runs import job_table
    from analytics.runs.run_history import job_statuses

    found = run_to_end(job_statuses(load_settings(directory)))
    if as_json:
        typer.echo(orjson.dumps([status.model_dump(mode="json") for status in found], option=orjson.OPT_INDENT_2))
        return
    typer.echo(job_table(found))


def export(
    target: Annotated[Path, typer.Argument(help="a new directory")],
    directory: Dir = None,
) -> None:
    """Write what of the lake nothing else can bring back, for `python -m ops backup --lake`: it is not encrypted."""
    from analytics.jobs.job import JobContext
    from analytics.jobs.streams import STREAMS, take_in
    from analytics.lake.forgotten import remembered
    from analytics.lake.history_files import KEPT
    from analytics.lake.history_files import export as export_table
    from analytics.lake.lock import Lane, Part, lake_lock, part_lock
    from analytics.lake.open_lake import open_lake
    from ops.backup.forgotten import NAME
    from ops.errors import StartupError

    settings = load_settings(directory)
    if target.exists():
        raise StartupError(f"{target} is there already; name a new directory.")
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.mkdir(mode=0o700, parents=True)
    try:
        with open_lake(settings) as lake, lake_lock(settings, _say, Lane.LONG, (Part.PEOPLE,)):
            with part_lock(settings, _say, (Part.PRODUCTS,)):
                # What only Kafka has so far is not in a backup otherwise.
                take_in(JobContext(lake, settings, "export", lambda stage, percent: None), STREAMS)
            for table in KEPT:
                if lake.exists(table):
                    typer.echo(f"{table.name}: {export_table(lake, table, draft):,} rows")
            remembered(lake.hdfs).save(draft / NAME)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def restore(
    source: Annotated[Path, typer.Argument(help="the directory that `python -m ops backup` wrote")],
    passphrase_file: Annotated[Path | None, typer.Option(help="file with the backup's passphrase")] = None,
    force: Annotated[bool, typer.Option("--force", help="a backup of any age")] = False,
    directory: Dir = None,
) -> None:
    """Bring the lake's histories back from a backup, beside what the lake has; a repeat changes nothing."""
    from analytics.jobs.current_catalogue import renew_catalogue
    from analytics.jobs.job import JobContext
    from analytics.jobs.streams import STREAMS, Resuming, take_in
    from analytics.lake.forgotten import remember
    from analytics.lake.history_files import KEPT
    from analytics.lake.history_files import restore as restore_table
    from analytics.lake.lock import lake_lock
    from analytics.lake.open_lake import open_lake
    from ops.backup.command import forgotten_of, load
    from ops.backup.passphrase import passphrase

    settings = load_settings(directory)
    found = load(settings, source, passphrase(settings, passphrase_file), force=force)
    with open_lake(settings) as lake, lake_lock(settings, _say):
        # Checkpoints first: rows without one would look like a lake that has lost it.
        lost = not all(lake.exists(stream.table) for stream in STREAMS)
        take_in(
            JobContext(lake, settings, "restore", lambda stage, percent: None),
            STREAMS,
            Resuming.LAST_ROW if lost else Resuming.NO,
        )
        forgotten = remember(lake.hdfs, settings, forgotten_of(found))
        names = set(found.archives())
        for table in (table for table in KEPT if table.name in names):
            with found.archive(table.name) as archived:
                done = restore_table(lake, table, archived.rows(), forgotten)
            typer.echo(f"{table.name}: {done.added:,} of {done.read:,} rows added")
        renew_catalogue(lake, anew=True)


def _say(stage: str) -> None:
    typer.echo(stage, err=True)


def resume(
    anew: Annotated[bool, typer.Option("--anew", help="read all products that Kafka has once more")] = False,
    directory: Dir = None,
) -> None:
    """Go on after the last rows of the histories, when a checkpoint or a table was lost."""
    from analytics.jobs.ingest import resume as resume_streams
    from analytics.jobs.job import JobContext
    from analytics.lake.lock import lake_lock
    from analytics.lake.open_lake import open_lake

    settings = load_settings(directory)
    with open_lake(settings) as lake, lake_lock(settings, _say):
        done = resume_streams(JobContext(lake, settings, "resume", lambda stage, percent: None), anew=anew)
    for difference in done.differences:
        typer.echo(difference.told)
    typer.echo(f"{done.taken:,} records taken in")
