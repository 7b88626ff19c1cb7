"""What handlers may ask. Every part is narrow enough that a test can put its own in its place."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.admin import Admin
from bot.core.access import Access
from bot.core.people import People
from bot.core.pseudonyms import Pseudonyms
from bot.features.alerts.operators import Operators
from bot.features.help.suggestions import Suggestions
from bot.features.privacy.service import Privacy
from bot.features.recommendations.recommender import Recommender
from bot.features.recommendations.store import PreferenceStore
from bot.features.search.inline_cache import InlineCache
from bot.features.watches.store import WatchStore
from bot.products.catalog import Catalog
from bot.products.list_store import ListStore
from bot.products.visibility import VisibilityPolicy
from bot.telegram.menus import Menus
from bot.telegram.pictures import Pictures
from pipeline.contracts.messages import AuditEntry, ClientRequest


class Records(Protocol):
    """What is written down about requests and refusals; neither call waits or raises."""

    def request(self, request: ClientRequest) -> None: ...

    def audit(self, entry: AuditEntry) -> None: ...


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that the handlers stand on."""

    catalog: Catalog
    visibility: VisibilityPolicy
    lists: ListStore
    people: People
    access: Access
    pseudonyms: Pseudonyms
    records: Records
    menus: Menus
    suggestions: Suggestions
    preferences: PreferenceStore
    recommender: Recommender
    watches: WatchStore
    privacy: Privacy
    admin: Admin
    clock: Callable[[], datetime]
    page_size: int = 5
    pictures: Pictures = field(default_factory=Pictures)
    inline_cache: InlineCache = field(default_factory=InlineCache)
    # None: a bot that shows no alerts, such as the one in the terminal.
    operators: Operators | None = None
