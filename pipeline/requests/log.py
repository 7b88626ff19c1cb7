"""The request log as a service."""

import asyncio
import contextlib
from datetime import datetime
from functools import partial

from aiokafka.errors import KafkaError
from elasticsearch import ApiError, TransportError

from ops import logs, metrics
from ops.backup.forgotten import hashed
from ops.errors import StartupError
from ops.kafka import Kafka
from ops.service import Service
from pipeline.contracts.messages import ForgottenPerson, now
from pipeline.contracts.topics import FORGOTTEN
from pipeline.kafka.live_view import LiveView
from pipeline.requests.indices import LogIndices
from pipeline.requests.journal import JOURNALS, IsForgotten, converter
from pipeline.sink.bulk import Bulk, fault
from pipeline.sink.consume_loop import ConsumeLoop
from pipeline.sink.operation import Operation
from pipeline.sink.sink_service import Denied, open_sink, until_stopped
from pipeline.sink.size import BulkSize

log = logs.get_logger(__name__)
RETRY_S = 1.0
DELETE_EVERY_S = 3600.0


async def keep(service: Service, kafka: Kafka, indices: LogIndices) -> None:
    """Write requests and audit entries into their months until the service is asked to stop.

    Who asked to be forgotten is known before the first request is written. Raises StartupError when it cannot begin;
    later it only waits.
    """
    await _prepare(indices)
    async with LiveView(kafka, FORGOTTEN, ForgottenPerson) as forgotten:
        await _keep(service, kafka, indices, partial(_is_forgotten, forgotten))


async def _keep(service: Service, kafka: Kafka, indices: LogIndices, is_forgotten: IsForgotten) -> None:
    bulk = Bulk(indices.client, BulkSize(), lambda holds: service.ready("elasticsearch", holds), _count)
    topics = tuple(journal.topic for journal in JOURNALS)
    begun = False
    while not service.stopping.is_set():
        try:
            async with open_sink(
                kafka, kafka.identity, topics, bulk, converter(indices.months, now, is_forgotten),
                known_before=await indices.any(), goes_on=True,
            ) as consume_loop:  # fmt: skip
                begun = True
                service.ready("kafka")
                service.ready("elasticsearch")
                await until_stopped(service, _consume(consume_loop, indices))
        except Denied:
            raise
        except (KafkaError, ApiError, TransportError, StartupError) as error:
            if not begun:
                raise
            log.warning("the request log begins anew", reason=str(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(service.stopping.wait(), RETRY_S)


def _is_forgotten(forgotten: LiveView[ForgottenPerson], person: str, at: datetime) -> bool:
    asked = forgotten.get(hashed(person))
    return asked is not None and at <= asked.until


async def _prepare(indices: LogIndices) -> None:
    try:
        await indices.prepare()
    except (ApiError, TransportError) as error:
        raise StartupError(
            "Elasticsearch (YARMARKA_ELASTICSEARCH__URL) does not take the templates of the request log from "
            f"`requests` ({fault(error)}); check that it runs, and the role."
        ) from None


async def _consume(consume_loop: ConsumeLoop, indices: LogIndices) -> None:
    deleted_at = float("-inf")
    loop = asyncio.get_running_loop()
    while True:
        if loop.time() - deleted_at >= DELETE_EVERY_S:
            deleted_at = loop.time()
            try:
                await indices.delete_old(now())
            except (ApiError, TransportError) as error:
                log.warning("old months stay for another hour", reason=fault(error))
        await consume_loop.step()


def _count(operation: Operation, outcome: str) -> None:
    if outcome == "indexed":
        metrics.REQUESTS_LOGGED.labels(operation.record.topic).inc()
