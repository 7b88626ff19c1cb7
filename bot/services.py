"""What handlers may ask. Every part is narrow enough that a test can put its own in its place."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.access import Access
from bot.admin import Admin
from bot.alerts.operators import Operators
from bot.catalog import Catalog
from bot.gate import Gate
from bot.inline_cache import InlineCache
from bot.lists import Lists
from bot.menus import Menus
from bot.people import People
from bot.pictures import Pictures
from bot.privacy import Privacy
from bot.pseudonyms import Pseudonyms
from bot.recommender import Recommender
from bot.suggestions import Suggestions
from bot.taste import Tastes
from bot.watch.book import WatchBook
from pipeline.contracts.messages import AuditEntry, ClientRequest


class Records(Protocol):
    """What is written down about requests and refusals; neither call waits or raises."""

    def request(self, request: ClientRequest) -> None: ...

    def audit(self, entry: AuditEntry) -> None: ...


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that the handlers stand on."""

    catalog: Catalog
    gate: Gate
    lists: Lists
    people: People
    access: Access
    pseudonyms: Pseudonyms
    records: Records
    menus: Menus
    suggestions: Suggestions
    tastes: Tastes
    recommender: Recommender
    watches: WatchBook
    privacy: Privacy
    admin: Admin
    clock: Callable[[], datetime]
    page_size: int = 5
    pictures: Pictures = field(default_factory=Pictures)
    inline_cache: InlineCache = field(default_factory=InlineCache)
    # None: a bot that shows no alerts, such as the one in the terminal.
    operators: Operators | None = None
