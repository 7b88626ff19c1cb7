"""A process that keeps a topic in a file until it is killed; its arguments are the topic and the directory."""

import asyncio
import sys
from pathlib import Path

from bot.state.disk.view import DiskView
from ops import settings
from ops.kafka import Kafka
from pipeline.contracts.topics import Cleanup, Topic


async def keep(name: str, directory: Path) -> None:
    """Follow for ever; a line says when everything that was there is known."""
    topic = Topic(name, 3, Cleanup.COMPACT, frozenset(), frozenset())
    async with DiskView(Kafka(settings.load(), "admin"), topic, directory).followed():
        sys.stdout.write("known\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(keep(sys.argv[1], Path(sys.argv[2])))
