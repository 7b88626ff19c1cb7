"""The job `ingest`: what is new in Kafka → the histories, and the catalogue as it is now."""

from __future__ import annotations

from analytics.jobs.current_catalogue import renew_catalogue
from analytics.jobs.job import JobContext, JobResult
from analytics.jobs.streams import PRODUCTS, REQUESTS, STREAMS, Intake, Resuming, intake, take_in
from analytics.lake.lock import Part, free_part

LEFT = "requests are left to the next run: another job has their tables"


def run(context: JobContext) -> JobResult:
    """Take in both topics and bring the catalogue up to them. Every step is one commit or none.

    Products and requests do not wait for each other, and what is wrong with one is told after the other is done.
    """
    with free_part(context.settings, Part.PEOPLE) as free:
        # Those who delete what people did may take long: a ban does not wait for them.
        streams = STREAMS if free else (PRODUCTS,)
        context.report(f"reading {', '.join(stream.topic.name for stream in streams)}", 10)
        with intake(context, streams) as taking:
            written = 0
            if taking.follow(PRODUCTS):
                context.report("putting the catalogue in place", 60)
                written = renew_catalogue(context.lake)
            if free:
                taking.follow(REQUESTS)
        taking.check()
    note = " ".join([*(one.told for one in taking.differences), *(() if free else (LEFT,))])
    return JobResult(taking.taken, written, note, tuple((one.topic, one.finding) for one in taking.differences))


def resume(context: JobContext, *, anew: bool = False) -> Intake:
    """Begin new checkpoints after the last record that each table holds, or with the oldest that a topic still has.

    Take in the rest, `anew` all that there is of products, and make the catalogue anew.
    """
    taking = take_in(context, STREAMS, Resuming.BEGINNING if anew else Resuming.LAST_ROW)
    renew_catalogue(context.lake, anew=True)
    return taking
