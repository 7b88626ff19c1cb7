"""The commands that run jobs and tell of their runs; each imports what it needs when it runs."""

from typing import Annotated

import typer

from analytics.command_line import NOT_DONE, Dir, load_settings
from ops.cli import run as run_to_end


def schedule(directory: Dir = None) -> None:
    """The service: runs every job by its clock, and when people ask for it in chat."""
    from analytics.runs.schedule_service import serve

    run_to_end(serve(load_settings(directory)))


def worker() -> None:
    """The process that holds the schedule's Spark session."""
    from analytics.runs.worker_process import serve
    from ops.settings import load

    serve(load())


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


def resume(directory: Dir = None) -> None:
    """Go on after the last rows of the histories, when a checkpoint was lost."""
    from analytics.jobs.ingest import resume as resume_streams
    from analytics.jobs.job import JobContext
    from analytics.lake.lock import lake_lock
    from analytics.lake.open_lake import open_lake

    settings = load_settings(directory)
    with open_lake(settings) as lake, lake_lock(settings, lambda stage: typer.echo(stage, err=True)):
        taken = resume_streams(JobContext(lake, settings, "resume", lambda stage, percent: None))
    typer.echo(f"{taken:,} records taken in")
