"""The lake's jobs, their last runs, and Run now: how the feature is registered."""

from collections.abc import Sequence

from bot.container.foundation import Foundation
from bot.container.registration import Command, Feature, on
from bot.core.background_tasks import Work
from bot.core.job_requests import JOB_REQUESTS, JOB_STATUSES, JobQueue
from bot.core.recent_changes import RecentChanges
from bot.features.jobs.buttons import RunJob, ShowJobs
from bot.features.jobs.changes import runs_since
from bot.features.jobs.handlers import jobs, run_job, show_jobs
from bot.features.jobs.progress import JobProgress
from bot.features.jobs.services import JobServices
from bot.ui.locale import later
from bot.ui.roles import Role


def build(base: Foundation) -> JobServices:
    """What the schedule tells in `chat_state`, and what is asked of it there."""
    queue = JobQueue(base.stores.of(JOB_STATUSES), base.stores.of(JOB_REQUESTS))
    base.shared.get(RecentChanges).add(lambda since, texts: runs_since(queue.all(), since, texts))
    return JobServices(jobs=queue, progress=JobProgress(queue), audit_log=base.audit_log, clock=base.clock)


def work(services: JobServices) -> Sequence[Work]:
    """Let go of every message that is followed when the bot stops."""
    return (Work("job-progress", services.progress.run),)


JOBS = Feature(
    name="jobs",
    build=build,
    commands=(Command("jobs", jobs, Role.ADMIN, later("background jobs")),),
    buttons=(on(ShowJobs, show_jobs), on(RunJob, run_job)),
    work=work,
)
