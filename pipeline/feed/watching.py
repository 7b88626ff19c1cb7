"""The service that feeds what is dropped into a folder."""

import asyncio
import contextlib

from ops import logs
from ops.service import Service
from pipeline.feed.drop_folder import DropFolder, Dropped
from pipeline.feed.feeding import feed
from pipeline.feed.product_row import Defaults
from pipeline.feed.progress import Silent
from pipeline.feed.rows import UnreadableFile
from pipeline.feed.sender import Sender

log = logs.get_logger(__name__)
LOOK_EVERY_S = 0.5


async def watch(
    service: Service, folder: DropFolder, sender: Sender, defaults: Defaults, encoding: str | None = None
) -> None:
    """Feed every complete file of the folder, one after another, until the service is asked to stop."""
    service.ready("watching")
    while not service.stopping.is_set():
        for file in folder.complete():
            if service.stopping.is_set():
                return
            await _deal_with(file, folder, sender, defaults, encoding)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(service.stopping.wait(), LOOK_EVERY_S)


async def _deal_with(
    file: Dropped, folder: DropFolder, sender: Sender, defaults: Defaults, encoding: str | None
) -> None:
    log.info("feeding", file=file.path.name, bytes=file.size)
    try:
        summary = await feed(file.path, sender, Silent(), defaults, encoding)
    except UnreadableFile as error:
        moved = folder.refuse(file, str(error))
        log.warning("file refused", file=file.path.name, reason=str(error), moved=str(moved))
        return
    moved = folder.finish(file, summary)
    log.info("fed", file=file.path.name, sent=summary.sent, refused=summary.refused, moved=str(moved))
