"""What the admins' commands stand on, beside what all handlers have."""

import asyncio
from dataclasses import dataclass, field

from bot.core.audit_log import AuditLog
from bot.features.bans.progress import BanProgress
from bot.features.bans.questions import ValueQuestions
from bot.features.bans.refused_products import RefusedProducts
from bot.features.bans.service import BanService
from bot.features.dead_letters.store import DeadLetterAccess
from bot.features.jobs.service import Jobs
from bot.features.reports.service import ReportService
from bot.features.roles.store import RoleStore
from bot.features.synonyms.store import SynonymStore


@dataclass(frozen=True, slots=True)
class Admin:
    """Everything that only admins touch."""

    desk: BanService
    work: BanProgress
    held: RefusedProducts
    audit_log: AuditLog
    roles: RoleStore
    synonyms: SynonymStore
    letters: DeadLetterAccess
    jobs: Jobs
    reports: ReportService
    questions: ValueQuestions
    # One settling of letters at a time: of two presses at once the second finds nothing left to do.
    settling: asyncio.Lock = field(default_factory=asyncio.Lock)
