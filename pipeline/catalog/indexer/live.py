"""The indexer as a service: follows `filtered_products` into whatever index is behind the alias.

The consumer group is bound to the index: `indexer-<index>`. What a group has committed is therefore what is in
that index, whoever wrote it there. When the alias moves, the indexer changes groups and goes on where the
rebuild had got to; when Elasticsearch lost its data, the new index has a new group, which begins at the beginning.
No moment of a crash, of a rebuild or of this process, can leave a record out.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

from aiokafka.errors import GroupAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError
from elasticsearch import ApiError, AuthenticationException, AuthorizationException, TransportError

from ops import logs
from ops.errors import StartupError
from ops.kafka import Kafka
from ops.service import Service
from pipeline.catalog.indexer.alias import Indices
from pipeline.catalog.indexer.bulk import Bulk, IndexGone
from pipeline.catalog.indexer.flow import DRAIN_S, Flow
from pipeline.catalog.indexer.size import BulkSize
from pipeline.contracts.dead_letters import DeadLetters
from pipeline.contracts.topics import FILTERED_PRODUCTS

log = logs.get_logger(__name__)
RETRY_S = 1.0
LOOK_EVERY_S = 1.0
DENIED = (TopicAuthorizationFailedError, GroupAuthorizationFailedError)
MEASURE_EVERY_S = 1.0


def group_of(index: str) -> str:
    """The consumer group whose committed offsets say what is in this index."""
    return f"indexer-{index}"


async def follow(service: Service, kafka: Kafka, indices: Indices) -> None:
    """Index until the service is asked to stop. Raises StartupError when it cannot begin; later it only waits."""
    index = await first_index(indices)
    size = BulkSize()
    begun = False
    while not service.stopping.is_set():
        try:
            async with _consuming(index, service, kafka, indices, size) as flow:
                begun = True
                await _until_moved(flow, index, service, indices)
            index = await indices.ensure()
        except DENIED as error:
            raise StartupError(
                f"Kafka at {kafka.bootstrap} does not let `{kafka.identity}` read {FILTERED_PRODUCTS.name} "
                f"({type(error).__name__}); `python -m pipeline topics` mends permissions."
            ) from None
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
            f"Elasticsearch (YARMARKA_ELASTICSEARCH__URL) cannot be used ({error}); check that it runs."
        ) from None


@contextlib.asynccontextmanager
async def _consuming(
    index: str, service: Service, kafka: Kafka, indices: Indices, size: BulkSize
) -> AsyncIterator[Flow]:
    """A flow with the group of this index; at its end what is on its way is finished, or given up for the next."""
    log.info("indexing", index=index, group=group_of(index))
    async with kafka.producer() as producer, kafka.consumer(group=group_of(index)) as consumer:
        bulk = Bulk(indices.client, indices.alias, size, lambda holds: service.ready("elasticsearch", holds))
        flow = Flow(consumer, bulk, DeadLetters(producer, "indexer"))
        consumer.subscribe([FILTERED_PRODUCTS.name], listener=flow)
        service.ready("kafka")
        service.ready("elasticsearch")
        async with _measured(flow):
            try:
                yield flow
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(flow.drain(), DRAIN_S)
            finally:
                await flow.abandon()


async def _until_moved(flow: Flow, index: str, service: Service, indices: Indices) -> None:
    """Carry records until the alias leads elsewhere, or the service is asked to stop."""
    carrying = asyncio.create_task(_carry(flow, index, indices), name="carry")
    stopping = asyncio.create_task(service.stopping.wait(), name="stopping")
    try:
        await asyncio.wait({carrying, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if carrying.done():
            carrying.result()
    finally:
        carrying.cancel()
        stopping.cancel()
        await asyncio.gather(carrying, stopping, return_exceptions=True)


async def _carry(flow: Flow, index: str, indices: Indices) -> None:
    looked = time.monotonic()
    while not flow.indices - {index}:
        await flow.step()
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


@contextlib.asynccontextmanager
async def _measured(flow: Flow) -> AsyncIterator[None]:
    async def measure() -> None:
        while True:
            await asyncio.sleep(MEASURE_EVERY_S)
            with contextlib.suppress(KafkaError):
                await flow.measure()

    task = asyncio.create_task(measure(), name="lag")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _pause(service: Service) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(service.stopping.wait(), RETRY_S)
