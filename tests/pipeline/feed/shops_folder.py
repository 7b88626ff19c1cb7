"""The real folder service in this process, over a Kafka that keeps: parsers are processes, files are files."""

import asyncio
import contextlib
import json
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ops.service import Service
from pipeline.contracts.feeds import FeedFetch
from pipeline.feed.address_folder import AddressFolder
from pipeline.feed.dealing import Dealing
from pipeline.feed.drop_folder import REPORT, DropFolder
from pipeline.feed.dropped import Dropped
from pipeline.feed.feed_service import FeedParts
from pipeline.feed.fetching import AddressFeeds
from pipeline.feed.parsers import Parsers
from pipeline.feed.product_row import Defaults
from pipeline.feed.running_feed import FeedOrigin, RunningFeed
from pipeline.feed.watching import Watcher
from tests.pipeline.feed.keeping import KeepingKafka, KeptShops, feeding


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


def addresses(parts: FeedParts, folder: Path, service: Service, told: dict[str, FeedFetch] | None) -> AddressFeeds:
    """What fetches from the shops' addresses; `told` is what was told before it was started."""
    return AddressFeeds(
        AddressFolder(folder),
        parts.shops,
        parts.sender,
        parts.settings,
        service,
        told={} if told is None else told,
        waits=lambda _: False,
    )


@contextlib.asynccontextmanager
async def watched(
    folder: Path,
    kafka: KeepingKafka | None = None,
    shops: KeptShops | None = None,
    told: dict[str, FeedFetch] | None = None,
    **settings: float,
) -> AsyncIterator[ShopsFolder]:
    """Watch the folder, and fetch from the addresses of the shops; the service must still be there at the end."""
    service, kept = Service("feed"), kafka or KeepingKafka()
    origin = FeedOrigin("folder")
    # Not in the folder itself, which the tests look at.
    with tempfile.TemporaryDirectory() as state, ExitStack() as stack:
        async with (
            feeding(Path(state), kept, patience_s=float("inf"), shops=shops, settings=settings) as parts,
            addresses(parts, folder, service, told) as fetching,
        ):
            chosen = parts.settings
            drop = DropFolder(folder, chosen.quiet_s)
            parsers = stack.enter_context(Parsers(chosen, Defaults()))

            def begin(file: Dropped) -> RunningFeed:
                return parts.begin_dropped(file, origin)

            letters, was_fed = chosen.refused_letters, fetching.was_fed
            dealing = Dealing(drop, parsers, parts.feeder, letters, begin, was_fed=was_fed)
            running = asyncio.create_task(Watcher(service, drop, dealing, chosen).run())
            try:
                yield ShopsFolder(folder, kept, service, running)
                assert not running.done(), "the service has ended"
            finally:
                service.stopping.set()
                await running
