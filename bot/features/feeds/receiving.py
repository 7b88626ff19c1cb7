"""A file that a seller has sent: fetched from Telegram, put into the shop's folder, and followed by its message."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from telegram.error import BadRequest, TelegramError

from bot.features.feeds.file_book import FileBook
from bot.features.feeds.sent_message import SentMessages
from bot.features.feeds.shop_folder import ShopFolder
from bot.features.feeds.store import SentFile
from bot.telegram.framework import Bot
from ops.logs import get_logger
from pipeline.contracts.feeds import FeedRun
from pipeline.shops.run_view import FeedRuns

log = get_logger(__name__)
LARGEST_BYTES = 20 << 20
# Files of one person that are on their way at once.
MOST_OPEN = 5
KEPT = timedelta(hours=24)
# So much longer is kept what nobody has loaded: its message is to say so.
TOLD_WITHIN = timedelta(hours=1)
SWEPT_EVERY_S = 600.0
PAUSES_S = (1.0, 3.0, 10.0)
READ_TIMEOUT_S = 60.0
OPEN = frozenset({"asked", "fetching", "sent"})


@dataclass(frozen=True, slots=True)
class Receiving:
    """One file after the other, so that no more than one is in memory; what a restart interrupts is begun again."""

    files: FileBook
    runs: FeedRuns
    messages: SentMessages
    folder: ShopFolder | None
    bot: Bot
    clock: Callable[[], datetime]
    _changed: asyncio.Event

    def may_send(self, pseudonym: str) -> bool:
        """Whether the person has not too many files on their way."""
        return sum(file.state in OPEN for _, file in self.files.of(pseudonym)) < MOST_OPEN

    async def take(self, name: str, file: SentFile) -> None:
        """A file has come, or its shop was chosen. Raises KafkaError."""
        await self.files.put(name, file)
        self._changed.set()

    def follow(self) -> None:
        """Look at the runs of the feeds from now on."""
        self.runs.subscribe(self._ran)

    async def run(self) -> None:
        """Fetch what is to be fetched, until cancelled. Raises KafkaError; begun again, it goes on."""
        for name, _ in list(self.files.entries()):
            self.messages.enqueue(name)
        while True:
            self._changed.clear()
            await self._sweep()
            for name, file in list(self.files.entries()):
                if file.state == "fetching":
                    await self._fetch(name, file)
            try:
                await asyncio.wait_for(self._changed.wait(), SWEPT_EVERY_S)
            except TimeoutError:
                continue

    async def _fetch(self, name: str, file: SentFile) -> None:
        self.messages.enqueue(name)
        state = "sent" if await self._is_put(file) else "failed"
        await self.files.change(name, state=state)
        self.messages.enqueue(name)

    async def _is_put(self, file: SentFile) -> bool:
        data = await self._loaded(file)
        if data is None or self.folder is None:
            return False
        try:
            await asyncio.to_thread(self.folder.put, file.store_id, file.token, file.name, data)
        except OSError as error:
            log.error("sent_file_not_put", shop=file.store_id, fault=str(error), setting="YARMARKA_BOT__FEEDS_DIR")
            return False
        return True

    async def _loaded(self, file: SentFile) -> bytes | None:
        for pause_s in (*PAUSES_S, None):
            try:
                place = await self.bot.get_file(file.file_id)
                if (place.file_size or 0) > LARGEST_BYTES:
                    return None
                return bytes(await place.download_as_bytearray(read_timeout=READ_TIMEOUT_S))
            except BadRequest as error:
                log.warning("sent_file_refused", error=str(error))
                return None
            except TelegramError as error:
                log.warning("sent_file_not_loaded", error=str(error), again_in_s=pause_s)
                if pause_s is None:
                    return None
                await asyncio.sleep(pause_s)
        return None

    async def _sweep(self) -> None:
        for name, file in list(self.files.entries()):
            age = self.clock() - file.at
            if age > KEPT and file.state in {"fetching", "sent"}:
                await self.files.change(name, state="overdue")
                self.messages.enqueue(name)
            elif age > (KEPT + TOLD_WITHIN if file.state == "overdue" else KEPT):
                await self.files.put(name, None)

    def _ran(self, run: FeedRun) -> None:
        found = self.files.of_run(run)
        if found is not None:
            self.messages.enqueue(found[0])
