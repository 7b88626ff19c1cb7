"""What the topics say of offers, as a test has it."""

from collections.abc import Callable
from dataclasses import replace

from ops.errors import ServerAway
from pipeline.contracts.feeds import FeedRun
from pipeline.trace.facts import Logs, Looked
from tests.bot.world.away import MemoryKafka, answers

SOON_S = 10.0


class MemoryOfferLogs:
    """The newest records of offers by id. Of those in `far` a short reading finds nothing: it gets so far."""

    def __init__(self, kafka: MemoryKafka) -> None:
        self._kafka = kafka
        self.known: dict[str, Logs] = {}
        self.runs: dict[str, FeedRun] = {}
        self.far: dict[str, float] = {}

    async def look(
        self, offer_id: str, indexed: int | None, within_s: float, told: Callable[[float], None] = lambda _: None
    ) -> Logs:
        await answers(self._kafka.fault, ServerAway("Kafka cannot be reached"))
        share = self.far.get(offer_id)
        if share is not None and within_s < SOON_S:
            return Logs(Looked(None, share), Looked(None, share))
        return self.known.get(offer_id, Logs(Looked(), Looked()))

    async def with_run(self, logs: Logs, offer_id: str) -> Logs:
        await answers(self._kafka.fault, ServerAway("Kafka cannot be reached"))
        record = logs.products.record
        return replace(logs, run=self.runs.get(record.run)) if record is not None else logs
