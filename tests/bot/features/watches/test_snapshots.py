"""What is known of products on disk: whatever is killed, nothing is told twice, and nothing is missed."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.features.watches.log_places import LogPlace
from bot.features.watches.snapshots import ProductSnapshots
from bot.state.disk.database import Database
from pipeline.contracts.messages import Product
from pipeline.kafka.log_position import LogNote
from tests.bot.world.memory import product

NOTE = LogNote("topic", 1)
IDS = ("a", "b", "c")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "filtered_products.sqlite", "filtered_products")
    yield database
    database.close()


def place(offset: int) -> LogPlace:
    return LogPlace("topic", 0, offset)


def version(price: float | None) -> Product | None:
    return None if price is None else product("a", "Чайник", price)


async def test_what_was_known_before_the_start_is_no_change_and_what_is_other_is(disk: Database) -> None:
    first = ProductSnapshots(disk)
    assert first.put("a", version(10.0), place(0)) is not None
    first.pass_over("b", place(1))
    await first.keep((), {0: 2}, {0: NOTE})
    assert first.unwritten == 0
    second = ProductSnapshots(disk)
    assert second.put("a", version(10.0), place(2)) is None
    change = second.put("a", version(9.0), place(3))
    assert change is not None and change.before is not None and change.before.price == 10.0
    assert (second.offset_of("a"), second.offset_of("b"), second.offset_of("c")) == (3, 1, None)
    assert second.put("a", version(10.0), place(2)) is None, "a record that was taken before is no news"


async def test_a_product_that_moved_to_another_partition_is_followed_there(disk: Database) -> None:
    first = ProductSnapshots(disk)
    first.put("a", version(10.0), place(7))
    await first.keep((), {0: 8}, {0: NOTE})
    change = ProductSnapshots(disk).put("a", version(9.0), LogPlace("topic", 1, 0))
    assert change is not None and change.before is not None and change.before.price == 10.0


async def test_a_change_that_waits_to_be_settled_is_a_change_after_a_kill_too(disk: Database) -> None:
    first = ProductSnapshots(disk)
    first.put("a", version(10.0), place(0))
    await first.keep((), {0: 1}, {0: NOTE})
    first.put("a", version(9.0), place(1))
    first.put("b", version(1.0), place(2))
    await first.keep(("a",), {0: 1}, {0: NOTE})
    assert first.unwritten == 1
    killed = ProductSnapshots(disk)
    again = killed.put("a", version(9.0), place(1))
    assert again is not None and again.before is not None and again.before.price == 10.0
    assert killed.put("b", version(1.0), place(2)) is None


PRICES = st.sampled_from((None, 1.0, 2.0))
STEPS = st.lists(st.tuples(st.sampled_from(("record", "keep", "kill")), st.sampled_from(IDS), PRICES), max_size=25)


@settings(max_examples=60)
@given(steps=STEPS)
def test_on_disk_with_kills_the_changes_are_those_of_memory(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, float | None]]
) -> None:
    """Each change is settled when it is kept; a kill reads the log again from the position in the file."""
    database = Database.open(tmp_path_factory.mktemp("state") / "x.sqlite", "filtered_products")
    log: list[tuple[str, float | None]] = []
    plain, wanted = ProductSnapshots(), []
    kept, told = ProductSnapshots(database), {}
    for kind, offer_id, price in steps:
        if kind == "record":
            log.append((offer_id, price))
            at = place(len(log) - 1)
            wanted.append(plain.put(offer_id, version(price), at))
            told[len(log) - 1] = kept.put(offer_id, version(price), at)
        elif kind == "keep":
            asyncio.run(kept.keep((), {0: len(log)}, {0: NOTE}))
        else:
            kept = ProductSnapshots(database)
            start = (database.positions().get(0) or (0, None))[0] or 0
            for offset in range(start, len(log)):
                told[offset] = kept.put(log[offset][0], version(log[offset][1]), place(offset))
    assert [told[offset] for offset in range(len(log))] == wanted
    database.close()
