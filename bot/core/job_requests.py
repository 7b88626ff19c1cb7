"""The lake's jobs: what the schedule tells of them, and asking it for a run."""

from bot.state.store import Store, StoreSpec
from bot.ui.callback_ids import mark
from pipeline.contracts.jobs import JOB, JOB_REQUEST, JobOutcome, JobRequest, JobRun, JobStatus

ACTIVE = frozenset({JobOutcome.WAITING, JobOutcome.RUNNING})
JOB_STATUSES = StoreSpec(JOB, JobStatus)
JOB_REQUESTS = StoreSpec(JOB_REQUEST, JobRequest)


class JobQueue:
    """Runs are the schedule's: the bot only asks, and looks."""

    def __init__(self, statuses: Store[JobStatus], requests: Store[JobRequest]) -> None:
        self._statuses = statuses
        self._requests = requests

    def all(self) -> tuple[JobStatus, ...]:
        """Every job, by name."""
        return tuple(status for _, status in sorted(self._statuses.entries()))

    def get(self, name: str) -> JobStatus | None:
        """What is known of the job, or None when there is no such job."""
        return self._statuses.get(name)

    def asked(self, job: JobStatus) -> bool:
        """Whether a run was asked for that the schedule has not begun yet."""
        return self._requests.get(_request_id(job)) is not None

    async def run_now(self, job: JobStatus, by: str) -> bool:
        """Ask for a run; False when one is under way or asked for. Durable when it returns. Raises KafkaError.

        The request is named after the last run, so that presses of one moment are one request.
        """
        if active(job) is not None or self.asked(job):
            return False
        await self._requests.put(_request_id(job), JobRequest(job=job.name, requested_by=by))
        return True


def active(job: JobStatus) -> JobRun | None:
    """The run that waits or goes on."""
    return next((run for run in job.runs if run.outcome in ACTIVE), None)


def _request_id(job: JobStatus) -> str:
    return mark(f"{job.name}:{job.last.run_id if job.last else ''}", 9)
