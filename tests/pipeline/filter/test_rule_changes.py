"""A change of rules reads only what it touches, and decides like a reading of everything would."""

import asyncio
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ops import metrics
from pipeline.contracts.topics import FILTERED_PRODUCTS
from pipeline.filter import partition_writer, rule_change
from pipeline.filter.offer_index import partition_index
from pipeline.filter.offer_index.block_store import BlockStore
from pipeline.filter.rule_change import Pace
from tests.pipeline.filter import market
from tests.pipeline.filter.trial import Record, Trial
from tests.waiting import until

OFFERS = ("north/1", "north/2", "north/a/3", "south/1", "south/4", "south/5")
BRANDS = ("Север", "Samsung", "Самсунг", "")
CATEGORIES = ("Дом / Чайники", "Дом", "Электроника > Часы > Умные", "")
NAMES = ("Часы наручные", "Наручные красивые часы", "Чайник", "Wi-Fi часы", "Ремешок для часов")
RULES = (
    "product:north/1",
    "product:1",
    "product:a/3",
    "seller:south",
    "category:дом",
    "category:электроника / часы",
    "brand:samsung",
    "brand:север",
    "keyword:часы",
    "keyword:часы наручные",
    "keyword:wifi",
)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks and pieces so small that a few offers fill many."""
    monkeypatch.setattr(partition_index, "BLOCK", 4)
    monkeypatch.setattr(partition_index, "READ_AT_ONCE", 2)
    monkeypatch.setattr(partition_index, "LOOKED_AFTER", 6)
    monkeypatch.setattr(partition_writer, "DECIDED_AGAIN_AT_ONCE", 2)
    monkeypatch.setattr(rule_change, "FRESH_AT_MOST", 6)


_OFFER = st.tuples(
    st.just("offer"),
    st.sampled_from(OFFERS),
    st.sampled_from(NAMES),
    st.sampled_from(BRANDS),
    st.sampled_from(CATEGORIES),
)
_RULE = st.tuples(st.sampled_from(("ban", "ban", "ban", "lift", "lift")), st.sampled_from(RULES))
_ODD = st.tuples(st.sampled_from(("withdraw", "garbage")), st.sampled_from(OFFERS))
_GIVE = st.just(("give",))
_TURNS = st.tuples(st.just("turns"), st.sampled_from((1, 3, 10, 40)))
_WORK = st.sampled_from(("commit",) * 3 + ("keep up",) * 3 + ("compact", "kill", "lose")).map(lambda what: (what,))
_KINDS = (_OFFER,) * 6 + (_RULE,) * 3 + (_GIVE,) * 4 + (_TURNS,) * 4 + (_ODD, _WORK)
_STEPS = st.lists(st.integers(0, len(_KINDS) - 1).flatmap(_KINDS.__getitem__), min_size=60, max_size=120)


async def _step(trial: Trial, what: str, *of: object) -> None:
    match what, of:
        case "offer", (key, name, brand, category):
            trial.log.add(str(key), market.offer(str(key), name=name, brand=brand, category=category))
        case "withdraw", (key,):
            trial.log.add(str(key), None)
        case "garbage", (key,):
            trial.log.add(str(key), {"no": "product"})
        case (("ban" | "lift"), (rule,)):
            trial.rules.put(str(rule), inside=what == "ban")
        case "give", ():
            trial.give()
        case "commit", ():
            await trial.commit()
        case "keep up", ():
            await trial.writer.index.keep_up(trial.writer.position)
        case "compact", ():
            trial.log.compact()
        case (("kill" | "lose"), ()):
            await trial.kill()
            trial.start(lose_index=what == "lose")
        case "turns", (count,):
            await trial.turns(int(str(count)))
            await asyncio.sleep(0.0003)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(_STEPS)
def test_any_course_ends_as_a_full_reading_would(steps: list[tuple[str, ...]]) -> None:
    async def course() -> None:
        with tempfile.TemporaryDirectory() as directory:
            trial = Trial(Path(directory))
            trial.start()
            for step in steps:
                await _step(trial, *step)
            await trial.settled()
            wanted = trial.wanted()
            # Garbage has no decision; a version that compaction took with it stays as it was decided.
            found = {key: trial.written.last.get(key) for key in wanted}
            await trial.kill()
            assert found == wanted

    asyncio.run(course())


async def test_a_small_change_overtakes_a_large_one_and_offers_flow_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partition_writer, "SMALL", 10)
    monkeypatch.setattr(rule_change, "FRESH_AT_MOST", 100_000)
    trial = Trial(tmp_path, pace=Pace(200))
    for number in range(200):
        trial.log.add(f"north/{number}", market.offer(f"north/{number}", brand="Север"))
    trial.log.add("south/1", market.offer("south/1", brand="Юг"))
    trial.start()
    await trial.settled()
    trial.rules.put("brand:север", inside=True)
    await until(lambda: None in trial.written.last.values(), "the large change begins", within_s=5)
    trial.rules.put("product:south/1", inside=True)
    trial.log.add("west/1", market.offer("west/1", brand="Запад"))
    trial.give()
    await until(lambda: trial.written.last["south/1"] is None, "the small change", within_s=5)
    await until(lambda: trial.written.last.get("west/1") is not None, "the new offer", within_s=5)
    left = sum(value is not None for key, value in trial.written.last.items() if key.startswith("north/"))
    assert left > 150, "the large change goes on"
    assert (metrics.REGISTRY.get_sample_value("yarmarka_filter_changes_left_products", {"partition": "0"}) or 0) > 150
    await trial.commit()
    assert trial.committed is not None
    assert (trial.committed.offset, trial.committed.checkpoint.bans_offset) == (202, 0)
    await trial.kill()


async def test_a_ban_by_name_reads_nothing_and_a_lift_what_it_brings_back(tmp_path: Path) -> None:
    trial = Trial(tmp_path)
    for number in range(100):
        trial.log.add(f"north/{number}", market.offer(f"north/{number}", brand="Север" if number % 10 else "Юг"))
    trial.start()
    await trial.settled()
    trial.rules.put("product:north/1", inside=True)
    await trial.settled()
    trial.log.read = 0
    trial.rules.put("brand:юг", inside=True)
    await trial.settled()
    assert (trial.log.read, trial.written.last["north/20"]) == (0, None)
    trial.rules.put("brand:юг", inside=False)
    await trial.settled()
    assert trial.log.read == 10
    assert trial.written.last == trial.wanted()
    await trial.kill()


async def test_a_disk_that_fails_holds_up_changes_of_rules_and_no_offer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partition_writer, "INDEX_AGAIN_S", 0.01)
    written, fails = BlockStore.append, True

    def append(*what: Any) -> bool:
        if fails:
            raise sqlite3.OperationalError("database or disk is full")
        return written(*what)

    monkeypatch.setattr(BlockStore, "append", append)
    trial = Trial(tmp_path)
    for number in range(30):
        trial.log.add(f"north/{number}", market.offer(f"north/{number}", brand="Север"))
    trial.start()
    await trial.settled()
    trial.rules.put("brand:север", inside=True)
    await asyncio.sleep(0.1)
    for key, brand in (("south/1", "Юг"), ("south/2", "Север")):
        trial.log.add(key, market.offer(key, brand=brand))
    trial.give()
    await until(lambda: "south/2" in trial.written.last, "new offers", within_s=5)
    assert (trial.written.last["south/1"] is None, trial.written.last["south/2"]) == (False, None)
    fails = False
    await trial.settled()
    assert trial.written.last == trial.wanted()
    await trial.kill()


async def test_rules_withdraw_what_products_has_lost_and_never_bring_it_back(tmp_path: Path) -> None:
    """What was let through and is in `products` no more, an orphan, may be withdrawn by its newest version alone."""
    let_through = [
        _passed(0, "north/1", brand="Север"),
        _passed(1, "north/2", brand="Север"),
        _passed(2, "north/2", brand="Юг"),
        _passed(3, "north/3", brand="Север"),
        Record(4, b"north/3", None, topic=FILTERED_PRODUCTS.name),
        _passed(5, "north/4", brand="Север"),
    ]
    trial = Trial(tmp_path, orphans=let_through)
    trial.log.add("north/4", market.offer("north/4", brand="Юг"))
    trial.start()
    await trial.settled()
    assert trial.written.last == trial.wanted()
    trial.rules.put("brand:север", inside=True)
    await trial.settled()
    assert trial.written.last == trial.wanted() | {"north/1": None}
    count = trial.written.count
    trial.rules.put("brand:север", inside=False)
    await trial.settled()
    assert trial.written.count == count
    await trial.kill()


def _passed(offset: int, key: str, **changes: object) -> Record:
    return Record(offset, key.encode(), orjson.dumps(market.offer(key, **changes)), topic=FILTERED_PRODUCTS.name)
