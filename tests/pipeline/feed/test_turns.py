"""Several files at once, and the newest word about a product stays the last."""

import asyncio
from pathlib import Path

from pipeline.feed.dropped import Dropped, FileState
from pipeline.feed.rows import Row
from pipeline.feed.slices import ReadyRow
from pipeline.feed.turns import Turn, Turns

STATE = FileState(1, 1, 1, 1)


def file(name: str, age: int) -> Dropped:
    return Dropped(Path(name), STATE, (-age, name), name)


def row(key: str, store: str = "s") -> ReadyRow:
    return ReadyRow(Row(1, 0, b""), key, store, b"")


def sends(turns: Turns, turn: Turn, key: str, store: str = "s") -> bool:
    wanted = turns.wants(turn, row(key, store))
    if wanted:
        turn.summary.accept(key)
    return wanted


async def test_an_older_file_does_not_overwrite_what_a_newer_one_has_sent() -> None:
    turns = Turns()
    old, new = turns.begin(file("old", 9)), turns.begin(file("new", 1))
    assert [sends(turns, old, "a"), sends(turns, new, "a"), sends(turns, new, "b")] == [True, True, True]
    turns.end(new)
    assert [sends(turns, old, "b"), sends(turns, old, "c")] == [False, True]
    turns.end(old)
    assert sends(turns, turns.begin(file("old again", 9)), "b")


async def test_a_newer_file_of_the_shop_is_done_after_the_older_one() -> None:
    turns = Turns()
    old, new, other = turns.begin(file("old", 9)), turns.begin(file("new", 1)), turns.begin(file("other", 1))
    sends(turns, new, "a")
    sends(turns, other, "x", "another shop")
    waiting = [asyncio.create_task(turns.until_older_ended(turn)) for turn in (new, other)]
    await asyncio.sleep(0)
    assert [task.done() for task in waiting] == [False, False], "nobody knows yet whose file the old one is"
    sends(turns, old, "b")
    turns.show("old", old.summary)
    await asyncio.sleep(0.01)
    assert [task.done() for task in waiting] == [False, True]
    turns.end(old)
    await asyncio.gather(*waiting)
