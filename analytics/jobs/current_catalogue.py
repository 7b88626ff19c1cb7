"""The catalogue as it is now, brought up to the history of products at the cost of what came since."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import orjson

from analytics.lake.checkpoints import reached, stream_id
from analytics.lake.tables import positions
from analytics.spark.session import interpreted
from analytics.transforms.products import current, latest, offered
from pipeline.contracts.lake import CATALOGUE, PRODUCT_HISTORY
from pipeline.contracts.messages import OFFER_DIVIDER

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from analytics.lake.tables import Lake

FEW = 50_000
"""Records that one core takes in sooner than Spark has shared them out."""
NAMED = 2_000
"""So many keys are named in the replacement, which then needs no join."""
SHOPS = 50
TIDIED_EVERY = 50
"""Commits after which the remains of single changes are joined, and files deleted that nobody needs."""
COLUMNS = hashlib.sha256(CATALOGUE.ddl.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class _Note:
    """What the catalogue was made of: of which stream, by partition up to which offset, and in which columns."""

    stream: str
    offsets: Mapping[int, int]
    columns: str

    @classmethod
    def read(cls, text: str, stream: str) -> Self | None:
        """The note of a commit; None when it says nothing that this release can go on from with this stream."""
        try:
            fields = orjson.loads(text)
            offsets = {int(partition): int(offset) for partition, offset in fields["offsets"].items()}
            found = cls(str(fields["stream"]), offsets, str(fields["columns"]))
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            return None
        return found if (found.stream, found.columns) == (stream, COLUMNS) else None

    def text(self) -> str:
        fields = {"stream": self.stream, "offsets": self.offsets, "columns": self.columns}
        return orjson.dumps(fields, option=orjson.OPT_NON_STR_KEYS).decode()


def renew_catalogue(lake: Lake, *, anew: bool = False) -> int:
    """Bring the catalogue up to the history, in one commit if there is anything to do; rows written or taken away.

    Only what came since is read of the history, and only the files that hold it; all, when it is not known what the
    catalogue was made of, or when `anew` says so. Records of an earlier Kafka are no part of it: their offsets are
    below zero, see `Lake.set_aside`.
    """
    history = lake.read(PRODUCT_HISTORY)
    lake.create(CATALOGUE)
    stream = stream_id(lake.hdfs, PRODUCT_HISTORY)
    before = None if anew else _Note.read(lake.note(CATALOGUE), stream)
    made_of = before.offsets if before else {}
    # A checkpoint that is as new as the table's last rows knows what otherwise takes a look at all of them.
    until = {} if anew else reached(lake.hdfs, PRODUCT_HISTORY)
    until = until or {**made_of, **positions(history.where(beyond(made_of)))}
    if before and until == made_of:
        return 0
    note, version = _Note(stream, until, COLUMNS).text(), lake.version(CATALOGUE)
    if not before or not until.keys() <= made_of.keys():
        written = lake.replace(current(history.where("offset >= 0")), CATALOGUE, note, rows=sum(until.values()))
    else:
        written = _follow(lake, history.where(beyond(made_of)), sum(until.values()) - sum(made_of.values()), note)
    if version // TIDIED_EVERY != lake.version(CATALOGUE) // TIDIED_EVERY:
        lake.compact(CATALOGUE)
        lake.vacuum(CATALOGUE)
    return written


def beyond(made_of: Mapping[int, int]) -> Column:
    """What came after these offsets. Said without NOT, by which no file of the history could be left out."""
    from pyspark.sql import functions as F

    last = max(made_of, default=-1)
    others = [number for number in range(last) if number not in made_of]
    parts = [f"(`partition` = {number} AND `offset` >= {offset})" for number, offset in made_of.items()]
    parts += [f"(`partition` = {number} AND `offset` >= 0)" for number in others]
    return F.expr(" OR ".join([*parts, f"(`partition` > {last} AND `offset` >= 0)"]))


def _follow(lake: Lake, records: DataFrame, count: int, note: str) -> int:
    few = count <= FEW
    with interpreted(lake.session) if few else nullcontext():
        since = latest(records, few=few).persist()
        try:
            keys = [str(row["offer_id"]) for row in since.select("offer_id").limit(NAMED + 1).collect()]
            if len(keys) <= NAMED:
                lake.put(offered(since), CATALOGUE, keys, note)
                return len(keys)
            gone = since.where("deleted").select("offer_id")
            lake.merge(offered(since), gone, CATALOGUE, _shops(since), note)
            return since.count()
        finally:
            since.unpersist()


def _shops(since: DataFrame) -> list[str]:
    """How the keys begin, unless that is in too many ways."""
    from pyspark.sql import functions as F

    shops = since.select(F.substring_index("offer_id", OFFER_DIVIDER, 1).alias("shop")).distinct()
    found = [f"{row['shop']}{OFFER_DIVIDER}" for row in shops.limit(SHOPS + 1).collect()]
    return found if len(found) <= SHOPS else []
