"""Feeds that are fetched from their shops' addresses, by the clock: each becomes a file of the shop's folder."""

import asyncio
import secrets
import time
from collections.abc import Callable, ItemsView
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from ops import logs, metrics
from ops.service import Service
from ops.settings import FeedSettings
from pipeline.contracts.feeds import (
    FeedFetch,
    FeedRun,
    FeedState,
    FetchedFile,
    FetchFault,
    Shop,
    address_token,
    fetch_of,
    new_run_id,
)
from pipeline.contracts.messages import HEADERS, encode, now
from pipeline.contracts.topics import FEED_FETCHES
from pipeline.feed import fetch_steps, run_log
from pipeline.feed.address_folder import AddressFolder, forget
from pipeline.feed.downloading import Downloaded, FetchFailed, download
from pipeline.feed.dropped import Dropped
from pipeline.feed.fetch_steps import FileFed
from pipeline.feed.fetch_times import due, is_known
from pipeline.feed.sender import OutgoingRecord, Sender
from pipeline.kafka.live_view import Listener
from pipeline.shops.feed_address import masked

log = logs.get_logger(__name__)
LOOK_S = 5.0
"""So often it is looked whether a file still lies there, of which nobody has told what came of it."""


class ShopsView(Protocol):
    """What is asked of the registry; a live view of `shops` has it."""

    def get(self, key: str) -> Shop | None: ...

    def items(self) -> ItemsView[str, Shop]: ...

    def subscribe(self, listener: Listener[Shop]) -> None: ...


def run_name(store_id: str, address: str) -> str:
    """What the run of a fetched file is called: the shop, and the address without anything secret."""
    return f"{store_id}/{masked(address)}"


class AddressFeeds:
    """Fetches each address when it is due, at most one at a time a shop, and tells in `feed_fetches` how it stands.

    `told` is what was told there before this start; `waits` says whether a shop's last feed waits for a decision.
    """

    def __init__(
        self,
        folder: AddressFolder,
        shops: ShopsView,
        sender: Sender,
        settings: FeedSettings,
        service: Service,
        *,
        told: dict[str, FeedFetch],
        waits: Callable[[str], bool],
    ) -> None:
        self._folder = folder
        self._shops = shops
        self._sender = sender
        self._settings = settings
        self._service = service
        self._told = told
        self._waits = waits
        self._places = asyncio.Semaphore(settings.fetch_at_once)
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._fed: dict[str, asyncio.Future[FileFed]] = {}
        self._closing = False

    async def __aenter__(self) -> Self:
        left = await asyncio.to_thread(self._folder.clean)
        if left:
            log.info("unfinished fetches removed", files=left)
        self._scheduler.start()
        self._shops.subscribe(self._changed)
        for _, shop in list(self._shops.items()):
            self._plan(shop)
        # A shop that was removed, or lost its address, while nobody looked.
        for store_id in list(self._told):
            if not self._address_of(store_id):
                await self._forget(store_id)
        self._measure()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing = True
        self._scheduler.shutdown(wait=False)
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def was_fed(self, file: Dropped, fed: FileFed) -> None:
        """A file of the folder is out of the way; those that were fetched are waited for here."""
        waiting = self._fed.get(address_token(file.path.name))
        if waiting is not None and not waiting.done():
            waiting.set_result(fed)

    async def _changed(self, key: str, before: Shop | None, after: Shop | None) -> None:
        """A listener of the registry: another address begins anew, and so does a fetch that goes on."""
        if self._closing:
            return
        task = self._tasks.get(key)
        if task is not None and (before is None or after is None or fetch_of(before) != fetch_of(after)):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if after is not None and after.address:
            self._plan(after)
            self._measure()
            return
        self._unplan(key)
        await self._forget(key)

    def _plan(self, shop: Shop) -> None:
        """Set the clock of the shop; one that is being fetched gets it at its end."""
        if not shop.address or shop.store_id in self._tasks or self._closing:
            return
        told = fetch_steps.of_shop(shop, self._told.get(shop.store_id))
        at = now() if told is not None and told.pending is not None else due(shop, told, self._settings, now())
        self._scheduler.add_job(
            self._begin,
            "date",
            run_date=at,
            args=(shop.store_id,),
            id=shop.store_id,
            replace_existing=True,
            misfire_grace_time=None,
        )

    def _unplan(self, store_id: str) -> None:
        try:
            self._scheduler.remove_job(store_id)
        except JobLookupError:
            # It has just begun, or was never planned.
            return

    async def _begin(self, store_id: str) -> None:
        shop = self._shops.get(store_id)
        if shop is None or not shop.address or store_id in self._tasks or self._closing:
            return
        task = self._tasks[store_id] = asyncio.create_task(self._fetch(shop, shop.address))
        self._service.guard(task)
        task.add_done_callback(partial(self._ended, store_id))

    def _ended(self, store_id: str, _: asyncio.Task[None]) -> None:
        self._tasks.pop(store_id, None)
        shop = self._shops.get(store_id)
        if shop is not None:
            self._plan(shop)

    async def _fetch(self, shop: Shop, address: str) -> None:
        """Fetch once, and wait until what was fetched is fed; of a file from before a restart, only the latter."""
        before = fetch_steps.of_shop(shop, self._told.get(shop.store_id))
        if before is not None and before.pending is not None:
            await self._settle(before, before.pending)
            return
        began, token = now(), secrets.token_urlsafe(8)
        try:
            found = await self._downloaded(shop, address, before, token)
        except FetchFailed as error:
            await self._fail(shop, before, error)
            return
        if isinstance(found, FeedFetch):
            await self._settle(found, found.pending)
        elif before is not None:
            metrics.FEED_FETCHES.labels("same").inc()
            log.info("not changed at its address", shop=shop.store_id, address=masked(address))
            await self._tell_same(shop, address, began)
            await self._tell(fetch_steps.same(shop, before, now()))

    async def _downloaded(self, shop: Shop, address: str, before: FeedFetch | None, token: str) -> FeedFetch | None:
        """The file in the shop's folder, as it was told of before it was put there; None when it is still the same."""
        known = before.known if before is not None and is_known(before, now()) else None
        try:
            unfinished = await asyncio.to_thread(self._folder.unfinished, shop.store_id, token)
        except OSError as error:
            raise FetchFailed(FetchFault.OURS, error.strerror or str(error)) from None
        try:
            async with self._places:
                with metrics.FEED_FETCH_SECONDS.time():
                    found = await download(address, unfinished, self._settings, known)
            if found is None:
                return None
            told = fetch_steps.fetched(shop, before, _file(token, found), now())
            await self._tell(told)
            # Waited for from now on: it may be fed before anybody asks what came of it.
            self._fed[token] = asyncio.get_running_loop().create_future()
            await self._put(unfinished, token, address)
            metrics.FEED_FETCHES.labels("fetched").inc()
            log.info("fetched", shop=shop.store_id, address=masked(address), bytes=found.size)
            return told
        finally:
            # Whether it was cut off, or we were stopped: nothing of it stays.
            await asyncio.shield(asyncio.to_thread(forget, unfinished))

    async def _put(self, unfinished: Path, token: str, address: str) -> None:
        try:
            await asyncio.to_thread(self._folder.finish, unfinished, token, address)
        except OSError as error:
            del self._fed[token]
            raise FetchFailed(FetchFault.OURS, error.strerror or type(error).__name__) from None

    async def _settle(self, told: FeedFetch, file: FetchedFile | None) -> None:
        """Wait until the file that lies in the folder is fed, and tell what came of it."""
        fed = await self._until_fed(told.store_id, file.token) if file is not None else None
        await self._tell(fetch_steps.fed(told, fed, now()))

    async def _until_fed(self, store_id: str, token: str) -> FileFed | None:
        """What came of the file; None when it is gone and nobody told: it was fed before we were started."""
        waiting = self._fed.setdefault(token, asyncio.get_running_loop().create_future())
        looks_without = 0
        try:
            while looks_without < 2:
                done, _ = await asyncio.wait({waiting}, timeout=LOOK_S)
                if done:
                    return waiting.result()
                # It is moved a moment before it is told: hence two looks.
                lies_there = await asyncio.to_thread(self._folder.has, store_id, token)
                looks_without = 0 if lies_there else looks_without + 1
            return None
        finally:
            del self._fed[token]

    async def _fail(self, shop: Shop, before: FeedFetch | None, error: FetchFailed) -> None:
        metrics.FEED_FETCHES.labels(error.fault.value).inc()
        told = fetch_steps.failed(shop, before, error.fault, error.detail, not_before=error.not_before, now=now())
        log.warning("not fetched", shop=shop.store_id, address=masked(shop.address or ""), fault=error.fault.value,
                    detail=error.detail, failures=told.failures)  # fmt: skip
        await self._tell(told)

    async def _tell_same(self, shop: Shop, address: str, began: datetime) -> None:
        """A run in which nothing was read; the last one of a shop stays the one that waits for somebody."""
        seconds = round(time.time() - began.timestamp(), 3)
        run = FeedRun(
            run_id=new_run_id(),
            store_id=shop.store_id,
            file=run_name(shop.store_id, address),
            channel="address",
            state=FeedState.DONE,
            began=began,
            ended=now(),
            seconds=seconds,
            same_file=True,
        )
        await run_log.tell(self._sender, [run], last=not self._waits(shop.store_id))
        run_log.count(run)

    async def _tell(self, fetch: FeedFetch) -> None:
        """Returns when it is on all in-sync copies."""
        await self._sender.write([OutgoingRecord(FEED_FETCHES.name, fetch.store_id, encode(fetch), HEADERS)])
        self._told[fetch.store_id] = fetch
        self._measure()

    async def _forget(self, store_id: str) -> None:
        if store_id in self._told:
            await self._sender.write([OutgoingRecord(FEED_FETCHES.name, store_id, None, HEADERS)])
            del self._told[store_id]
        self._measure()

    def _measure(self) -> None:
        addresses = [shop.store_id for _, shop in self._shops.items() if shop.address]
        failing = sum(store in self._told and self._told[store].failures > 0 for store in addresses)
        metrics.FEED_ADDRESSES.labels("failing").set(failing)
        metrics.FEED_ADDRESSES.labels("well").set(len(addresses) - failing)

    def _address_of(self, store_id: str) -> str:
        shop = self._shops.get(store_id)
        return (shop.address or "") if shop is not None else ""


def _file(token: str, found: Downloaded) -> FetchedFile:
    return FetchedFile(token=token, etag=found.etag, modified=found.modified, digest=found.digest)
