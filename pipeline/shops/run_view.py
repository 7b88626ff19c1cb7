"""The runs of feeds as they stand, followed: for those who show them."""

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from ops import logs
from ops.errors import UnprocessableMessage
from ops.kafka import Kafka
from pipeline.contracts.feeds import FeedRun, FeedState
from pipeline.contracts.messages import decode
from pipeline.contracts.topics import FEED_RUNS
from pipeline.kafka.read_to_end import Record
from pipeline.kafka.topic_follower import TopicFollower

log = logs.get_logger(__name__)
LAST_RECORDS = 20_000
KEPT = 1_000

# Called with a run as it stands now.
RunListener = Callable[[FeedRun], None]


class FeedRuns(Protocol):
    """What is asked of the runs; `RunView` has them."""

    def newest(self) -> list[FeedRun]:
        """Those that wait, and of the others the last thousand; the newest first."""
        ...

    def get(self, key: str) -> FeedRun | None: ...

    def subscribe(self, listener: RunListener) -> None:
        """Have the listener called with each run that changes from now on. It may not raise."""
        ...


class RunView:
    """`async with RunView(kafka) as runs:` returns when what was told of runs before is known.

    Of runs in which an address had the same file as before, the last one of each shop is kept.
    """

    def __init__(self, kafka: Kafka) -> None:
        self._runs: dict[str, FeedRun] = {}
        self._same: dict[str, str] = {}
        self._listeners: list[RunListener] = []
        self._follower = TopicFollower(kafka, FEED_RUNS, self._take, last=LAST_RECORDS)

    async def __aenter__(self) -> Self:
        await self._follower.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._follower.__aexit__(kind, error, trace)

    def newest(self) -> list[FeedRun]:
        return sorted(self._runs.values(), key=lambda run: run.run_id, reverse=True)

    def get(self, key: str) -> FeedRun | None:
        return self._runs.get(key)

    def subscribe(self, listener: RunListener) -> None:
        self._listeners.append(listener)

    def _take(self, record: Record) -> None:
        try:
            run = decode(FeedRun, record.value)
        except UnprocessableMessage as error:
            log.error("run not understood", offset=record.offset, fault=str(error))
            return
        if run.same_file:
            # An address that is fetched every hour must not push out what came of other feeds: its last one is enough.
            self._runs.pop(self._same.get(run.store_id, ""), None)
            self._same[run.store_id] = run.key
        # Told again, it goes to the end, and so the oldest ones stand first.
        self._runs.pop(run.key, None)
        self._runs[run.key] = run
        if len(self._runs) > 2 * KEPT:
            ended = [key for key, one in self._runs.items() if one.state is not FeedState.WAITING]
            for key in ended[: max(0, len(ended) - KEPT)]:
                del self._runs[key]
        for listener in self._listeners:
            listener(run)
