"""Feeding files: read, send, count."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from pipeline.feed.product_row import Defaults
from pipeline.feed.progress import Board
from pipeline.feed.reader import Outcome, read
from pipeline.feed.sender import BATCH, Sender
from pipeline.feed.summary import Summary


async def feed(
    path: Path, sender: Sender, board: Board, defaults: Defaults | None = None, encoding: str | None = None
) -> Summary:
    """Send every row of the file; when it returns, all of them are durable, as products or as dead letters.

    Raises UnreadableFile when nothing can be read from the file, StartupError when Kafka stays away.
    """
    summary = Summary()
    for batch in _batches(read(path, defaults, encoding=encoding)):
        await sender.send(path.name, batch, summary)
        board.show(path.name, summary)
    return summary


def _batches(outcomes: Iterator[Outcome]) -> Iterator[list[Outcome]]:
    while batch := list(islice(outcomes, BATCH)):
        yield batch
