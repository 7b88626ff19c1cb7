"""A hundred thousand dead letters on real Kafka: what a look at them costs, in memory and in reading."""

import asyncio
import gc
import time
from contextlib import closing
from pathlib import Path

import pytest

from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.contracts.messages import HEADERS, DeadLetter, encode
from pipeline.contracts.topics import DEAD_LETTERS
from pipeline.dead_letters.letter_index import LetterIndex
from pipeline.dead_letters.settling import Action, LetterOrder, SettlingProgress
from pipeline.dead_letters.store import FILE, DeadLetterStore
from tests.pipeline.dead_letters.test_store import ME, opened

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]
LETTERS = 100_000
DISCARDED = 5_000
AT_ONCE = 5_000


async def put_many(settings: Settings, reason: str) -> None:
    """As a shop's broken export leaves them: one reason for most, another for the first of them."""
    async with Kafka(settings, "feed").producer(linger_ms=20) as producer:
        for first in range(0, LETTERS, AT_ONCE):
            waiting = []
            for row in range(first, first + AT_ONCE):
                letter = DeadLetter(
                    source=f"feed:{reason}:{row}:0",
                    topic="",
                    value="eyJuYW1lIjogIngifQ==",
                    reason=reason if row >= DISCARDED else f"{reason}-first",
                    detail="price: must be a number",
                    service="feed",
                )
                key = letter.source.encode()
                waiting.append(await producer.send(DEAD_LETTERS.name, encode(letter), key=key, headers=HEADERS))
            await asyncio.gather(*waiting)


async def test_a_hundred_thousand_letters_are_counted_once_and_paged_at_once(
    settings: Settings, unique: str, tmp_path: Path
) -> None:
    await put_many(settings, unique)
    objects = _objects()
    begun = time.perf_counter()
    async with opened(settings, tmp_path) as store:
        counted_s = time.perf_counter() - begun
        begun = time.perf_counter()
        kinds = {kind.reason: kind.open for kind in (await store.summary()).kinds}
        first = await store.page(unique, 0, 6)
        page_s = time.perf_counter() - begun
        deep = await store.page(unique, LETTERS - DISCARDED - 3, 6)
        # Counters and a file: nothing of a letter stays in memory.
        assert _objects() - objects < LETTERS / 20
        assert (kinds[unique], kinds[f"{unique}-first"]) == (LETTERS - DISCARDED, DISCARDED)
        assert [one.letter.source for one in first] == [f"feed:{unique}:{DISCARDED + row}:0" for row in range(6)]
        assert [one.letter.source for one in deep] == [f"feed:{unique}:{LETTERS - 3 + row}:0" for row in range(3)]
        assert page_s < counted_s, f"{page_s:.2f} s for a page, {counted_s:.2f} s to count everything"

        seen: list[SettlingProgress] = []
        order = LetterOrder(Action.DISCARD, unique, ME, "", f"{unique}-first", await store.last(f"{unique}-first"))
        await store.settle(order, DISCARDED, seen.append, lambda: False)
        assert seen[-1].settled == DISCARDED
        assert len(seen) > 10
        assert [kind.open for kind in (await store.summary()).of(unique)] == [LETTERS - DISCARDED]
        assert (await store.summary()).of(f"{unique}-first") == ()

    # Another life goes on where the last one was: of what was counted before nothing is read.
    with closing(LetterIndex.open(tmp_path / FILE)) as index:
        told: list[tuple[int, int]] = []
        again = DeadLetterStore(settings, index)
        await again.catch_up(lambda done, total: told.append((done, total)))
        assert told == []
        assert [kind.open for kind in (await again.summary()).of(unique)] == [LETTERS - DISCARDED]


def _objects() -> int:
    gc.collect()
    return len(gc.get_objects())
