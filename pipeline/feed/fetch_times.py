"""When a shop's address is fetched next. Pure."""

from datetime import datetime, timedelta

from ops.settings import FeedSettings
from pipeline.contracts.feeds import FeedFetch, Shop

LONGEST_WAIT = timedelta(days=1)
ASKED_AFTER = timedelta(seconds=2)
"""Who asks again and again is not served more often."""
READ_ANYHOW_AFTER = timedelta(days=7)
"""So old a file is read again though it is still the same: rates have changed meanwhile, or how we read it."""
MOST_DOUBLED = 30


def wait_after(failures: int, settings: FeedSettings) -> timedelta:
    """How long to wait after so many failures in a row: doubled each time, a day at most."""
    doubled: float = settings.fetch_retry_s * 2 ** min(max(failures - 1, 0), MOST_DOUBLED)
    return min(timedelta(seconds=min(doubled, LONGEST_WAIT.total_seconds())), LONGEST_WAIT)


def every(shop: Shop, settings: FeedSettings) -> timedelta:
    """How long after a fetch that was well the next one follows."""
    return timedelta(seconds=shop.every_s or settings.fetch_every_s)


def due(shop: Shop, fetch: FeedFetch | None, settings: FeedSettings, now: datetime) -> datetime:
    """The moment of the next fetch; what was never fetched is fetched now."""
    if fetch is None:
        return now
    if shop.asked is not None and shop.asked != fetch.asked:
        return max(now, min(fetch.at, now) + ASKED_AFTER)
    at = fetch.at + (wait_after(fetch.failures, settings) if fetch.failures else every(shop, settings))
    if fetch.not_before is not None:
        # No site keeps us away for longer than we would stay away ourselves.
        at = max(at, min(fetch.not_before, fetch.at + LONGEST_WAIT))
    # A clock that was put back must not keep a shop waiting for longer than the longest wait.
    return min(at, now + max(LONGEST_WAIT, every(shop, settings)))


def is_known(fetch: FeedFetch | None, now: datetime) -> bool:
    """Whether the file need not be read when it is still the one of before."""
    if fetch is None or fetch.known is None or fetch.read_at is None:
        return False
    return now - fetch.read_at < READ_ANYHOW_AFTER
