"""Lanes and parts of the lake, between processes."""

from pathlib import Path

import pytest

from analytics.lake.lock import WAITING, Lane, Part, free_part, lake_lock, part_lock
from ops.settings import Settings
from pipeline.contracts.lake import CATALOGUE, LAKE, PRODUCT_HISTORY, PURCHASES, REQUEST_HISTORY


class WaitsError(Exception):
    """Somebody would wait."""


def waits(stage: str) -> None:
    assert stage == WAITING
    raise WaitsError


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    return Settings(stack_dir=tmp_path)


def test_a_lane_does_not_wait_for_the_other(place: Settings) -> None:
    with lake_lock(place, waits, Lane.LONG, ()), lake_lock(place, waits, Lane.INTAKE, (Part.PRODUCTS,)):
        with pytest.raises(WaitsError), lake_lock(place, waits, Lane.LONG, ()):
            pass
        with pytest.raises(WaitsError), lake_lock(place, waits, Lane.INTAKE, ()):
            pass


def test_a_part_has_one_writer_and_the_other_part_is_free(place: Settings) -> None:
    with part_lock(place, waits, (Part.PEOPLE,)), part_lock(place, waits, (Part.PRODUCTS,)):
        with pytest.raises(WaitsError), part_lock(place, waits, (Part.PEOPLE,)):
            pass
        with free_part(place, Part.PEOPLE) as free:
            assert not free
    with free_part(place, Part.PEOPLE) as free:
        assert free
        with pytest.raises(WaitsError), lake_lock(place, waits):
            pass


def test_every_table_is_of_a_part() -> None:
    parts = {table: Part.of(table) for table in LAKE}
    assert parts == {
        PRODUCT_HISTORY: Part.PRODUCTS, CATALOGUE: Part.PRODUCTS,
        REQUEST_HISTORY: Part.PEOPLE, PURCHASES: Part.PEOPLE,
    }  # fmt: skip
