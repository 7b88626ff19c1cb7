"""What Kafka, the lake and the index hold is compared, against a real Kafka and a real index."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest

from analytics.jobs import verify
from analytics.jobs.job import JobContext, JobResult
from analytics.lake.faults import LakeFault
from ops.elasticsearch import client
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.contracts.lake import CATALOGUE
from pipeline.contracts.messages import HEADERS
from pipeline.contracts.topics import FILTERED_PRODUCTS
from tests.analytics.local_lake import LocalLake

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.system, pytest.mark.timeout(400)]


async def send(settings: Settings, *offers: str) -> None:
    async with Kafka(settings, "filter").producer() as producer:
        for offer in offers:
            value = orjson.dumps({"name": offer})
            await producer.send_and_wait(FILTERED_PRODUCTS.name, value, key=offer.encode(), headers=HEADERS)


async def fill_index(settings: Settings, alias: str, lake: LocalLake) -> None:
    fields = {"properties": {"offer_id": {"type": "keyword"}}}
    async with client(settings, "indexer") as index:
        await index.indices.create(index=alias, mappings=fields)
        for row in lake.read(CATALOGUE).select("offer_id").collect():
            await index.index(index=alias, id=row["offer_id"], document={"offer_id": row["offer_id"]})
        await index.indices.refresh(index=alias)


async def test_what_differs_is_mended_or_told_with_its_cure(
    settings: Settings, spark: "SparkSession", tmp_path: Path, unique: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "LOOKS", 2)
    monkeypatch.setattr(verify, "PAUSE_S", 0.1)
    alias = f"products-{unique}"
    own = settings.model_copy(update={
        "stack_dir": tmp_path, "search": settings.search.model_copy(update={"alias": alias}),
    })  # fmt: skip
    lake = LocalLake(spark, tmp_path, own)
    context = JobContext(lake, lake.settings, "r", lambda stage, percent: None)

    async def compared() -> JobResult:
        return await asyncio.to_thread(verify.run, context)

    offers = [f"{unique}/{number}" for number in range(9)]
    await send(settings, *offers)
    with pytest.raises(LakeFault, match=r"index's products are not .* `python -m pipeline index --rebuild`"):
        await compared()
    await fill_index(settings, alias, lake)
    done = await compared()
    assert done.taken == lake.read(CATALOGUE).count() >= len(offers)
    assert not done.note

    nothing = lake.read(CATALOGUE).where("false")
    lake.put(nothing, CATALOGUE, [offers[0]], lake.note(CATALOGUE))
    assert "the catalogue differed" in (await compared()).note
    assert lake.read(CATALOGUE).where(f"offer_id = '{offers[0]}'").count() == 1
