"""The counters of dead letters against a plain model: they are what a reading of everything would say."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops.errors import StartupError
from pipeline.contracts.messages import DeadLetter, encode
from pipeline.dead_letters.letter_index import LetterIndex, tombstone_headers
from pipeline.kafka.log_position import LogNote

NOTE = LogNote("topic", 3)
REASONS = ("invalid", "not_json")
SOURCES = ("a", "b", "c", "d")
UPTO = 1_000_000


@dataclass(frozen=True)
class Record:
    """A record of `dead_letters` as a consumer hands it on."""

    offset: int
    key: bytes
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = ()


@dataclass
class Model:
    """What is open, by source: offset and kind. As plain as can be."""

    open: dict[str, tuple[int, tuple[str, str, str]]] = field(default_factory=dict)
    settled: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Put:
    source: str
    kind: tuple[str, str, str]


@dataclass(frozen=True)
class Settle:
    """The tombstone of a letter; `back`: of the letter that was there so many offsets ago. None: from before."""

    source: str
    back: int | None


@dataclass(frozen=True)
class Junk:
    source: str
    value: bytes


@dataclass(frozen=True)
class Expire:
    before: int


Event = Put | Settle | Junk | Expire
kinds = st.tuples(st.sampled_from(REASONS), st.sampled_from(("products", "")), st.sampled_from(("filter", "feed")))
events = st.lists(
    st.one_of(
        st.builds(Put, st.sampled_from(SOURCES), kinds),
        st.builds(Settle, st.sampled_from(SOURCES), st.one_of(st.none(), st.integers(1, 6))),
        st.builds(Junk, st.sampled_from(SOURCES), st.sampled_from((b"", b"{", b"[]", b'{"source": 1}', b"\xff"))),
        st.builds(Expire, st.integers(0, 30)),
    ),
    max_size=40,
)


def letter(source: str, kind: tuple[str, str, str] = ("invalid", "products", "filter")) -> bytes:
    reason, topic, service = kind
    return encode(DeadLetter(source=source, topic=topic, value="", reason=reason, service=service))


def record_of(event: Put | Settle | Junk, offset: int) -> Record:
    key = event.source.encode()
    if isinstance(event, Put):
        return Record(offset, key, letter(event.source, event.kind))
    if isinstance(event, Junk):
        return Record(offset, key, event.value)
    if event.back is None:
        return Record(offset, key, None)
    return Record(offset, key, None, tombstone_headers(max(0, offset - event.back), "discarded", "me", "", "job"))


def expected(model: Model, event: Event, offset: int) -> None:
    if isinstance(event, Put):
        model.open[event.source] = (offset, event.kind)
    elif isinstance(event, Settle):
        place = model.open.get(event.source)
        if place is not None and (event.back is None or place[0] <= max(0, offset - event.back)):
            del model.open[event.source]
            if event.back is not None:
                model.settled["discarded"] += 1
    elif isinstance(event, Expire):
        model.open = {source: one for source, one in model.open.items() if one[0] >= event.before}


@contextmanager
def opened(path: Path) -> Iterator[LetterIndex]:
    with closing(LetterIndex.open(path)) as index:
        yield index


def check(index: LetterIndex, model: Model) -> None:
    assert {(one.reason, one.topic, one.service): one.open for one in index.kinds()} == Counter(
        kind for _, kind in model.open.values()
    )
    for reason in REASONS:
        offsets = sorted(offset for offset, kind in model.open.values() if kind[0] == reason)
        assert list(index.page(reason, 0, 100)) == offsets
        assert list(index.page(reason, 1, 2)) == offsets[1:3]
        assert list(index.after(reason, 5, UPTO, 100)) == [offset for offset in offsets if offset > 5]
        assert index.last(reason) == max(offsets, default=-1)
    assert {source: index.find(source) for source in SOURCES} == {
        source: model.open[source][0] if source in model.open else None for source in SOURCES
    }


@settings(max_examples=60)
@given(events, st.lists(st.integers(1, 5), min_size=1))
def test_the_counters_are_what_a_plain_model_says(happening: list[Event], sizes: list[int]) -> None:
    """In batches of any size, some of them counted twice and the file opened anew in between, as after a kill."""
    model, offset, batch = Model(), 0, list[Record]()
    with TemporaryDirectory() as directory:
        path = Path(directory) / "letters.sqlite"
        for number, event in enumerate(happening):
            expected(model, event, offset)
            if not isinstance(event, Expire):
                batch.append(record_of(event, offset))
                offset += 1
            if isinstance(event, Expire) or len(batch) >= sizes[number % len(sizes)] or number == len(happening) - 1:
                with opened(path) as index:
                    index.take(batch, offset, NOTE)
                    index.take(batch, offset, NOTE)
                    if isinstance(event, Expire):
                        index.forget_before(event.before)
                    check(index, model)
                batch = []
        with opened(path) as index:
            check(index, model)


def test_a_source_that_is_used_again_is_not_closed_by_the_tombstone_of_the_former() -> None:
    """Rows of a file that is sent again, and records of a log that was cut, have the sources of others."""
    with TemporaryDirectory() as directory, opened(Path(directory) / "letters.sqlite") as index:
        records = [
            Record(0, b"feed:a.csv:1:0", letter("feed:a.csv:1:0")),
            Record(1, b"feed:a.csv:1:0", letter("feed:a.csv:1:0")),
            Record(2, b"feed:a.csv:1:0", None, tombstone_headers(0, "discarded", "me", "", "job")),
        ]
        index.take(records, 3, NOTE)
        assert (index.find("feed:a.csv:1:0"), index.settled("job")) == (1, {})
        assert index.still_open([("feed:a.csv:1:0", 0), ("feed:a.csv:1:0", 1)]) == {1}


def test_what_a_job_settled_is_counted_once_though_it_closed_a_letter_twice() -> None:
    with TemporaryDirectory() as directory, opened(Path(directory) / "letters.sqlite") as index:
        closing_it = tombstone_headers(0, "replayed", "me", "", "job")
        records = [Record(0, b"a", letter("a")), Record(1, b"a", None, closing_it), Record(2, b"a", None, closing_it)]
        index.take(records, 3, NOTE)
        assert index.settled("job") == {"replayed": 1}
        assert index.settled("another") == {}


def test_a_file_that_is_no_index_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "letters.sqlite"
    path.write_bytes(b"not a database" * 1000)
    with opened(path) as index:
        assert (index.kinds(), index.counted()) == ((), None)


def test_a_directory_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartupError, match="YARMARKA_STACK_DIR"):
        LetterIndex.open(tmp_path / "file" / "letters.sqlite")


def test_a_deep_page_is_found_and_the_file_stays_small(tmp_path: Path) -> None:
    number = 20_000
    with opened(tmp_path / "letters.sqlite") as index:
        letters = [Record(offset, b"%d" % offset, letter(str(offset))) for offset in range(number)]
        index.take(letters, number, NOTE)
        assert index.page("invalid", number - 10, 6) == tuple(range(number - 10, number - 4))
        assert index.kinds()[0].open == number
    # The terminal's container gives it 64 MB; half a million have to fit with room to spare.
    assert (tmp_path / "letters.sqlite").stat().st_size < number * 90
