"""The command line of this room: the commands of its folders, in the order of `--help`."""

from analytics.evaluation.commands import evaluate
from analytics.lake.commands import import_purchases, show, tables, upload
from analytics.runs.commands import list_jobs, resume, run, schedule, worker
from ops.door import enter, make_door

door = make_door("Analytics: jobs over the lake, recommendations, reports.")
door.command()(schedule)
door.command()(run)
door.command("jobs")(list_jobs)
door.command()(tables)
door.command()(show)
door.command()(upload)
door.command()(import_purchases)
door.command()(resume)
door.command(hidden=True)(worker)
door.command()(evaluate)

if __name__ == "__main__":
    enter(door)
