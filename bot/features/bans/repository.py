"""The rules in force, and changing them: what has returned is durable, and no answer goes against it any more."""

import asyncio
import contextlib
from collections.abc import ItemsView
from typing import Protocol

from aiokafka import TopicPartition
from aiokafka.errors import KafkaTimeoutError

from bot.products.visibility import BanEntries
from ops.errors import UnprocessableMessage
from ops.kafka import Kafka
from ops.logs import get_logger
from pipeline.bans import Rule
from pipeline.bans.ledger import BanLedger
from pipeline.contracts.messages import Ban, decode
from pipeline.contracts.topics import BANS
from pipeline.kafka.audit import Actor
from pipeline.kafka.confirming_producer import WrittenRecord
from pipeline.kafka.live_view import LiveView
from pipeline.kafka.read_to_end import read_to_end

log = get_logger(__name__)
BOT = Actor("bot", "bot", "bot")
LOOK_WITHIN_S = 3.0


class BanRepository(Protocol):
    """Bans by rule id. Both changes write `audit` first, unless `announced` says that it was. Raise KafkaError."""

    async def refresh(self) -> None:
        """Know every ban that was written until now, by other processes too. Raises KafkaError."""

    def get(self, rule_id: str) -> Ban | None: ...

    def items(self) -> BanEntries: ...

    async def put(self, ban: Ban, actor: Actor, *, entry_id: str, announced: bool) -> None: ...

    async def lift(
        self, rule: Rule, actor: Actor, *, standing: Ban | None, reason: str, entry_id: str, announced: bool
    ) -> bool:
        """Lift the ban that was found `standing`; False when another one of the rule came before, which stays."""


class KafkaBanRepository:
    """`BanRepository` over the topic; a change returns when the view, and with it the visibility policy, has it."""

    def __init__(self, view: LiveView[Ban], ledger: BanLedger, kafka: Kafka) -> None:
        self._view = view
        self._ledger = ledger
        self._kafka = kafka

    async def refresh(self) -> None:
        await self._view.caught_up()

    def get(self, rule_id: str) -> Ban | None:
        return self._view.get(rule_id)

    def items(self) -> ItemsView[str, Ban]:
        return self._view.items()

    async def put(self, ban: Ban, actor: Actor, *, entry_id: str, announced: bool) -> None:
        written = await self._ledger.put(ban, actor, entry_id=entry_id, announced=announced)
        await self._view.reached(written.partition, written.offset)

    async def lift(
        self, rule: Rule, actor: Actor, *, standing: Ban | None, reason: str, entry_id: str, announced: bool
    ) -> bool:
        known = self._view.offset
        if self._view.get(rule.id) not in {standing, None}:
            return False
        written = await self._ledger.unban(rule, actor, reason=reason, entry_id=entry_id, announced=announced)
        covered = await self._written_between(rule.id, known, written)
        if covered is not None:
            # Kafka knows no "if it is still so": another process was faster by the time of one write.
            log.warning("ban_put_back", rule=rule.id, by=covered.by)
            written = await self._ledger.put(covered, BOT, entry_id=f"{entry_id}:back")
        await self._view.reached(written.partition, written.offset)
        return covered is None

    async def _written_between(self, rule_id: str, known: int, written: WrittenRecord) -> Ban | None:
        """The rule's ban that came after the offset `known` and before the record that was just written."""
        if written.offset <= known:
            return None
        place = TopicPartition(BANS.name, written.partition)
        latest: Ban | None = None
        try:
            async with (
                asyncio.timeout(LOOK_WITHIN_S),
                self._kafka.consumer() as consumer,
                contextlib.aclosing(read_to_end(consumer, [place], start={place: known})) as lists,
            ):
                async for records in lists:
                    for record in records:
                        if record.offset < written.offset and record.key == rule_id.encode():
                            latest = _ban(record.value)
        except TimeoutError:
            raise KafkaTimeoutError(f"{BANS.name}: not read within {LOOK_WITHIN_S:g} s") from None
        return latest


def _ban(value: bytes | None) -> Ban | None:
    with contextlib.suppress(UnprocessableMessage):
        return decode(Ban, value)
    return None
