"""What is newest of each product, against a plain reading of the whole log, in whatever order it was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dead_letters.newest_versions import COPY_OF, NONE, Newest, NewestVersions

KEYS = (b"shop/1", b"shop/2", b"other/1")


@dataclass(frozen=True)
class Record:
    """A record of `products` as a consumer hands it on."""

    offset: int
    key: bytes
    headers: Sequence[tuple[str, bytes]] = ()
    partition: int = 0


@st.composite
def logs(draw: st.DrawFn) -> list[Record]:
    """Versions, and copies of any earlier version of the same product."""
    log: list[Record] = []
    for offset in range(draw(st.integers(0, 25))):
        key = draw(st.sampled_from(KEYS))
        versions = [record.offset for record in log if record.key == key and not record.headers]
        copied = draw(st.sampled_from([None, *versions]))
        log.append(Record(offset, key, () if copied is None else ((COPY_OF, str(copied).encode()),)))
    return log


def original(record: Record) -> int:
    """The version that a record holds."""
    return int(dict(record.headers)[COPY_OF]) if record.headers else record.offset


@settings(max_examples=150)
@given(logs(), st.randoms(use_true_random=False), st.integers(1, 7))
async def test_the_newest_of_each_product_is_what_the_whole_log_says(
    log: list[Record], random: Random, size: int
) -> None:
    """Some of it read twice, as when a reading goes beyond its end; versions and copies apart."""
    parts = [log[first : first + size] for first in range(0, len(log), size)]
    parts += parts[:2]
    random.shuffle(parts)
    async with NewestVersions.on_disk() as versions:
        for part in parts:
            versions.take(part)
        for key in KEYS:
            own = [record for record in log if record.key == key]
            newest = versions.get(0, key)
            if not own:
                assert newest == Newest()
                continue
            assert (newest.offset, newest.original) == (own[-1].offset, original(own[-1]))
            last_version = max((one.offset for one in own if not one.headers), default=NONE)
            assert newest.overtaken is (original(own[-1]) != last_version)
            assert versions.get(1, key) == Newest()


@settings(max_examples=100)
@given(logs())
async def test_a_copy_of_what_was_overtaken_mends_it_at_once(log: list[Record]) -> None:
    async with NewestVersions.on_disk() as versions:
        versions.take(log)
        for key in KEYS:
            newest = versions.get(0, key)
            if newest.overtaken:
                mended = Record(len(log), key, ((COPY_OF, str(newest.version).encode()),))
                versions.take([mended])
                assert not versions.get(0, key).overtaken
                assert versions.get(0, key).original == newest.version
