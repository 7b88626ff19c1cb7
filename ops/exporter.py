"""Tells Prometheus what nobody else does: Elasticsearch's health, room on disks, and when certificates end."""

import asyncio
import contextlib
from collections.abc import Iterable
from pathlib import Path

from aiokafka.errors import KafkaError
from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch, NotFoundError

from ops import elasticsearch, logs, metrics
from ops.disks import Disk, elasticsearch_disks, kafka_disks
from ops.errors import StartupError
from ops.kafka import Kafka
from ops.service import Service, running
from ops.settings import Settings
from ops.shown_certificates import SERVERS, note_shown
from ops.tls import read_certificate

log = logs.get_logger(__name__)
IDENTITY = "exporter"
LOOK_EVERY = 5.0
HEALTH = {"green": 0, "yellow": 1, "red": 2}


async def run(settings: Settings) -> None:
    """Look every few seconds until told to stop. Raises StartupError when a setting or credential is missing."""
    disks = DiskGauges()
    kafka = Kafka(settings, IDENTITY) if settings.kafka.bootstrap else None
    async with running(IDENTITY, settings) as service, elasticsearch.client(settings, IDENTITY) as client:
        while not service.stopping.is_set():
            note_certificates(certificates(settings.credentials))
            await note_shown(settings)
            await _note_health(client, settings, service)
            disks.note(await _disks(client, kafka))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(service.stopping.wait(), LOOK_EVERY)


async def _note_health(client: AsyncElasticsearch, settings: Settings, service: Service) -> None:
    server, alias = settings.elasticsearch.url, settings.search.alias
    try:
        health = await client.cluster.health()
        documents = await _documents(client, alias)
    except (ApiError, TransportError) as error:
        metrics.ELASTICSEARCH_UP.labels(server).set(0)
        log.warning("no answer", server="elasticsearch", error=str(error))
    else:
        metrics.ELASTICSEARCH_UP.labels(server).set(1)
        metrics.ELASTICSEARCH_STATUS.labels(server).set(HEALTH[health["status"]])
        metrics.ELASTICSEARCH_DOCUMENTS.labels(alias).set(documents)
    # It is ready to be asked even when it has bad news.
    service.ready("looking")


async def _disks(client: AsyncElasticsearch, kafka: Kafka | None) -> list[Disk]:
    """The disks of the servers that answer."""
    found: list[Disk] = []
    try:
        found += await elasticsearch_disks(client)
    except (ApiError, TransportError) as error:
        log.warning("no answer about disks", server="elasticsearch", error=str(error))
    try:
        async with asyncio.timeout(LOOK_EVERY):
            found += [] if kafka is None else await kafka_disks(kafka)
    except (KafkaError, StartupError, TimeoutError) as error:
        log.warning("no answer about disks", server="kafka", error=str(error))
    return found


class DiskGauges:
    """The gauges of the disks that were seen last; of a server that is away nothing is said."""

    def __init__(self) -> None:
        self._shown: set[tuple[str, str, str]] = set()

    def note(self, disks: Iterable[Disk]) -> None:
        """Show these, and no others."""
        seen = {(disk.server, disk.node, disk.path): disk for disk in disks}
        for gone in self._shown - seen.keys():
            metrics.DISK_FREE.remove(*gone)
            metrics.DISK_SIZE.remove(*gone)
        for labels, disk in seen.items():
            metrics.DISK_FREE.labels(*labels).set(disk.free)
            metrics.DISK_SIZE.labels(*labels).set(disk.total)
        self._shown = set(seen)


async def _documents(client: AsyncElasticsearch, alias: str) -> int:
    try:
        stats = await client.indices.stats(index=alias, metric="docs")
    except NotFoundError:
        return 0
    # An index whose shards have not started yet has no figures.
    return int(stats["_all"]["primaries"].get("docs", {}).get("count", 0))


def certificates(credentials: Path) -> list[tuple[str, Path]]:
    """(name, file) of the authority's certificate and every client's; a server's is what it shows."""
    leaves = [leaf for leaf in sorted(credentials.glob("*/client.pem")) if leaf.parent.name not in SERVERS]
    return [("authority", credentials / "ca.pem"), *((leaf.parent.name, leaf) for leaf in leaves)]


def note_certificates(found: Iterable[tuple[str, Path]]) -> None:
    """Set the end of each certificate; one that cannot be read is passed over, and logged."""
    for name, path in found:
        try:
            ends = read_certificate(path).not_valid_after_utc
        except StartupError as error:
            log.warning("unreadable certificate", certificate=name, error=str(error))
            continue
        metrics.CERTIFICATE_EXPIRY.labels(name).set(ends.timestamp())
