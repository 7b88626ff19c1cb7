"""The blocks of one partition in one SQLite file, and up to where in `products` they reach.

SQLite and not RocksDB: with a row a column and block, what the store costs is less than a tenth of what reading the
records does, and blocks, their texts and the position change together or not at all.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.bans.rule import category_names
from pipeline.filter.offer_index.block import Block, Numbers, Places
from pipeline.kafka.log_file import open_log_file
from pipeline.kafka.log_position import LogNote
from pipeline.text.brand_names import brand_keys

VERSION = 1
CACHE_KIB = 2_048
PAGE = 16_384
WAIT_S = 10.0
# Words are kept apart by their first bits, so that a rule's are looked for in a sixteenth of them.
WORD_GROUPS = 16
TABLES = """
create table if not exists columns(id integer primary key, data blob not null);
create table if not exists blocks(block integer primary key, rows integer not null);
create table if not exists texts(
    number integer primary key, kind integer not null, text text not null, unique (kind, text)
);
create table if not exists answers(
    kind integer not null, name text not null, number integer not null, primary key (kind, name, number)
) without rowid;
create table if not exists life(number integer primary key, position integer not null, topic text, epoch integer);
insert or ignore into life values(1, 0, null, null);
"""
Coded = npt.NDArray[np.int32]


class Column(IntEnum):
    """The columns of a block; those of words are followed by theirs of other groups."""

    HASHES = 0
    PRODUCTS = 1
    OFFSETS = 2
    KEYS = 3
    STORES = 4
    CATEGORIES = 5
    BRANDS = 6
    WORDS = 16
    PLACES = 32


WITHDRAWN = -1
"""In the column of shops: the row is a withdrawal."""


class BlockStore:
    """One file, used by one thread at a time. Raises sqlite3.Error; a damaged file is made anew, empty."""

    def __init__(self, path: Path) -> None:
        self._numbers: dict[tuple[int, str], int] = {}
        pragmas = (f"page_size = {PAGE}", f"cache_size = -{CACHE_KIB}")
        self._base = open_log_file(path, TABLES, VERSION, wait_s=WAIT_S, pragmas=pragmas)

    def close(self) -> None:
        self._base.close()

    # --- which log, and how far ---

    def position(self) -> tuple[int, LogNote | None]:
        """Everything below this offset is in here, and of which log that is."""
        position, topic, epoch = self._base.execute("select position, topic, epoch from life").fetchone()
        return position, None if topic is None else LogNote(topic, epoch)

    def empty(self) -> None:
        """Forget everything: it was of another log."""
        with self._transaction():
            for table in ("columns", "blocks", "texts", "answers"):
                self._base.execute(f"delete from {table}")  # noqa: S608 - our own names
            self._base.execute("update life set position = 0, topic = null, epoch = null")
        self._numbers.clear()

    # --- blocks ---

    def append(self, block: Block | None, start: int, end: int, note: LogNote) -> bool:
        """Add what `products` holds from `start` to `end` (None: nothing), and stand at `end`.

        False, and nothing is changed, when the store does not stand at `start`: another process was faster.
        """
        with self._transaction():
            if self.position()[0] != start:
                return False
            if block is not None:
                (last,) = self._base.execute("select coalesce(max(block), -1) from blocks").fetchone()
                self._put(last + 1, block)
            self._base.execute("update life set position = ?, topic = ?, epoch = ?", (end, note.topic_id, note.epoch))
        return True

    def replace(self, numbers: Sequence[int], block: Block | None) -> None:
        """Put one block in the place of others that follow one another."""
        with self._transaction():
            for number in numbers:
                self._base.execute("delete from blocks where block = ?", (number,))
                ids = [(_id(column, number),) for column in _ALL_COLUMNS]
                self._base.executemany("delete from columns where id = ?", ids)
            if block is not None and len(block):
                self._put(numbers[-1], block)

    def blocks(self) -> list[tuple[int, int]]:
        """The number of each block, in order, and how many rows it has."""
        return self._base.execute("select block, rows from blocks order by block").fetchall()

    def block(self, number: int) -> Block:
        """All of a block."""
        words, places = zip(*(self.words(number, group) for group in range(WORD_GROUPS)), strict=True)
        numbers = [np.repeat(uniques, counts) for uniques, counts in words]
        stores = self.codes(Column.STORES, number)
        withdrawn = stores == WITHDRAWN
        return Block(
            self._array(Column.HASHES, number, np.uint64),
            self._array(Column.PRODUCTS, number, np.uint64),
            self.offsets(number),
            withdrawn,
            self.keys(number),
            self.texts(stores),
            self.texts(self.codes(Column.CATEGORIES, number)),
            self.texts(self.codes(Column.BRANDS, number)),
            np.concatenate(numbers),
            np.concatenate(places),
        )

    def column(self, column: int) -> Iterator[tuple[int, bytes]]:
        """A column of all blocks, in order, each with the block's number."""
        first = _id(column, 0)
        rows = self._base.execute("select id, data from columns where id >= ? and id < ? order by id",
                                  (first, _id(column + 1, 0)))  # fmt: skip
        return ((number - first, data) for number, data in rows)

    def hashes(self) -> Iterator[tuple[int, Numbers]]:
        """What stands for the offers' keys, block by block."""
        return ((number, np.frombuffer(data, np.uint64)) for number, data in self.column(Column.HASHES))

    def offsets(self, number: int) -> Places:
        return np.frombuffer(self._data(Column.OFFSETS, number), np.int64)

    def keys(self, number: int) -> list[bytes]:
        return self._data(Column.KEYS, number).split(b"\n")

    def codes(self, column: Column, number: int) -> Coded:
        """What stands for the texts of a column, see `texts`."""
        return np.frombuffer(self._data(column, number), np.int32)

    def words(self, number: int, group: int) -> tuple[tuple[Numbers, npt.NDArray[np.uint16]], npt.NDArray[np.uint16]]:
        """The words of a group, in how many rows each is, and these rows one after another."""
        return unpacked(self._data(Column.WORDS + group, number)), self.places(number, group)

    def places(self, number: int, group: int) -> npt.NDArray[np.uint16]:
        return np.frombuffer(self._data(Column.PLACES + group, number), np.uint16)

    # --- texts ---

    def texts(self, codes: Coded) -> list[str]:
        """The texts that the codes stand for."""
        wanted = set(codes.tolist())
        known = {
            code: text
            for code in wanted
            for (text,) in self._base.execute("select text from texts where number = ?", (code,))
        }
        return [known.get(code, "") for code in codes.tolist()]

    def codes_of(self, column: Column, names: Iterable[str]) -> Coded:
        """What stands, in this column, for the texts that answer to one of these names; in rising order."""
        found = {
            code
            for name in names
            for (code,) in self._base.execute(
                "select number from answers where kind = ? and name = ?", (int(column), name)
            )
        }
        return np.array(sorted(found), dtype=np.int32)

    # --- within a transaction ---

    def _put(self, number: int, block: Block) -> None:
        stores = self._coded(Column.STORES, block.stores)
        stores[block.withdrawn] = WITHDRAWN
        columns = [
            (Column.HASHES, block.hashes.tobytes()),
            (Column.PRODUCTS, block.products.tobytes()),
            (Column.OFFSETS, block.offsets.tobytes()),
            (Column.KEYS, b"\n".join(block.keys)),
            (Column.STORES, stores.tobytes()),
            (Column.CATEGORIES, self._coded(Column.CATEGORIES, block.categories).tobytes()),
            (Column.BRANDS, self._coded(Column.BRANDS, block.brands).tobytes()),
            *_word_columns(block),
        ]
        self._base.executemany(
            "insert into columns values(?, ?)", [(_id(column, number), data) for column, data in columns]
        )
        self._base.execute("insert into blocks values(?, ?)", (number, len(block)))

    def _coded(self, column: Column, texts: Sequence[str]) -> Coded:
        if len(self._numbers) > 1 << 16:
            self._numbers.clear()
        known = self._numbers
        kind = int(column)
        return np.array(
            [code if (code := known.get((kind, text))) is not None else self._code(column, text) for text in texts],
            dtype=np.int32,
        )

    def _code(self, column: Column, text: str) -> int:
        kind = int(column)
        row = self._base.execute("select number from texts where kind = ? and text = ?", (kind, text)).fetchone()
        if row is None:
            row = self._base.execute(
                "insert into texts(kind, text) values(?, ?) returning number", (kind, text)
            ).fetchone()
            self._base.executemany(
                "insert or ignore into answers values(?, ?, ?)", [(kind, name, row[0]) for name in _names(column, text)]
            )
        code = self._numbers[kind, text] = int(row[0])
        return code

    def _array(self, column: Column, number: int, kind: type[np.uint64]) -> Numbers:
        return np.frombuffer(self._data(column, number), kind)

    def _data(self, column: int, number: int) -> bytes:
        data: bytes
        (data,) = self._base.execute("select data from columns where id = ?", (_id(column, number),)).fetchone()
        return data

    def _transaction(self) -> "_Transaction":
        return _Transaction(self._base, self._numbers)


class _Transaction:
    """All that is done within is done together, or not at all."""

    def __init__(self, base: sqlite3.Connection, numbers: dict[tuple[int, str], int]) -> None:
        self._base = base
        self._numbers = numbers

    def __enter__(self) -> None:
        self._base.execute("begin immediate")

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._base.execute("commit")
        else:
            self._numbers.clear()  # they may be of texts that are not there now
            self._base.execute("rollback")


def group_of(words: Numbers) -> npt.NDArray[np.uint64]:
    """In which group of columns each word is."""
    return words >> np.uint64(60)


def unpacked(data: bytes) -> tuple[Numbers, npt.NDArray[np.uint16]]:
    """Words in rising order, and in how many rows of the block each is."""
    count = len(data) // 10
    return np.frombuffer(data[: 8 * count], np.uint64), np.frombuffer(data[8 * count :], np.uint16)


def _word_columns(block: Block) -> Iterator[tuple[int, bytes]]:
    bounds = np.searchsorted(group_of(block.words), np.arange(WORD_GROUPS + 1, dtype=np.uint64))
    for group in range(WORD_GROUPS):
        part = slice(bounds[group], bounds[group + 1])
        words, counts = np.unique(block.words[part], return_counts=True)
        yield Column.WORDS + group, words.tobytes() + counts.astype(np.uint16).tobytes()
        yield Column.PLACES + group, block.places[part].tobytes()


def _names(column: Column, text: str) -> Iterable[str]:
    if column is Column.CATEGORIES:
        return category_names(text)
    return brand_keys(text) if column is Column.BRANDS else (text,)


def _id(column: int, number: int) -> int:
    return (column << 40) + number


_ALL_COLUMNS = (
    *(column for column in Column if column < Column.WORDS),
    *(first + group for first in (Column.WORDS, Column.PLACES) for group in range(WORD_GROUPS)),
)
