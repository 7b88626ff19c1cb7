"""What the admins' commands stand on, beside what all handlers have."""

import asyncio
from dataclasses import dataclass, field

from bot.audit_trail import AuditTrail
from bot.bans.desk import BanDesk
from bot.bans.held import HeldBack
from bot.bans.questions import Questions
from bot.bans.work import BanWork
from bot.jobs import Jobs
from bot.letters import Letters
from bot.reports.desk import Reports
from bot.role_book import RoleBook
from bot.synonym_book import SynonymBook


@dataclass(frozen=True, slots=True)
class Admin:
    """Everything that only admins touch."""

    desk: BanDesk
    work: BanWork
    held: HeldBack
    trail: AuditTrail
    roles: RoleBook
    synonyms: SynonymBook
    letters: Letters
    jobs: Jobs
    reports: Reports
    questions: Questions
    # One settling of letters at a time: of two presses at once the second finds nothing left to do.
    settling: asyncio.Lock = field(default_factory=asyncio.Lock)
