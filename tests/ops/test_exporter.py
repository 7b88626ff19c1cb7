"""The exporter: what it reads of certificates, and what it says of a real Elasticsearch."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from elasticsearch import AsyncElasticsearch
from prometheus_client import generate_latest

from ops import exporter, metrics
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
