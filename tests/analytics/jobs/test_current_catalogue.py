"""The catalogue costs what came, and is what it would be if it were made anew."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from analytics.jobs import current_catalogue
from analytics.jobs.current_catalogue import beyond, renew_catalogue
from analytics.lake import commits
from analytics.transforms.products import current, versions
from pipeline.contracts.lake import CATALOGUE, PRODUCT_HISTORY
from tests.analytics.local_lake import LocalLake
from tests.analytics.transforms.records import Sent, records
from tests.analytics.transforms.test_products import CASES
from tests.system.lake_count import in_files

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from analytics.lake.tables import Lake

PARTITIONS = 6


@pytest.mark.parametrize("made_of", [{}, {0: 3}, {1: 0, 4: 7}, {0: 2, 1: 2, 2: 2, 3: 2, 4: 2, 5: 2}])
def test_what_came_after(spark: "SparkSession", made_of: dict[int, int]) -> None:
    places = [(number, offset) for number in range(PARTITIONS) for offset in (-9, 0, 1, 2, 3, 6, 7, 8)]
    rows = spark.createDataFrame(places, "partition INT, offset BIGINT").where(beyond(made_of)).collect()
    found = {(row["partition"], row["offset"]) for row in rows}
    assert found == {place for place in places if place[1] >= made_of.get(place[0], 0)}


@dataclass
class Made:
    """A lake of few rows, without Kafka's part in it."""

    lake: "Lake"

    def send(self, *sent: Sent) -> None:
        """One batch of the stream."""
        self.lake.append(versions(records(self.lake.session, sent)).coalesce(1), PRODUCT_HISTORY)

    def names(self) -> dict[str, str]:
        rows = self.lake.read(CATALOGUE).select("offer_id", "name").collect()
        found = {row["offer_id"]: row["name"] for row in rows}
        assert len(found) == len(rows), "an offer is there twice"
        return found

    def anew(self) -> dict[str, str]:
        rows = current(self.lake.read(PRODUCT_HISTORY)).select("offer_id", "name").collect()
        return {row["offer_id"]: row["name"] for row in rows}


@pytest.fixture
def made(spark: "SparkSession", tmp_path: Path) -> Made:
    """Empty tables."""
    found = Made(LocalLake(spark, tmp_path))
    found.lake.create(PRODUCT_HISTORY)
    return found


def offers(numbers: range, name: str, offset: int) -> Sequence[Sent]:
    return [
        Sent(
            f"shop-{number % 7}/it's {number}",
            {"name": f"{name} {number}", "description": hashlib.sha512(str(number).encode()).hexdigest() * 4},
            number % PARTITIONS,
            offset + number // PARTITIONS,
        )
        for number in numbers
    ]


def written(lake: "Lake", after: int) -> int:
    """Bytes of rows that the catalogue's commits after this one have added."""
    return sum(
        int(str(action["add"]["size"]))
        for number in commits.versions(lake.hdfs, CATALOGUE)
        if number > after
        for action in commits.actions(lake.hdfs, CATALOGUE, number)
        if "add" in action and action["add"].get("deletionVector") is None
    )


def test_one_change_costs_one_change(made: Made) -> None:
    for batch in range(4):
        made.send(*offers(range(batch * 300, batch * 300 + 300), "first", 0))
    assert renew_catalogue(made.lake) == 1_200
    before, whole = made.lake.version(CATALOGUE), written(made.lake, -1)
    made.send(*offers(range(1), "second", 5_000))

    offsets = dict.fromkeys(range(PARTITIONS), 200)
    news = made.lake.read(PRODUCT_HISTORY).where(beyond(offsets))
    assert (len(made.lake.read(PRODUCT_HISTORY).inputFiles()), len(news.inputFiles())) == (5, 1)
    assert renew_catalogue(made.lake) == 1
    assert made.names()["shop-0/it's 0"] == "second 0"
    assert len(made.names()) == 1_200
    assert written(made.lake, before) < whole / 10
    assert renew_catalogue(made.lake) == 0


@pytest.mark.parametrize("named", [2_000, 0], ids=["keys that are named", "a join"])
def test_what_is_followed_is_what_is_made_anew(made: Made, named: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """All cases at once, each product under its case's name, a version of each at a time."""
    monkeypatch.setattr(current_catalogue, "NAMED", named)
    expected = dict[str, str]()
    steps: list[list[Sent]] = [[], [], []]
    for name, sent, right in CASES:
        own = sorted(sent, key=lambda one: (one.partition, one.offset))
        for place, one in enumerate(own):
            steps[place].append(replace(one, key=f"{name}/{one.key}"))
        expected |= {f"{name}/{key}": value for key, value in right.items()}
    for number, step in enumerate(steps):
        # Versions of one case are later than those before; of the others nothing is known.
        made.send(*(replace(one, offset=one.offset + 1_000 * number) for one in step))
        renew_catalogue(made.lake)
        assert made.names() == made.anew()
        assert sorted(in_files(made.lake.hdfs)) == sorted(made.names()), "read without Spark"
    assert made.names() == expected


def test_a_column_is_known_though_its_first_run_was_killed(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    made.send(*offers(range(3), "first", 0))
    monkeypatch.setattr(current_catalogue, "COLUMNS", "of an earlier release")
    renew_catalogue(made.lake)
    monkeypatch.undo()
    assert renew_catalogue(made.lake) == 3, "made of other columns, it is made anew"
    assert renew_catalogue(made.lake) == 0


def test_single_changes_are_joined_and_the_place_is_given_back(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_catalogue, "TIDIED_EVERY", 1)
    settings = made.lake.settings
    hours = settings.analytics.model_copy(update={"versions_kept_hours": 0})
    monkeypatch.setattr(made.lake, "settings", settings.model_copy(update={"analytics": hours}))
    made.send(*offers(range(60), "first", 0))
    renew_catalogue(made.lake)
    for turn in range(2):
        made.send(*offers(range(10), f"turn {turn}", 100 * (turn + 1)))
        renew_catalogue(made.lake)
    files = [name for name in made.lake.hdfs.list(CATALOGUE.path) if not name.startswith("_")]
    assert len(files) == 1
    assert made.names() == made.anew()
    assert renew_catalogue(made.lake) == 0, "what it is made of is known after joining, too"
