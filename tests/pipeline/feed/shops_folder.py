"""The real folder service in this process, over a Kafka that keeps: parsers are processes, files are files."""

import asyncio
import contextlib
import json
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from ops.service import Service
from pipeline.feed.dealing import Dealing
from pipeline.feed.drop_folder import REPORT, DropFolder
from pipeline.feed.dropped import Dropped
from pipeline.feed.parsers import Parsers
from pipeline.feed.product_row import Defaults
from pipeline.feed.running_feed import FeedOrigin, RunningFeed
from pipeline.feed.watching import Watcher
from tests.pipeline.feed.keeping import KeepingKafka, feeding


def row(identifier: str, amount: object = 1990, **more: object) -> str:
    """A product of the shop `s` in JSON."""
    price = {"amount": amount, "currency": "RUB"}
    return json.dumps({"product_id": identifier, "name": "Часы", "price": price, "store_id": "s", **more})


def catalogue(*offers: str, encoding: str = "utf-8") -> bytes:
    """A YML catalogue with one category."""
    head = f'<?xml version="1.0" encoding="{encoding}"?><yml_catalog><shop><name>s</name>'
    head += '<categories><category id="1">A</category></categories><offers>\n'
    return (head + "\n".join(offers) + "\n</offers></shop></yml_catalog>").encode()


def offer(identifier: str, more: str = "", description: str = "") -> str:
    """An offer that is valid unless `more` makes it something else."""
    return (
        f'<offer id="{identifier}"><name>Часы</name><price>1</price><currencyId>RUB</currencyId>'
        f"<categoryId>1</categoryId>{more}<description>{description}</description></offer>"
    )


@dataclass(frozen=True, slots=True)
class ShopsFolder:
    """A watched folder."""

    folder: Path
    kafka: KeepingKafka
    service: Service
    running: "asyncio.Task[None]"

    def drop(self, name: str, content: bytes | str, shop: str = "s") -> Path:
        """Put a file into a shop's folder as shops should: under another name first, then renamed."""
        path = self.folder / shop / name
        path.parent.mkdir(exist_ok=True)
        part = path.with_name(f".{len(name)}-{hash(name)}.part")
        part.write_bytes(content.encode() if isinstance(content, str) else content)
        part.rename(path)
        return path

    def reports(self, folder: str) -> dict[str, str]:
        """Each moved file's report, by the file's own name as far as it was kept."""
        found = self.folder.glob(f"*/{folder}/*{REPORT}")
        return {path.name.removesuffix(REPORT).split("-", 1)[1]: path.read_text() for path in found}

    def left(self) -> list[str]:
        return [path.name for path in self.folder.glob("*/*") if not {"done", "refused"} & {*path.parts}]

    async def until(self, holds: Callable[[], bool], within: float = 60.0) -> float:
        """Wait until it holds; the seconds that it took. Fails when the service has ended, or the time is over."""
        began = time.monotonic()
        while not holds():
            assert not self.running.done(), f"the service has ended: {self.running}"
            assert time.monotonic() - began < within, (self.left(), self.reports("done"), self.reports("refused"))
            await asyncio.sleep(0.02)
        return time.monotonic() - began

    async def until_empty(self, within: float = 60.0) -> float:
        return await self.until(lambda: not self.left(), within)


@contextlib.asynccontextmanager
async def watched(folder: Path, kafka: KeepingKafka | None = None, **settings: float) -> AsyncIterator[ShopsFolder]:
    """Watch the folder; the service must still be there at the end."""
    service, kept = Service("feed"), kafka or KeepingKafka()
    origin = FeedOrigin("folder")
    # Not in the folder itself, which the tests look at.
    with tempfile.TemporaryDirectory() as state, ExitStack() as stack:
        async with feeding(Path(state), kept, patience_s=float("inf"), settings=settings) as parts:
            chosen = parts.settings
            drop = DropFolder(folder, chosen.quiet_s)
            parsers = stack.enter_context(Parsers(chosen, Defaults()))

            def begin(file: Dropped) -> RunningFeed:
                return parts.begin(file.name, replace(origin, shop=file.shop))

            dealing = Dealing(drop, parsers, parts.feeder, chosen.refused_letters, begin)
            running = asyncio.create_task(Watcher(service, drop, dealing, chosen).run())
            shops = ShopsFolder(folder, kept, service, running)
            try:
                yield shops
                assert not running.done(), "the service has ended"
            finally:
                service.stopping.set()
                await running
