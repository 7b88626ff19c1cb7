"""What /jobs and its buttons stand on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.audit_log import AuditLog
from bot.core.job_requests import JobQueue
from bot.features.jobs.progress import JobProgress


@dataclass(frozen=True, slots=True)
class JobServices:
    """`jobs` asks the schedule for runs, `progress` shows how they go on."""

    jobs: JobQueue
    progress: JobProgress
    audit_log: AuditLog
    clock: Callable[[], datetime]
