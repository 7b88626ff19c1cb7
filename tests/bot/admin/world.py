"""The admins' part of the services, in memory."""

from dataclasses import dataclass, field

from bot.access import Access
from bot.admin import Admin
from bot.bans.desk import BanDesk
from bot.bans.questions import Questions
from bot.bans.work import BanWork
from bot.jobs import Jobs
from bot.people import People
from bot.pseudonyms import Pseudonyms
from bot.reports.desk import Reports
from bot.reports.drawing import Drawing
from bot.role_book import RoleBook
from bot.synonym_book import SynonymBook
from pipeline.contracts.ban_requests import BanRequest
from pipeline.contracts.chat_state import RoleGrant
from pipeline.contracts.jobs import JobRequest, JobStatus
from pipeline.contracts.synonyms import SynonymLine
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
    trail: MemoryTrail = field(default_factory=MemoryTrail)
    second_admin_above: int = 1_000

    def __post_init__(self) -> None:
        self.book = MemoryBook(self.bans, self.catalog, self.trail, self.clock)
        self.reporter = MemoryReporter(self.clock)
        self.letters = MemoryLetters(self.trail)
        self.all = tuple(self.catalog.shelf.values())

    def admin(self, grants: MemoryState[RoleGrant], access: Access, people: People, names: Pseudonyms) -> Admin:
        """A bot's admin services over it."""
        desk = BanDesk(
            self.requests,
            self.book,
            self.catalog,
            self.trail,
            self.clock,
            second_admin_above=self.second_admin_above,
        )
        return Admin(
            desk=desk,
            work=BanWork(desk, self.catalog, self.trail, access=access, people=people, pseudonyms=names),
            held=MemoryHeldBack(self.all, self.clock),
            trail=self.trail,
            roles=RoleBook(grants, access, names, self.trail, self.clock),
            synonyms=SynonymBook(self.lines, self.trail, self.clock),
            letters=self.letters,
            jobs=Jobs(self.jobs, self.job_requests),
            reports=Reports(self.reporter, Drawing(), lambda name: people.quiet(name).utc_offset, 2),
            questions=Questions(self.clock),
        )
