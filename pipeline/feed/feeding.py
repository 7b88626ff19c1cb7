"""Feeding files: parse, send, count."""

from contextlib import aclosing
from pathlib import Path

from pipeline.feed.parsers import Parsers
from pipeline.feed.progress import Board
from pipeline.feed.rows import UnreadableFile
from pipeline.feed.sender import Sender, Wanted
from pipeline.feed.summary import Summary


async def feed(
    path: Path,
    name: str,
    summary: Summary,
    *,
    parsers: Parsers,
    sender: Sender,
    board: Board,
    wanted: Wanted = lambda row: True,
) -> None:
    """Send every row of the file; when it returns, all of them are durable, as products or as dead letters.

    Raises UnreadableFile when nothing can be read from the file, StartupError when Kafka stays away. A file that
    breaks off after some rows is `summary.incomplete`.
    """
    try:
        async with aclosing(parsers.slices(path)) as slices:
            async for part in slices:
                summary.remarked(part.remarks)
                if part.rows:
                    await sender.send(name, part.rows, summary, wanted)
                    board.show(name, summary)
    except UnreadableFile as error:
        if not summary.sent and not summary.refused:
            raise
        summary.incomplete = str(error)
    await sender.finish(name, summary)
