"""The admins' part of the services, in memory."""

from dataclasses import dataclass, field

from bot.admin import Admin
from bot.core.access import Access
from bot.core.people import People
from bot.core.pseudonyms import Pseudonyms
from bot.features.bans.models import BanRequest
from bot.features.bans.progress import BanProgress
from bot.features.bans.questions import ValueQuestions
from bot.features.bans.service import BanService
from bot.features.jobs.service import Jobs
from bot.features.reports.drawing import Drawing
from bot.features.reports.service import ReportService
from bot.features.roles.store import RoleStore
from bot.features.synonyms.store import SynonymStore
from bot.products.synonyms import SynonymLine
from pipeline.contracts.chat_state import RoleGrant
from pipeline.contracts.jobs import JobRequest, JobStatus
from tests.bot.admin.memory import MemoryBook, MemoryHeldBack, MemoryLetters, MemoryReporter, MemoryTrail
from tests.bot.memory import Clock, MemoryBans, MemoryCatalog, MemoryState


@dataclass
class AdminWorld:
    """What outlives the bot."""

    catalog: MemoryCatalog
    bans: MemoryBans
    clock: Clock
    requests: MemoryState[BanRequest] = field(default_factory=MemoryState)
    lines: MemoryState[SynonymLine] = field(default_factory=MemoryState)
    jobs: MemoryState[JobStatus] = field(default_factory=MemoryState)
    job_requests: MemoryState[JobRequest] = field(default_factory=MemoryState)
    audit_log: MemoryTrail = field(default_factory=MemoryTrail)
    second_admin_above: int = 1_000

    def __post_init__(self) -> None:
        self.book = MemoryBook(self.bans, self.catalog, self.audit_log, self.clock)
        self.reporter = MemoryReporter(self.clock)
        self.letters = MemoryLetters(self.audit_log)
        self.all = tuple(self.catalog.shelf.values())

    def admin(self, grants: MemoryState[RoleGrant], access: Access, people: People, names: Pseudonyms) -> Admin:
        """A bot's admin services over it."""
        desk = BanService(
            self.requests,
            self.book,
            self.catalog,
            self.audit_log,
            self.clock,
            second_admin_above=self.second_admin_above,
        )
        return Admin(
            desk=desk,
            work=BanProgress(desk, self.catalog, self.audit_log, access=access, people=people, pseudonyms=names),
            held=MemoryHeldBack(self.all, self.clock),
            audit_log=self.audit_log,
            roles=RoleStore(grants, access, names, self.audit_log, self.clock),
            synonyms=SynonymStore(self.lines, self.audit_log, self.clock),
            letters=self.letters,
            jobs=Jobs(self.jobs, self.job_requests),
            reports=ReportService(self.reporter, Drawing(), lambda name: people.quiet(name).utc_offset, 2),
            questions=ValueQuestions(self.clock),
        )
