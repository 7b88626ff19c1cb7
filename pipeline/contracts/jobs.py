"""What is told about jobs in `chat_state`, and how one is asked for: a model and a key prefix for each kind."""

from enum import StrEnum

from pydantic import Field

from pipeline.contracts.messages import Message, Moment, now

JOB = "job:"
JOB_REQUEST = "job_request:"
FORGET = "forget:"
LAKE_TABLE = "lake:"
RUNS_KEPT = 10


class JobOutcome(StrEnum):
    WAITING = "waiting"
    """Asked for, behind another job."""
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobRun(Message):
    """One run of a job."""

    run_id: str
    job: str
    outcome: JobOutcome
    by: str = Field("schedule", description="`schedule`, or the name of the person who asked")
    request_id: str | None = Field(None, description="the job request that it answers")
    asked_at: Moment = Field(default_factory=now)
    started_at: Moment | None = None
    ended_at: Moment | None = None
    stage: str = Field("", description="what it does now, in English")
    percent: int = Field(0, ge=0, le=100)
    rows_in: int = 0
    rows_out: int = 0
    reason: str = Field("", description="why it failed: one sentence")


class JobStatus(Message):
    """What is known of a job; its key is `job:<name>`. Written by the schedule, at most once a second while it runs."""

    name: str
    about: str = ""
    cron: str = ""
    next_at: Moment | None = None
    missed: int = Field(0, description="runs that were due while the schedule could not start them")
    runs: tuple[JobRun, ...] = Field((), description="the latest runs, the newest first")

    @property
    def last(self) -> JobRun | None:
        return self.runs[0] if self.runs else None


class JobRequest(Message):
    """Run this job now; its key is `job_request:<id>`. The schedule answers with a run of that `request_id`."""

    job: str
    requested_by: str = ""
    at: Moment = Field(default_factory=now)


class ForgetRequest(Message):
    """A person wants all that is kept about them until `at` deleted; its key is `forget:<pseudonym>`.

    The job `forget` sets `done_at` when lake and request index hold nothing of it any more.
    """

    at: Moment = Field(default_factory=now)
    done_at: Moment | None = None


class LakeTable(Message):
    """A table of the lake has been filled, by the key `lake:<name>`; so a lost lake is not taken for a new one."""

    at: Moment = Field(default_factory=now)
