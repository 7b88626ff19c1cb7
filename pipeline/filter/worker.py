"""The filter as a service: the rules followed live, and one session after another."""

import asyncio

from aiokafka.errors import KafkaError
from faust.exceptions import FaustError

from ops import logs
from ops.errors import StartupError
from ops.kafka import Kafka
from ops.service import Service, running
from ops.settings import Settings
from pipeline.contracts.messages import Ban
from pipeline.contracts.topics import BANS
from pipeline.filter.partition_writer import LostBatchError
from pipeline.filter.positions import SessionLogs
from pipeline.filter.rules_subscription import RulesSubscription
from pipeline.filter.session import GROUP, Session
from pipeline.kafka.dead_letters import DeadLetters
from pipeline.kafka.live_view import LiveView

log = logs.get_logger(__name__)
SHORTEST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 10.0
# What ends a session and says nothing against the next one: servers, the network, and a place lost in the group.
EXPECTED = (KafkaError, StartupError, FaustError, LostBatchError, OSError, TimeoutError)


async def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT. Raises `StartupError` when Kafka cannot be used at the start."""
    async with running("filter", settings) as service:
        await serve(settings, service)


async def serve(settings: Settings, service: Service) -> None:
    """The service's body. After what Kafka or Faust does to a session, another begins, with growing pauses.

    It begins at the committed offsets. Raises what nobody expects: then the process ends, and whoever supervises it
    starts another, which knows nothing of what led there.
    """
    kafka = Kafka(settings, "filter")
    await kafka.verify()
    async with LiveView(kafka, BANS, Ban) as view, RulesSubscription(view).following(service.guard) as rules:
        service.ready("rules")
        pause = SHORTEST_PAUSE_S
        while not service.stopping.is_set():
            began = asyncio.get_running_loop().time()
            try:
                async with kafka.producer() as producer, SessionLogs.examined(kafka, GROUP) as logs_read:
                    await Session(kafka, logs_read, rules, DeadLetters(producer, "filter"), service).run()
            except (*EXPECTED, asyncio.CancelledError) as error:
                if isinstance(error, asyncio.CancelledError) and _cancelled():
                    raise
                log.warning("session ended, another begins", reason=f"{type(error).__name__}: {error}")
            if asyncio.get_running_loop().time() - began > LONGEST_PAUSE_S * 3:
                pause = SHORTEST_PAUSE_S
            if not service.stopping.is_set():
                await _pause(service, pause)
                pause = min(pause * 2, LONGEST_PAUSE_S)


def _cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _pause(service: Service, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await service.stopping.wait()
    except TimeoutError:
        return
