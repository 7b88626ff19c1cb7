"""Stores that no other test has, in memory and in the real topic."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.state.store import Personal, StoreSpec
from bot.ui.locale import Html
from ops.kafka import Kafka
from tests.bot.state.backends import Backend, MemoryBackend, Note, kafka_backend


@pytest.fixture(params=["in memory", "large"])
def notes(request: pytest.FixtureRequest, unique: str) -> StoreSpec[Note]:
    """A store about people: `<person>` or `<person>:<more>`; found by its text too."""
    words: Personal[Note] = Personal(lambda count, _: Html(f"{count} notes"))
    return StoreSpec(f"{unique}-notes:", Note, words, large=request.param == "large", marks=lambda note: (note.text,))


@pytest.fixture
def facts(unique: str) -> StoreSpec[Note]:
    """A store about nobody."""
    return StoreSpec(f"{unique}-facts:", Note)


@pytest.fixture(params=["memory", pytest.param("kafka", marks=[pytest.mark.system, pytest.mark.timeout(120)])])
async def backend(
    request: pytest.FixtureRequest, tmp_path: Path, notes: StoreSpec[Note], facts: StoreSpec[Note]
) -> AsyncIterator[Backend]:
    """The two stores, in memory and in Kafka."""
    if request.param == "memory":
        yield MemoryBackend((notes, facts))
        return
    async with kafka_backend(Kafka(request.getfixturevalue("settings"), "bot"), tmp_path, (notes, facts)) as made:
        yield made
