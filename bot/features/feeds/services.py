"""What /feeds and its buttons stand on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.features.feeds.notices import FeedNotices
from bot.features.feeds.ports import FeedPorts


@dataclass(frozen=True, slots=True)
class FeedServices:
    """`notices` tells the admins of feeds that wait."""

    ports: FeedPorts
    notices: FeedNotices
    clock: Callable[[], datetime]
