"""What /feeds and its buttons stand on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.access import Access
from bot.core.audit_log import AuditLog
from bot.core.shops import ShopRegistry
from bot.features.feeds.notices import FeedNotices
from bot.features.feeds.ports import FeedPorts
from bot.features.feeds.receiving import Receiving


@dataclass(frozen=True, slots=True)
class FeedServices:
    """`notices` tells people of feeds, `receiving` takes the files that sellers send."""

    ports: FeedPorts
    shops: ShopRegistry
    access: Access
    notices: FeedNotices
    receiving: Receiving
    audit_log: AuditLog
    clock: Callable[[], datetime]
