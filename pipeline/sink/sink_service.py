"""Running a consume loop as part of a service: its clients, its lag, and how it ends."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine

from aiokafka.errors import GroupAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError

from ops import logs
from ops.errors import StartupError
from ops.kafka import Kafka
from ops.service import Service
from pipeline.contracts.topics import Topic
from pipeline.kafka.dead_letters import DeadLetters
from pipeline.kafka.position_check import Examined, LogMovedError, LogWatch, examine
from pipeline.sink.bulk import Bulk
from pipeline.sink.consume_loop import DRAIN_S, ConsumeLoop
from pipeline.sink.operation import Convert

log = logs.get_logger(__name__)
MEASURE_EVERY_S = 1.0
DENIED = (TopicAuthorizationFailedError, GroupAuthorizationFailedError)


class Denied(StartupError):
    """Kafka does not let this identity read; waiting will not help."""


class Differs(Exception):
    """The committed positions of the group are worth nothing: `examined` says why. It was told."""

    def __init__(self, examined: Examined) -> None:
        super().__init__(", ".join(sorted(set(examined.findings.values()))))
        self.examined = examined


@contextlib.asynccontextmanager
async def open_sink(
    kafka: Kafka,
    group: str,
    topics: tuple[Topic, ...],
    bulk: Bulk,
    convert: Convert,
    *,
    known_before: bool,
    goes_on: bool,
) -> AsyncIterator[ConsumeLoop]:
    """A consume loop over these topics, a member of the group; at its end what is on its way is finished, or given up.

    What was given up is read again by the next member of the group. The group's positions are examined first, see
    `position_check.examine`. Of logs that are not as they were noted, the loop begins with what it has not seen if it
    `goes_on`; else Differs is raised. Raises StartupError when Kafka cannot be reached, Denied when it does not let
    us read.
    """
    names = [topic.name for topic in topics]
    mended = "read from what is new" if goes_on else "a new index is filled"
    try:
        async with kafka.producer() as producer, kafka.consumer(group=group) as consumer:
            examined = await examine(consumer, kafka.identity, group, names, known_before=known_before, mended=mended)
            if examined.broken and not goes_on:
                raise Differs(examined)
            await examined.commit(consumer)
            watch = LogWatch(consumer, examined.histories)
            consume_loop = ConsumeLoop(consumer, bulk, convert, DeadLetters(producer, kafka.identity), watch)
            consumer.subscribe(names, listener=consume_loop)
            async with _measured(consume_loop):
                try:
                    yield consume_loop
                    with contextlib.suppress(TimeoutError, LogMovedError):
                        await asyncio.wait_for(consume_loop.drain(), DRAIN_S)
                finally:
                    await consume_loop.abandon()
    except DENIED as error:
        raise Denied(
            f"Kafka at {kafka.bootstrap} does not let `{kafka.identity}` read {', '.join(names)} "
            f"({type(error).__name__}); `python -m pipeline topics` mends permissions."
        ) from None


async def until_stopped(service: Service, work: Coroutine[object, object, None]) -> None:
    """Do the work until it ends or the service is asked to stop, whichever comes first."""
    working = asyncio.ensure_future(work)
    stopping = asyncio.create_task(service.stopping.wait(), name="stopping")
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        working.cancel()
        stopping.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)


@contextlib.asynccontextmanager
async def _measured(consume_loop: ConsumeLoop) -> AsyncIterator[None]:
    async def measure() -> None:
        while True:
            await asyncio.sleep(MEASURE_EVERY_S)
            try:
                await consume_loop.measure()
            except KafkaError:
                continue
            except Exception:
                # A lag that stands still would look like one that does not grow.
                log.exception("lag not measured", again_in_s=MEASURE_EVERY_S)

    task = asyncio.create_task(measure(), name="lag")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
