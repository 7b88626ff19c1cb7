"""The service that feeds what is dropped into a folder."""

import asyncio
import time

from ops import logs
from ops.service import Service
from ops.settings import FeedSettings
from pipeline.feed.dealing import Dealing
from pipeline.feed.drop_folder import DropFolder
from pipeline.feed.dropped import Dropped
from pipeline.feed.retention import prune

log = logs.get_logger(__name__)
LOOK_EVERY_S = 0.5
PRUNE_EVERY_S = 60.0


class Watcher:
    """Feeds every whole file of the folder, several in turns, until the service is asked to stop.

    The oldest file is begun first. One shop's files take half of the places at most: another shop's file does not wait
    for them.
    """

    def __init__(self, service: Service, folder: DropFolder, dealing: Dealing, settings: FeedSettings) -> None:
        self._service = service
        self._folder = folder
        self._dealing = dealing
        self._settings = settings
        self._whole: list[Dropped] = []
        self._tasks: dict[asyncio.Task[None], Dropped] = {}
        self._one_ended = asyncio.Event()

    async def run(self) -> None:
        """Returns when the service is asked to stop; files that are being read are then left, to be fed again.

        Raises StartupError when Kafka does not let us write.
        """
        pruned_at = looked_at = float("-inf")
        try:
            while not self._service.stopping.is_set():
                if time.monotonic() - pruned_at >= PRUNE_EVERY_S:
                    await self._prune()
                    pruned_at = time.monotonic()
                if time.monotonic() - looked_at >= LOOK_EVERY_S:
                    await self._look()
                    looked_at = time.monotonic()
                self._begin()
                await self._until_something_happens(looked_at + LOOK_EVERY_S - time.monotonic())
                self._reap()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _look(self) -> None:
        try:
            self._whole = await asyncio.to_thread(self._folder.whole_files)
        except OSError as error:
            if self._service.conditions().get("watching", True):
                log.error("the folder cannot be read", folder=str(self._folder.folder), fault=str(error))
            self._whole = []
            self._service.ready("watching", holds=False)
            return
        self._service.ready("watching")

    async def _prune(self) -> None:
        try:
            await asyncio.to_thread(prune, self._folder.folder, self._settings.keep_days, self._settings.keep_mb)
        except OSError as error:
            log.error("nothing can be removed by retention", folder=str(self._folder.folder), fault=str(error))

    def _begin(self) -> None:
        busy = {file.path for file in self._tasks.values()}
        waiting = []
        for file in self._whole:
            if file.path in busy:
                continue
            if not self._has_place(file):
                waiting.append(file)
            elif self._folder.may_be_taken(file):
                task = asyncio.create_task(self._dealing.deal_with(self._dealing.begin(file)))
                task.add_done_callback(lambda _: self._one_ended.set())
                self._tasks[task] = file
        self._whole = waiting

    def _has_place(self, file: Dropped) -> bool:
        reading, places = self._dealing.reading(), self._settings.open_files
        alike = sum(other.shop == file.shop for other in reading)
        return len(reading) < places and alike < max(1, places // 2) and self._dealing.accepts(file)

    async def _until_something_happens(self, within_s: float) -> None:
        stopping = asyncio.ensure_future(self._service.stopping.wait())
        ended = asyncio.ensure_future(self._one_ended.wait())
        try:
            await asyncio.wait({stopping, ended}, timeout=max(0.0, within_s), return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            ended.cancel()
        self._one_ended.clear()

    def _reap(self) -> None:
        for task in [task for task in self._tasks if task.done()]:
            del self._tasks[task]
            task.result()
