"""Several files at once: a newer one of a shop is done after the older ones."""

import asyncio
from pathlib import Path

from pipeline.feed.dropped import Dropped, FileState
from pipeline.feed.running_feed import FeedOrigin, RunningFeed
from pipeline.feed.turns import Turn, Turns

STATE = FileState(1, 1, 1, 1)


def begin(turns: Turns, name: str, age: int) -> Turn:
    return turns.begin(
        Dropped(Path(name), STATE, (-age, name), name), RunningFeed(name, FeedOrigin(), lambda shop: None)
    )


async def test_a_newer_file_of_the_shop_is_done_after_the_older_one() -> None:
    turns = Turns()
    old, new, other = begin(turns, "old", 9), begin(turns, "new", 1), begin(turns, "other", 1)
    new.feed.part("s")
    other.feed.part("another shop")
    waiting = [asyncio.create_task(turns.until_older_ended(turn)) for turn in (new, other)]
    await asyncio.sleep(0)
    assert [task.done() for task in waiting] == [False, False], "nobody knows yet whose file the old one is"
    old.feed.part("s")
    turns.show("old", old.feed.summary)
    await asyncio.sleep(0.01)
    assert [task.done() for task in waiting] == [False, True]
    turns.end(old)
    await asyncio.gather(*waiting)
