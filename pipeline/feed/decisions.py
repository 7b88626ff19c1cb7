"""Carrying out what somebody decided about feeds that wait."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

from ops import logs
from ops.kafka import Kafka
from pipeline.contracts.feeds import FeedDecision, FeedRun, FeedState
from pipeline.contracts.topics import FEED_DECISIONS
from pipeline.feed import run_log
from pipeline.feed.feeding import Feeder
from pipeline.feed.running_feed import ended_run
from pipeline.feed.sender import Sender
from pipeline.feed.sent_offers import SentOffers
from pipeline.kafka.live_view import LiveView

log = logs.get_logger(__name__)
AGAIN_S = 5.0


class Decider:
    """Carries a decision out, once: what does not wait (any more) is left as it is."""

    def __init__(self, feeder: Feeder, sender: Sender, offers: SentOffers) -> None:
        self._feeder = feeder
        self._sender = sender
        self._offers = offers

    async def carry_out(self, decision: FeedDecision) -> FeedRun | None:
        """The run as it has ended, told of; None when it does not wait here."""
        run, by = decision.run, decision.by_name or decision.by
        async with self._offers.held() as store:
            if not store.waits(run.key):
                return None
            life = store.life()
        ended = ended_run(run, FeedState.KEPT, decided_by=by)
        if decision.apply:
            withdrawn = await self._feeder.withdraw(run.store_id, run.run_id, life)
            if withdrawn is None:
                ended = ended_run(run, FeedState.SUPERSEDED, decided_by=by)
            else:
                # None left: they were withdrawn before a crash.
                ended = ended_run(run, FeedState.DONE, decided_by=by, withdrawn=withdrawn or run.missing)
        await run_log.tell(self._sender, [ended])
        async with self._offers.held() as store:
            with store.transaction():
                store.wait_no_more(run.key)
        log.info("decided", run=run.key, state=ended.state.value, withdrawn=ended.withdrawn)
        return ended


class DecisionsFollower:
    """Carries out every decision as it comes, and at the start those that came meanwhile."""

    def __init__(self, kafka: Kafka, decider: Decider) -> None:
        self._decider = decider
        self._view = LiveView(kafka, FEED_DECISIONS, FeedDecision)
        self._pending: asyncio.Queue[FeedDecision] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._view.subscribe(self._take)
        await self._view.__aenter__()
        for _, decision in self._view.items():
            self._pending.put_nowait(decision)
        self._task = asyncio.create_task(self._run(), name="feed decisions")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._view.__aexit__(kind, error, trace)

    async def _take(self, key: str, before: FeedDecision | None, after: FeedDecision | None) -> None:
        if after is not None:
            self._pending.put_nowait(after)

    async def _run(self) -> None:
        while True:
            decision = await self._pending.get()
            try:
                await self._decider.carry_out(decision)
            except Exception:
                # Nobody awaits this task, and the decision stands.
                log.exception("a decision was not carried out", run=decision.run.key, again_in_s=AGAIN_S)
                await asyncio.sleep(AGAIN_S)
                self._pending.put_nowait(decision)
