"""The indexer as a service: follows `filtered_products` into whatever index is behind the alias.

The consumer group is bound to the index: `indexer-<index>`. What a group has committed is therefore what is in
that index, whoever wrote it there. When the alias moves, the indexer changes groups and goes on where the
rebuild had got to; when Elasticsearch lost its data, the new index has a new group, which begins at the beginning.
No moment of a crash, of a rebuild or of this process, can leave a record out.

The versions of documents are offsets. When the topic is another one, or has lost its end, or nothing is known any more
of what was read, new records could not replace what an index holds: then a new index is filled instead.
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass

from aiokafka.errors import KafkaError
from elasticsearch import ApiError, AuthenticationException, AuthorizationException, TransportError

from ops import logs, metrics
from ops.errors import StartupError
from ops.kafka import Kafka
from ops.service import Service
from pipeline.catalog.indexer.alias import Indices, group_of
from pipeline.catalog.indexer.documents import operations_in
from pipeline.catalog.indexer.meanings import Pace, filling
from pipeline.catalog.indexer.rebuild import rebuild
from pipeline.contracts.topics import FILTERED_PRODUCTS, Topic
from pipeline.meaning.model import RememberedVectors
from pipeline.sink.bulk import Bulk, IndexGone, fault
from pipeline.sink.consume_loop import ConsumeLoop
from pipeline.sink.sink_service import Denied, Differs, open_sink, until_stopped
from pipeline.sink.size import BulkSize

log = logs.get_logger(__name__)
RETRY_S = 1.0
LOOK_EVERY_S = 1.0


async def follow(
    service: Service,
    kafka: Kafka,
    indices: Indices,
    topic: Topic = FILTERED_PRODUCTS,
    meanings: RememberedVectors | None = None,
) -> None:
    """Index until the service is asked to stop. Raises StartupError when it cannot begin; later it only waits.

    With `meanings`, what is indexed is also given the vector of its meaning, a moment later.
    """
    pace = Pace()
    async with filling(indices, meanings, pace):
        await _follow(service, kafka, _Target(indices, meanings, pace), topic)


@dataclass(frozen=True, slots=True)
class _Target:
    """Where documents go, with what is at hand of their meaning; who gives them the rest keeps the pace."""

    indices: Indices
    meanings: RememberedVectors | None
    pace: Pace


async def _follow(service: Service, kafka: Kafka, target: _Target, topic: Topic) -> None:
    indices = target.indices
    index = await first_index(indices)
    bulk = Bulk(
        indices.client,
        BulkSize(),
        lambda holds: service.ready("elasticsearch", holds),
        lambda operation, outcome: metrics.INDEXED.labels(outcome).inc(),
        indices.alias,
    )
    begun = differs = False
    while not service.stopping.is_set():
        try:
            if differs:
                await until_stopped(service, _fill_another(kafka, indices, topic))
                index, differs = await indices.ensure(), False
                continue
            log.info("indexing", index=index, group=group_of(index))
            async with open_sink(
                kafka, group_of(index), (topic,), bulk, operations_in(indices.currency, target.meanings),
                known_before=await indices.holds_any(index), goes_on=False,
            ) as consume_loop:  # fmt: skip
                begun = True
                service.ready("kafka")
                service.ready("elasticsearch")
                await until_stopped(service, _consume(consume_loop, index, indices, target.pace))
            index = await indices.ensure()
        except Denied:
            raise
        except Differs:
            differs = True
        except (IndexGone, KafkaError, ApiError, TransportError, StartupError) as error:
            if not begun:
                raise
            log.warning("the indexer begins anew", reason=str(error))
            await _pause(service)
            with contextlib.suppress(ApiError, TransportError, StartupError):
                index = await indices.ensure()


async def first_index(indices: Indices) -> str:
    """The index behind the alias, or a new one. Raises StartupError that says why there can be none."""
    try:
        return await indices.ensure()
    except AuthenticationException:
        raise StartupError(
            "Elasticsearch does not know the user `indexer` with this password (YARMARKA_CREDENTIALS); "
            "`python -m ops certs issue` writes the credentials of a stack."
        ) from None
    except AuthorizationException as error:
        raise StartupError(
            f"Elasticsearch does not let `indexer` manage {indices.alias}* ({error.error}); check its role."
        ) from None
    except (ApiError, TransportError) as error:
        raise StartupError(
            f"Elasticsearch (YARMARKA_ELASTICSEARCH__URL) cannot be used ({fault(error)}); check that it runs."
        ) from None


async def _fill_another(kafka: Kafka, indices: Indices, topic: Topic) -> None:
    await rebuild(kafka, indices, lambda done, total: None, topic)


async def _consume(consume_loop: ConsumeLoop, index: str, indices: Indices, pace: Pace) -> None:
    looked = time.monotonic()
    while not consume_loop.indices - {index}:
        pace.indexed(await consume_loop.step())
        # A quiet topic shows no move by itself.
        if time.monotonic() - looked >= LOOK_EVERY_S:
            looked = time.monotonic()
            if await _moved(indices, index):
                return


async def _moved(indices: Indices, index: str) -> bool:
    """Whether another index is behind the alias; a server that is away says nothing."""
    try:
        return await indices.current() != index
    except (ApiError, TransportError):
        return False


async def _pause(service: Service) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(service.stopping.wait(), RETRY_S)
