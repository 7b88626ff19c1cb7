"""Runs and jobs as a person reads them."""

from datetime import timedelta

from analytics.runs.print_runs import described, job_table
from pipeline.contracts.jobs import JobOutcome, JobRun, JobStatus
from pipeline.contracts.messages import now

BEGAN = now()
DONE = JobRun(
    run_id="r", job="ingest", outcome=JobOutcome.DONE, started_at=BEGAN, ended_at=BEGAN + timedelta(seconds=2.5),
    rows_in=12_000, rows_out=7,
)  # fmt: skip
FAILED = DONE.model_copy(update={"outcome": JobOutcome.FAILED, "reason": "HDFS is in safe mode."})


def test_a_run_is_one_line_with_its_rows_or_its_reason() -> None:
    assert described(DONE) == "ingest done in 2.5 s: 12,000 rows in, 7 rows out"
    assert described(DONE.model_copy(update={"stage": "3 files"})).endswith("7 rows out (3 files)")
    assert described(FAILED) == "ingest failed after 2.5 s: HDFS is in safe mode."


def test_a_job_that_failed_says_why_and_the_others_what_they_do() -> None:
    statuses = [
        JobStatus(name="ingest", about="takes", cron="*/5 * * * *", runs=(FAILED,)),
        JobStatus(name="forget", about="deletes"),
    ]
    head, ingest, forget = job_table(statuses).splitlines()
    assert head.split() == ["JOB", "CLOCK", "LAST", "AT", "ROWS", "IN", "ROWS", "OUT", "WHAT", "IT", "DOES"]
    assert ingest.startswith("ingest  */5 * * * *  failed")
    assert ingest.endswith("HDFS is in safe mode.")
    assert (forget.split()[0], forget.split()[-1]) == ("forget", "deletes")
