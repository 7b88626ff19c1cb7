"""Feeding a file: parse, compare with what was sent before, send what is new, withdraw what is gone."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing
from pathlib import Path

from aiokafka.errors import KafkaConnectionError, KafkaError

from ops import logs, metrics
from ops.errors import ServerAway
from ops.settings import FeedSettings
from pipeline.contracts.feeds import LINE_HEADER, RUN_HEADER, FeedRun, FeedScope, FeedState, moment_of
from pipeline.contracts.messages import HEADERS, decode, encode, offer_id
from pipeline.contracts.topics import PRODUCTS
from pipeline.feed import run_log
from pipeline.feed.care import WholeFeed, why_to_wait
from pipeline.feed.offer_digest import GONE
from pipeline.feed.offer_store import KnownOffer, OfferChange, OfferStore
from pipeline.feed.parsers import Parsers
from pipeline.feed.planning import Planned, Step, plan
from pipeline.feed.progress import Board
from pipeline.feed.refused_rows import file_letter, letters_of, verdict
from pipeline.feed.rows import TOO_LARGE, Refusal, UnreadableFile, refuse
from pipeline.feed.running_feed import Ending, RunningFeed, ended_run
from pipeline.feed.sender import OutgoingRecord, Sender
from pipeline.feed.sent_offers import SentOffers
from pipeline.feed.slices import ReadyOutcome, ReadyRow

log = logs.get_logger(__name__)
AT_ONCE = 500
CHANGED_MEANWHILE = "the file changed while it was read"
LOST_MEANWHILE = "what the shop had sent before was forgotten meanwhile; send the file again"


class Feeder:
    """Feeds files; many may be fed at once, and take turns, one slice each.

    What it is given is compared with what is in `products` at that moment, and only news is written. When a method
    returns, everything that it was given is on all in-sync copies, as products, tombstones or dead letters.
    """

    def __init__(self, sender: Sender, offers: SentOffers, settings: FeedSettings) -> None:
        self._sender = sender
        self._offers = offers
        self._settings = settings

    async def feed(self, path: Path, feed: RunningFeed, *, parsers: Parsers, board: Board) -> None:
        """Send every row of the file that is news.

        Raises UnreadableFile when nothing can be read from the file, StartupError when Kafka stays away. A file that
        breaks off after some rows is `summary.incomplete`.
        """
        summary = feed.summary
        try:
            async with aclosing(parsers.slices(path)) as slices:
                async for part in slices:
                    feed.whole = part.whole
                    summary.remarked(part.remarks)
                    if part.rows:
                        await self.send(feed, part.rows)
                        await self._tell_progress(feed)
                        board.show(feed.name, summary)
        except UnreadableFile as error:
            if not summary.is_read():
                await run_log.tell(self._sender, [feed.run_of(store, _refused(error)) for store in feed.runs()])
                raise
            summary.incomplete = str(error)
        if summary.refused > summary.put_aside:
            await self._sender.put_aside([file_letter(feed.name, summary)])

    async def _tell_progress(self, feed: RunningFeed) -> None:
        """Who sent a file in the chat sees it advance; nobody looks at the others so closely."""
        if feed.origin.channel == "chat" and feed.is_to_be_told():
            running = Ending(FeedState.RUNNING)
            await run_log.tell(self._sender, [feed.run_of(store, running) for store in feed.runs()])

    async def send(self, feed: RunningFeed, outcomes: Iterable[ReadyOutcome]) -> None:
        """Send one slice of the file, and count it. Of its refused rows, the first so many are put aside one by one."""
        rows: list[ReadyRow] = []
        refusals: list[Refusal] = []
        for outcome in outcomes:
            (rows if isinstance(outcome, ReadyRow) else refusals).append(outcome)  # type: ignore[arg-type]
        begun = [store for store in dict.fromkeys(row.store for row in rows) if store not in feed.shops]
        for store in begun:
            feed.part(store)
        if begun:
            running = Ending(FeedState.RUNNING)
            await run_log.tell(self._sender, [feed.run_of(store, running) for store in begun if store in feed.runs()])
        await self._refuse(feed, refusals)
        async with self._offers.held() as known:
            await self._catch_up(feed)
            planned = _planned(known, feed, rows)
            too_large = await self._write(known, feed, planned, refusals)
        await self._refuse(feed, too_large)

    async def conclude(self, feed: RunningFeed, *, unchanged: Callable[[], bool]) -> list[FeedRun]:
        """After the last row: withdraw what whole feeds no longer have, or let it wait, and tell of the runs.

        `unchanged` says whether the file is still as it was before it was read.
        """
        runs = []
        for store in feed.runs():
            ending = await self._end(feed, store, unchanged)
            feed.summary.withdrawn += ending.withdrawn
            runs.append(feed.run_of(store, ending))
            if ending.state is FeedState.WAITING:
                cure = f"`python -m pipeline feeds apply {feed.run_id}`, or `keep`"
                feed.summary.notes.append(f"nothing is withdrawn yet: {ending.reason}; {cure}")
        await self._replace_waiting(runs)
        await run_log.tell(self._sender, runs)
        for run in runs:
            run_log.count(run)
        return runs

    async def give_up(self, attempts: Sequence[RunningFeed], reason: str) -> None:
        """The last of several attempts at a file has failed: tell of its run, and that the others are over."""
        *before, last = attempts
        failed = [last.run_of(store, Ending(FeedState.FAILED, reason)) for store in last.runs()]
        await run_log.tell(self._sender, failed)
        for run in failed:
            run_log.count(run)
        await self.pass_over(before)

    async def pass_over(self, attempts: Iterable[RunningFeed]) -> None:
        """These runs of a file are over: it was fed again."""
        over = Ending(FeedState.SUPERSEDED)
        runs = [feed.run_of(store, over) for feed in attempts for store in feed.runs()]
        await run_log.tell(self._sender, runs, last=False)

    async def withdraw(self, store_id: str, run_id: str, life: int) -> int | None:
        """Withdraw the shop's offers of which this run and later ones have not spoken; how many.

        None when that is no longer known, or a later whole feed is in force.
        """
        withdrawn, after, mark = 0, "", moment_of(run_id)
        headers = [*HEADERS, (RUN_HEADER, run_id.encode())]
        while True:
            async with self._offers.held() as store:
                await self._catch_up(None)
                if store.life() != life or store.whole_mark(store_id) > mark:
                    return None
                gone = store.missing(store_id, mark, AT_ONCE, after)
                keys = [offer_id(store_id, product) for product in gone]
                written = await self._sender.write([OutgoingRecord(PRODUCTS.name, key, None, headers) for key in keys])
                with store.transaction():
                    store.change([OfferChange(store_id, product, GONE, mark) for product in gone])
                    self._offers.log.advance(store, filter(None, written))
                    if not gone and not after:
                        store.put_in_force(store_id, mark)
            if not gone and not after:
                return withdrawn
            # At the end once more from the beginning: others may have written meanwhile.
            after = gone[-1] if gone else ""
            withdrawn += len(gone)
            metrics.FEED_OFFERS.labels(Step.WITHDRAWN.value).inc(len(gone))

    async def _end(self, feed: RunningFeed, store_id: str, unchanged: Callable[[], bool]) -> Ending:
        """How the shop's part of the file ends."""
        async with self._offers.held() as store:
            await self._catch_up(feed)
            offers, missing = await asyncio.to_thread(store.counted, store_id, feed.mark)
            if (obstacle := self._obstacle(store, feed, store_id, unchanged)) is not None:
                return Ending(*obstacle, offers)
            if reason := self._why_to_wait(feed, store_id, offers, missing):
                ending = Ending(FeedState.WAITING, reason, offers, missing)
                run = feed.run_of(store_id, ending)
                with store.transaction():
                    store.wait(run.key, store_id, encode(run))
                return ending
        withdrawn = await self.withdraw(store_id, feed.run_id, feed.life)
        if withdrawn is None:
            return Ending(FeedState.SUPERSEDED, "", offers, missing)
        return Ending(FeedState.DONE, "", offers, missing, withdrawn)

    @staticmethod
    def _obstacle(
        store: OfferStore, feed: RunningFeed, store_id: str, unchanged: Callable[[], bool]
    ) -> tuple[FeedState, str] | None:
        """Why nothing is withdrawn, be it that nothing is to be; None when it may be."""
        if store.whole_mark(store_id) > feed.mark:
            return FeedState.SUPERSEDED, ""
        if feed.summary.incomplete:
            return FeedState.INCOMPLETE, feed.summary.incomplete
        if feed.part(store_id).scope is FeedScope.PARTIAL:
            return FeedState.DONE, ""
        if not unchanged():
            return FeedState.INCOMPLETE, CHANGED_MEANWHILE
        if store.life() != feed.life:
            return FeedState.INCOMPLETE, LOST_MEANWHILE
        return None

    def _why_to_wait(self, feed: RunningFeed, store_id: str, offers: int, missing: int) -> str:
        summary = feed.summary
        rows = summary.refused + sum(feed.part(store_id).steps.values())
        reason = why_to_wait(WholeFeed(offers, missing, rows, summary.refused), self._settings)
        return reason or (verdict(summary, self._settings.refused_letters) if missing else "")

    async def _replace_waiting(self, runs: Iterable[FeedRun]) -> list[FeedRun]:
        """What waited before a whole feed of the shop that has now ended is superseded by it; these runs as ended."""
        replaced = []
        async with self._offers.held() as store:
            for run in runs:
                if run.scope is FeedScope.WHOLE and run.state in {FeedState.DONE, FeedState.WAITING}:
                    waiting = store.waiting_of(run.store_id)
                    replaced += [decode(FeedRun, told) for key, told in waiting.items() if key < run.key]
        ended = [ended_run(run, FeedState.SUPERSEDED) for run in replaced]
        await run_log.tell(self._sender, ended, last=False)
        async with self._offers.held() as store:
            with store.transaction():
                for run in ended:
                    store.wait_no_more(run.key)
        return ended

    async def _write(
        self, store: OfferStore, feed: RunningFeed, planned: Sequence[Planned], refusals: Sequence[Refusal]
    ) -> list[Refusal]:
        """Write what is news, note it, and count; the rows that are too large for the topic."""
        news = [one for one in planned if one.step.writes]
        written = await self._sender.write([_record(feed, one.row) for one in news])
        large = {id(one) for one, place in zip(news, written, strict=True) if place is None}
        taken = [one for one in planned if id(one) not in large]
        with store.transaction():
            store.change(
                [
                    OfferChange(one.row.store, one.row.product, one.row.digest, feed.mark)
                    for one in taken
                    if one.step is not Step.PASSED_OVER
                ]
            )
            # A row that is too large for the topic speaks of its offer too.
            for one in planned:
                if id(one) in large:
                    store.touch(one.row.store, [one.row.product], feed.mark)
            for shop, named in feed.named_by(refusals).items():
                store.touch(shop, named, feed.mark)
            self._offers.log.advance(store, filter(None, written))
        for one in taken:
            feed.count(one)
            metrics.FEED_OFFERS.labels(one.step.value).inc()
        metrics.FEED_ROWS.labels("sent").inc(len(taken))
        return [refuse(one.row.row, "the product is too large", TOO_LARGE) for one in planned if id(one) in large]

    async def _refuse(self, feed: RunningFeed, refusals: Sequence[Refusal]) -> None:
        summary = feed.summary
        letters = letters_of(feed.name, refusals, self._settings.refused_letters - summary.put_aside)
        await self._sender.put_aside(letters)
        summary.put_aside += len(letters)
        for refusal in refusals:
            summary.refuse(refusal)
        metrics.FEED_ROWS.labels("refused").inc(len(refusals))

    async def _catch_up(self, feed: RunningFeed | None) -> None:
        """Bring the store up to what is in `products`; over an outage, as long as the sender has patience."""

        async def act(_: object) -> None:
            try:
                await self._offers.log.catch_up(self._offers.store)
            except KafkaError:
                await self._offers.log.close()
                raise
            except ServerAway as error:
                await self._offers.log.close()
                raise KafkaConnectionError(str(error)) from error

        await self._sender.trying(act)
        if feed is not None and not feed.life:
            feed.life = self._offers.store.life()


def _planned(store: OfferStore, feed: RunningFeed, rows: Sequence[ReadyRow]) -> list[Planned]:
    by_shop: dict[str, list[str]] = {}
    for row in rows:
        by_shop.setdefault(row.store, []).append(row.product)
    known: dict[str, KnownOffer] = {}
    for store_id, products in by_shop.items():
        known |= {offer_id(store_id, product): one for product, one in store.known(store_id, products).items()}
    whole = {store_id: store.whole_mark(store_id) for store_id in by_shop}
    return list(plan(rows, known, whole, feed.mark))


def _record(feed: RunningFeed, row: ReadyRow) -> OutgoingRecord:
    headers = [*HEADERS, (RUN_HEADER, feed.run_id.encode()), (LINE_HEADER, str(row.row.line).encode())]
    return OutgoingRecord(PRODUCTS.name, row.key, row.value, headers)


def _refused(error: UnreadableFile) -> Ending:
    return Ending(FeedState.REFUSED, str(error))
