"""Parsing files in processes of their own, so that /health answers and a file can be stopped, whatever is in it."""

import asyncio
import multiprocessing
from collections.abc import AsyncGenerator, AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from copy import copy
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Self

from ops.settings import FeedSettings
from pipeline.feed.parsing_process import ParseRequest, parse
from pipeline.feed.product_row import Defaults
from pipeline.feed.rows import UnreadableFile
from pipeline.feed.slices import Slice, unpacked

# Forked from a small process that has read the modules already: 10 ms and 4 MB a file.
CONTEXT = multiprocessing.get_context("forkserver")
LARGEST_FRAME = 64 << 20
ENDS_WITHIN_S = 5.0


class Parsers:
    """Starts a process for each file; at most `settings.open_files` files are to be read at once."""

    def __init__(
        self,
        settings: FeedSettings,
        defaults: Defaults | None = None,
        encoding: str | None = None,
        *,
        follow_links: bool = False,
    ) -> None:
        self._settings = settings
        self._defaults = defaults or Defaults()
        self._encoding = encoding
        self._follow_links = follow_links
        # A thread waits for each process; those of the loop's own pool would not be enough on two cores.
        self._threads = ThreadPoolExecutor(settings.open_files + 1, thread_name_prefix="parser")
        CONTEXT.set_forkserver_preload(["pipeline.feed.parsing_process"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def of_shop(self, store: str) -> "Parsers":
        """The same processes and bounds for a file that is this shop's own."""
        owned = copy(self)
        owned._defaults = replace(self._defaults, store=store, owned=True)
        return owned

    async def slices(self, path: Path) -> AsyncGenerator[Slice]:
        """The file's rows. Raises UnreadableFile when it cannot be read any further; rows given before stay valid."""
        loop = asyncio.get_running_loop()
        async with self._process(path) as receiving:
            while True:
                frame = await loop.run_in_executor(self._threads, _receive, receiving, self._settings.stall_timeout_s)
                if frame is None:
                    raise UnreadableFile(
                        f"nothing in it could be read for {self._settings.stall_timeout_s:g} s "
                        "(YARMARKA_FEED__STALL_TIMEOUT_S); check the file"
                    )
                if not frame:
                    raise UnreadableFile("its parser has ended without a word; check the file, or send it in parts")
                part = unpacked(frame)
                yield Slice(part.rows, whole=part.whole, remarks=part.remarks)
                if part.end is not None:
                    if part.end:
                        raise UnreadableFile(part.end)
                    return

    @asynccontextmanager
    async def _process(self, path: Path) -> AsyncIterator[Connection]:
        loop = asyncio.get_running_loop()
        receiving, sending = CONTEXT.Pipe(duplex=False)
        process = CONTEXT.Process(target=parse, args=(self._request(path), sending), daemon=True)
        with sending:
            await loop.run_in_executor(self._threads, process.start)
        try:
            # Nobody closes it: a thread may still wait at it, and it closes itself with the last who holds it.
            yield receiving
        finally:
            if process.exitcode is None:
                process.kill()
            await loop.run_in_executor(self._threads, process.join, ENDS_WITHIN_S)

    def _request(self, path: Path) -> ParseRequest:
        settings = self._settings
        return ParseRequest(
            path=path,
            defaults=self._defaults,
            encoding=self._encoding,
            row_timeout_s=settings.row_timeout_s,
            unpacked_mb=settings.unpacked_mb,
            unpacked_ratio=settings.unpacked_ratio,
            follow_links=self._follow_links,
        )


def _receive(receiving: Connection, within_s: float) -> bytes | None:
    """The next frame; None when none came in time, empty when the other end is gone."""
    try:
        return receiving.recv_bytes(LARGEST_FRAME) if receiving.poll(within_s) else None
    except (EOFError, OSError):
        return b""
