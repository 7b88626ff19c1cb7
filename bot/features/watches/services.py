"""What the handlers of watches stand on."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.core.people import People
from bot.core.request_log import RequestLog
from bot.features.watches.follower import Learning, Settling
from bot.features.watches.models import LogEnds
from bot.features.watches.notifier import WatchNotifier
from bot.features.watches.questions import PriceQuestions
from bot.features.watches.store import WatchStore
from bot.features.watches.watcher import Watcher
from bot.products.offers import Products

# Where the log of products ends now. Raises KafkaError.
Ends: TypeAlias = Callable[[], Awaitable[LogEnds]]
# Reads changed products for the watcher and for the products in memory, until cancelled.
Follow: TypeAlias = Callable[[Settling, Learning], Coroutine[object, object, None]]


@dataclass(frozen=True, slots=True)
class WatchServices:
    """`watcher` takes changed products from `follow`; None: whoever has them gives them to it. `notifier` tells."""

    products: Products
    people: People
    request_log: RequestLog
    clock: Callable[[], datetime]
    watches: WatchStore
    questions: PriceQuestions
    watcher: Watcher
    notifier: WatchNotifier
    ends: Ends
    follow: Follow | None
