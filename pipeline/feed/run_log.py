"""Telling of runs: the topics, and the metrics that follow from them."""

from collections.abc import Iterable
from datetime import datetime

from ops import metrics
from pipeline.contracts.feeds import FeedRun, FeedState
from pipeline.contracts.messages import HEADERS, encode
from pipeline.contracts.topics import FEED_RUNS, LAST_FEED_RUNS
from pipeline.feed.sender import OutgoingRecord, Sender

MOST_SHOPS_MEASURED = 2_000
FED = frozenset({FeedState.DONE, FeedState.WAITING, FeedState.KEPT})
"""How a run ends that brought all that the shop sent."""


async def tell(sender: Sender, runs: Iterable[FeedRun], *, last: bool = True) -> None:
    """Returns when the runs are on all in-sync copies: in `feed_runs`, and beside it the last one of each shop.

    `last`: none of the shops has had a later run.
    """
    records = []
    for run in runs:
        value = encode(run)
        records.append(OutgoingRecord(FEED_RUNS.name, run.key, value, HEADERS))
        if last and run.state is not FeedState.RUNNING:
            records.append(OutgoingRecord(LAST_FEED_RUNS.name, run.store_id, value, HEADERS))
    await sender.write(records)


def count(run: FeedRun) -> None:
    """Count a run that has ended."""
    metrics.FEED_RUNS.labels(run.state.value).inc()
    metrics.FEED_RUN_SECONDS.observe(run.seconds)


class LastFeeds:
    """When the last feed of each shop ended, for the operators' alert; fed from `last_feed_runs`."""

    def __init__(self) -> None:
        self._ended: dict[str, datetime] = {}
        self._waiting: set[str] = set()

    def waits(self, store: str) -> bool:
        """Whether the shop's last feed waits for somebody's decision."""
        return store in self._waiting

    async def take(self, key: str, before: FeedRun | None, after: FeedRun | None) -> None:
        """A listener of the live view."""
        self._waiting.discard(key)
        if after is None:
            self._ended.pop(key, None)
            if before is not None:
                metrics.FEED_LAST.remove(key)
        else:
            if after.state is FeedState.WAITING:
                self._waiting.add(key)
            if after.state in FED and after.ended is not None:
                self._show(key, after.ended)
        metrics.FEED_WAITING.set(len(self._waiting))

    def _show(self, store: str, ended: datetime) -> None:
        if store in self._ended or len(self._ended) < MOST_SHOPS_MEASURED:
            self._ended[store] = ended
            metrics.FEED_LAST.labels(store).set(ended.timestamp())
