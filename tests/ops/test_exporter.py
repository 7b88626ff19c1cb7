"""The exporter: what it reads of certificates, and what it says of a real Elasticsearch."""

import asyncio
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from elasticsearch import AsyncElasticsearch
from prometheus_client import generate_latest

from ops import elasticsearch, exporter, metrics
from ops.disks import Disk, elasticsearch_disks, kafka_disks
from ops.kafka import Kafka
from ops.private_files import write_private
from ops.stack.running import RunningStack
from ops.tls import Authority, read_certificate
from tests.waiting import until


def sample(name: str, **labels: str) -> float | None:
    return metrics.REGISTRY.get_sample_value(name, labels)


def test_the_end_of_every_certificate_is_told_and_a_damaged_one_stops_nothing(tmp_path: Path) -> None:
    authority = Authority.create("ours")
    write_private(tmp_path / "ca.pem", authority.pem())
    write_private(tmp_path / "damaged" / "client.pem", b"not a certificate")
    write_private(tmp_path / "feed" / "client.pem", authority.issue("feed"))
    exporter.note_certificates(exporter.certificates(tmp_path))
    ends = read_certificate(tmp_path / "feed" / "client.pem").not_valid_after_utc.timestamp()
    assert sample("yarmarka_certificate_expiry_timestamp_seconds", certificate="feed") == ends
    assert sample("yarmarka_certificate_expiry_timestamp_seconds", certificate="authority") is not None
    assert b"damaged" not in generate_latest(metrics.REGISTRY)


class _NoShardsYet:
    """Elasticsearch's answer for an index whose shards have not started, as it was seen under load."""

    async def stats(self, *, index: str, metric: str) -> dict[str, object]:
        return {"_shards": {"total": 1, "successful": 0, "failed": 0}, "_all": {"primaries": {}, "total": {}}}


async def test_an_index_whose_shards_have_not_started_has_no_documents_yet() -> None:
    client = cast("AsyncElasticsearch", SimpleNamespace(indices=_NoShardsYet()))
    assert await exporter._documents(client, "products") == 0


def test_a_disk_that_is_gone_is_shown_no_more() -> None:
    gauges = exporter.DiskGauges()
    gauges.note([Disk("kafka", "1", "/data", 40, 1_000), Disk("elasticsearch", "a", "/", 900, 1_000)])
    assert sample("yarmarka_disk_free_bytes", server="kafka", node="1", path="/data") == 40
    gauges.note([Disk("elasticsearch", "a", "/", 800, 1_000)])
    assert sample("yarmarka_disk_free_bytes", server="kafka", node="1", path="/data") is None
    assert sample("yarmarka_disk_free_bytes", server="elasticsearch", node="a", path="/") == 800
    assert sample("yarmarka_disk_size_bytes", server="elasticsearch", node="a", path="/") == 1_000


@pytest.mark.system
async def test_both_servers_say_how_much_room_they_have(stack: RunningStack) -> None:
    here = shutil.disk_usage(stack.directory.root)
    async with elasticsearch.client(stack.settings, "exporter") as client:
        disks = await elasticsearch_disks(client)
    disks += await kafka_disks(Kafka(stack.settings, "exporter"))
    assert {disk.server for disk in disks} == {"elasticsearch", "kafka"}
    for disk in disks:
        assert disk.total == here.total
        assert 0 < disk.free <= disk.total


@pytest.mark.system
@pytest.mark.parametrize("up", [1, 0])
async def test_elasticsearch_is_told_to_be_up_or_down(up: int, stack: RunningStack, tmp_path: Path) -> None:
    servers = stack.settings.elasticsearch.model_copy(update={} if up else {"url": "https://localhost:1"})
    running = asyncio.create_task(
        exporter.run(stack.settings.model_copy(update={"elasticsearch": servers, "stack_dir": tmp_path}))
    )

    def told() -> float | None:
        return sample("yarmarka_elasticsearch_up", server=servers.url)

    await until(lambda: told() is not None or running.done(), "Elasticsearch is up or down", within_s=30)
    assert not running.done(), running.exception()
    running.cancel()
    await asyncio.wait([running])
    assert told() == up
