"""What the index finds of a change of rules is what a reading of everything would find."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from ops.errors import StartupError
from pipeline.bans import Rules, parse_rule
from pipeline.filter.offer_index import partition_index
from pipeline.filter.offer_index.block_store import BlockStore
from pipeline.filter.offer_index.finding import Candidate
from pipeline.filter.offer_index.indexes import OfferIndexes
from pipeline.filter.offer_index.partition_index import PartitionIndex
from pipeline.filter.reading import read_product
from pipeline.kafka.log_position import LogNote
from tests.pipeline.filter import market
from tests.pipeline.filter.test_rule_changes import BRANDS, CATEGORIES, NAMES, RULES
from tests.pipeline.filter.trial import NOTE, NOW, Log, valid

KEYS = [f"{shop}/{number}" for shop in ("north", "south", "a") for number in (*range(8), "a/3")]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partition_index, "BLOCK", 8)
    monkeypatch.setattr(partition_index, "LOOKED_AFTER", 40)


def grown(log: Log, chance: random.Random, count: int) -> None:
    """So many records more: versions, withdrawals and garbage."""
    for _ in range(count):
        key = chance.choice(KEYS)
        pick = chance.random()
        if pick < 0.1:
            log.add(key, None)
        elif pick < 0.15:
            log.add(key, {"no": "product"})
        else:
            log.add(key, market.offer(key, name=chance.choice(NAMES), brand=chance.choice(BRANDS),
                                      category=chance.choice(CATEGORIES)))  # fmt: skip


def newest(log: Log) -> dict[bytes, tuple[int, bytes | None]]:
    return {record.key or b"": (record.offset, record.value) for record in log.records if valid(record)}


async def asked(index: PartitionIndex, touched: Rules | None, end: int) -> list[Candidate]:
    found = await index.find(touched, end, NOW)
    every: list[Candidate] = []
    while part := await index.take(found, 5):
        every += part
    found.release()
    return every


def check(log: Log, touched: Rules | None, found: Sequence[Candidate]) -> None:
    assert len({one.key for one in found}) == len(found), "each offer once"
    right = newest(log)
    surely = {one.key for one in found if not one.by_words}
    for one in found:
        offset, value = right[one.key]
        assert (one.offset, value is not None) == (offset, True), "the newest version alone"
        offer = read_product(one.key, value or b"")
        assert (one.offer.store_id, one.offer.brand, one.offer.category) == (
            offer.store_id, offer.brand, offer.category)  # fmt: skip
    for key, (_, value) in right.items():
        hit = value is not None and (touched is None or touched.stopping(read_product(key, value), NOW) is not None)
        assert not hit or key in {one.key for one in found}, (key, "is touched and was not found")
        assert hit or key not in surely, (key, "is not touched")


@pytest.mark.parametrize("seed", range(12))
async def test_what_is_found_is_what_a_full_reading_finds(tmp_path: Path, seed: int) -> None:
    chance, log = random.Random(seed), Log()  # noqa: S311 - a course of a test
    path = tmp_path / "products-0.sqlite"
    index = PartitionIndex(0, BlockStore(path), NOTE, log)
    pruned = False
    for _ in range(12):
        grown(log, chance, chance.randrange(40))
        for _ in range(chance.randrange(12)):
            await index.keep_up(log.end)
            pruned = pruned or index._pruning is not None
        if chance.random() < 0.3:
            log.compact()
        if chance.random() < 0.2:
            await index.close()
            index = PartitionIndex(0, BlockStore(path), NOTE, log)
        for _ in range(4):
            names = chance.sample(RULES, chance.choice((1, 1, 2, 4)))
            touched = Rules((parse_rule(name), None) for name in names) if chance.random() < 0.9 else None
            check(log, touched, await asked(index, touched, log.end))
    assert pruned, "a course has to be long enough for the index to be tidied up"
    rows = sum(count for _, count in index._store.blocks())
    assert rows < 2 * len(KEYS) + 2 * 40 + 20, "what was overwritten does not stay"
    await index.close()


async def test_two_that_write_the_same_file_write_the_same(tmp_path: Path) -> None:
    """A worker that was given up and wakes has the file open still."""
    chance, log = random.Random(1), Log()  # noqa: S311 - a course of a test
    grown(log, chance, 100)
    path = tmp_path / "products-0.sqlite"
    one, other = (PartitionIndex(0, BlockStore(path), NOTE, log) for _ in range(2))
    for end in (30, 60, 100):
        await one.find(None, end - 10, NOW)
        await other.find(None, end, NOW)
    touched = Rules([(parse_rule("keyword:часы"), None)])
    check(log, touched, await asked(one, touched, log.end))
    check(log, touched, await asked(other, touched, log.end))


async def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    log = Log()
    grown(log, random.Random(2), 50)  # noqa: S311 - a course of a test
    path = tmp_path / "products-0.sqlite"
    path.write_bytes(b"no database " * 1_000)
    index = PartitionIndex(0, BlockStore(path), NOTE, log)
    check(log, None, await asked(index, None, log.end))


async def test_a_rare_rule_reads_what_it_touches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partition_index, "BLOCK", 64)
    log = Log()
    for number in range(1_000):
        log.add(f"north/{number}", market.offer(f"north/{number}", name=f"Чайник {'редкий' * (number == 77)}"))
    index = PartitionIndex(0, BlockStore(tmp_path / "products-0.sqlite"), NOTE, log)
    await index.find(Rules(), log.end, NOW)
    log.read = 0
    for rule in ("keyword:редкий", "product:north/77", "keyword:редкийчайник"):
        touched = Rules([(parse_rule(rule), None)])
        found = await asked(index, touched, log.end)
        assert [one.offset for one in found if one.offer.offer_id == "north/77"] == [77] or "редкийчайник" in rule
        assert len(found) <= 1
    assert log.read == 0, "what is asked for is known without reading"


class Logs:
    """Which partitions are of another log than was indexed."""

    def __init__(self, *doubted: int) -> None:
        self._doubted = doubted

    def note(self, _: int) -> LogNote:
        return NOTE

    async def doubted(self, positions: Mapping[int, tuple[int, LogNote | None]]) -> Sequence[int]:
        return [number for number in positions if number in self._doubted]


async def test_an_index_of_another_log_is_made_again(tmp_path: Path) -> None:
    log = Log()
    grown(log, random.Random(3), 64)  # noqa: S311 - a course of a test
    indexes = OfferIndexes(tmp_path, log, Logs())
    for index in (await indexes.open((0, 1))).values():
        await index.find(None, log.end, NOW)
    await indexes.close()
    indexes = OfferIndexes(tmp_path, log, Logs(1))
    opened = await indexes.open((0, 1))
    assert opened[0].position > 0
    assert opened[1].position == 0
    check(log, None, await asked(opened[1], None, log.end))
    await indexes.close()
    await opened[0].keep_up(log.end)  # whoever still wants to keep it up does nothing


async def test_a_folder_that_cannot_be_written_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartupError, match="YARMARKA_STACK_DIR"):
        await OfferIndexes(tmp_path / "file" / "index", Log(), Logs()).open((0,))
