"""The command line of this room: the commands of its folders, in the order of `--help`."""

from analytics.evaluation.commands import evaluate
from analytics.lake.commands import import_purchases, show, tables, upload
from analytics.runs.commands import export, list_jobs, restore, resume, run, schedule, worker
from ops.cli import enter, make_cli

cli = make_cli("Analytics: jobs over the lake, recommendations, reports.")
cli.command()(schedule)
cli.command()(run)
cli.command("jobs")(list_jobs)
cli.command()(tables)
cli.command()(show)
cli.command()(upload)
cli.command()(import_purchases)
cli.command()(resume)
cli.command()(export)
cli.command()(restore)
cli.command(hidden=True)(worker)
cli.command()(evaluate)

if __name__ == "__main__":
    enter(cli)
