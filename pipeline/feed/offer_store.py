"""What each shop has sent last, on disk: a digest for each offer, and which run spoke of it last.

It holds nothing that `products` does not, and is made again from there. SQLite and not RocksDB, which is three times as
fast (20 µs an offer against 65): the service and a terminal share the file, and an offer, its run and the position in
`products` change together or not at all.
"""

import contextlib
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ops.errors import StartupError
from pipeline.feed.offer_digest import GONE
from pipeline.kafka.log_file import open_log_file
from pipeline.kafka.log_position import LogNote

VERSION = 1
CACHE_KIB = 16_384
WAIT_S = 60.0
LONGEST_RUN_US = 86_400_000_000
TABLES = """
create table if not exists shops(number integer primary key, store text unique not null, whole integer not null);
create table if not exists offers(
    shop integer not null, product text not null, digest blob not null, mark integer not null,
    primary key (shop, product)
) without rowid;
create table if not exists positions(
    number integer primary key, position integer not null, topic text not null, epoch integer not null
);
create table if not exists waiting(run text primary key, store text not null, told blob not null);
create table if not exists life(number integer primary key, made integer not null, seen real not null);
"""


@dataclass(frozen=True, slots=True)
class KnownOffer:
    """What was sent last of an offer, and the mark of the run that spoke of it last."""

    digest: bytes
    mark: int


@dataclass(frozen=True, slots=True)
class OfferChange:
    """An offer as it is in `products` from now on; `GONE` is the digest of one that is withdrawn."""

    store: str
    product: str
    digest: bytes
    mark: int


class OfferStore:
    """One file. Who uses it holds the lock of `SentOffers`; nothing here waits for Kafka.

    `life` grows when the store is emptied: marks from before mean nothing then. Raises StartupError when the file
    cannot be used; one that is damaged is thrown away, since Kafka has it all.
    """

    def __init__(self, path: Path) -> None:
        self._numbers: dict[str, int] = {}
        try:
            self._base = open_log_file(
                path,
                TABLES,
                VERSION,
                wait_s=WAIT_S,
                pragmas=(f"cache_size = -{CACHE_KIB}",),
                rows=f"insert or ignore into life values(1, 1, {time.time()!r})",
            )
        except (OSError, sqlite3.OperationalError) as error:
            raise StartupError(
                f"{path}: cannot be used ({error}); let this user write in YARMARKA_STACK_DIR, on a disk with room."
            ) from None

    def close(self) -> None:
        self._base.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is done within is done together, or not at all."""
        self._base.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._base.execute("rollback")
            self._numbers.clear()
            raise
        self._base.execute("commit")

    # --- which topic this is of ---

    def life(self) -> int:
        """How often the store was emptied."""
        return int(self._base.execute("select made from life").fetchone()[0])

    def positions(self) -> dict[int, tuple[int, LogNote]]:
        """By partition: up to where `products` is in here, and which log that was."""
        rows = self._base.execute("select number, position, topic, epoch from positions")
        return {number: (position, LogNote(topic, epoch)) for number, position, topic, epoch in rows}

    def move(self, positions: Mapping[int, int], notes: Mapping[int, LogNote]) -> None:
        """Everything below these positions is in here."""
        self._base.executemany(
            "insert or replace into positions values(?, ?, ?, ?)",
            [(number, at, notes[number].topic_id, notes[number].epoch) for number, at in positions.items()],
        )
        self._base.execute("update life set seen = ?", (time.time(),))

    def asleep_s(self) -> float:
        """Seconds since a position was noted last."""
        return time.time() - float(self._base.execute("select seen from life").fetchone()[0])

    def empty(self) -> None:
        """Forget everything: it was of another log."""
        for table in ("offers", "shops", "positions", "waiting"):
            self._base.execute(f"delete from {table}")  # noqa: S608 - our own names
        self._base.execute("update life set made = made + 1")
        self._numbers.clear()

    # --- offers ---

    def known(self, store: str, products: Iterable[str]) -> dict[str, KnownOffer]:
        """What is known of these offers of the shop."""
        number, wanted = self._number(store), sorted(set(products))
        if number is None or not wanted:
            return {}
        marks = ",".join("?" * len(wanted))
        rows = self._base.execute(
            f"select product, digest, mark from offers where shop = ? and product in ({marks})",  # noqa: S608
            (number, *wanted),
        )
        return {product: KnownOffer(digest, mark) for product, digest, mark in rows}

    def change(self, changes: Sequence[OfferChange]) -> None:
        """Take over what was written, in this order; an offer's mark never goes back."""
        latest = {(one.store, one.product): one for one in changes}
        self._base.executemany(
            "insert into offers values(?, ?, ?, ?) on conflict(shop, product) do update"
            " set digest = excluded.digest, mark = max(mark, excluded.mark)",
            [
                (self._numbered(one.store), one.product, one.digest, one.mark)
                # In the order of the table, which is three times as fast.
                for one in sorted(latest.values(), key=lambda change: (change.store, change.product))
            ],
        )

    def touch(self, store: str, products: Iterable[str], mark: int) -> None:
        """The run spoke of these offers, though nothing could be made of them: they stay as they are."""
        number = self._number(store)
        if number is not None:
            self._base.executemany(
                "update offers set mark = max(mark, ?) where shop = ? and product = ?",
                [(mark, number, product) for product in products],
            )

    def missing(self, store: str, mark: int, most: int, after: str = "") -> list[str]:
        """Offers of the shop of which no run since `mark` has spoken; the first `most` of them after this one."""
        number = self._number(store)
        if number is None:
            return []
        rows = self._base.execute(
            "select product from offers where shop = ? and product > ? and mark < ? and digest <> ?"
            " order by product limit ?",
            (number, after, mark, GONE, most),
        )
        return [product for (product,) in rows]

    def counted(self, store: str, mark: int) -> tuple[int, int]:
        """How many offers the shop has, and how many of them are `missing`."""
        number = self._number(store)
        if number is None:
            return 0, 0
        offers, missing = self._base.execute(
            "select count(*), coalesce(sum(mark < ?), 0) from offers where shop = ? and digest <> ?",
            (mark, number, GONE),
        ).fetchone()
        return offers, missing

    # --- runs ---

    def whole_mark(self, store: str) -> int:
        """The mark of the last whole feed of the shop that is in force; 0 when there is none."""
        row = self._base.execute("select whole from shops where store = ?", (store,)).fetchone()
        return int(row[0]) if row is not None else 0

    def put_in_force(self, store: str, mark: int) -> None:
        """A whole feed is in force: what earlier runs still have to say of the shop is no news.

        What was withdrawn long before is forgotten: no run that began earlier is still going on.
        """
        number = self._numbered(store)
        self._base.execute("update shops set whole = max(whole, ?) where number = ?", (mark, number))
        self._base.execute(
            "delete from offers where shop = ? and digest = ? and mark < ?", (number, GONE, mark - LONGEST_RUN_US)
        )

    def wait(self, run: str, store: str, told: bytes) -> None:
        """What this run of the shop no longer had waits for a decision. `told` is kept of the run."""
        self._base.execute("insert or replace into waiting values(?, ?, ?)", (run, store, told))

    def waits(self, run: str) -> bool:
        return self._base.execute("select 1 from waiting where run = ?", (run,)).fetchone() is not None

    def waiting_of(self, store: str) -> dict[str, bytes]:
        """The runs of the shop that wait, and what is kept of them."""
        return dict(self._base.execute("select run, told from waiting where store = ?", (store,)).fetchall())

    def wait_no_more(self, run: str) -> None:
        self._base.execute("delete from waiting where run = ?", (run,))

    def _number(self, store: str) -> int | None:
        found = self._numbers.get(store)
        if found is None:
            row = self._base.execute("select number from shops where store = ?", (store,)).fetchone()
            if row is None:
                return None
            found = self._numbers[store] = int(row[0])
        return found

    def _numbered(self, store: str) -> int:
        number = self._number(store)
        if number is None:
            cursor = self._base.execute("insert into shops(store, whole) values(?, 0) returning number", (store,))
            number = self._numbers[store] = int(cursor.fetchone()[0])
        return number
