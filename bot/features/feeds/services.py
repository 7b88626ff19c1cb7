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
from bot.features.feeds.store import FeedDecided
from bot.features.feeds.waiting_feeds import WaitingFeeds
from bot.state.store import Store


@dataclass(frozen=True, slots=True)
class FeedServices:
    """`notices` tells people of feeds, `receiving` takes the files that sellers send.

    `waiting` shows what waits for a decision, `decisions` knows what was decided and may not be carried out yet.
    """

    ports: FeedPorts
    shops: ShopRegistry
    access: Access
    notices: FeedNotices
    waiting: WaitingFeeds
    decisions: Store[FeedDecided]
    receiving: Receiving
    audit_log: AuditLog
    clock: Callable[[], datetime]
