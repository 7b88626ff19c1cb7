"""The rules in force, and changing them: what has returned is durable, and no answer goes against it any more."""

from collections.abc import ItemsView
from typing import Protocol

from bot.products.visibility import BanEntries
from pipeline.bans import Rule
from pipeline.bans.ledger import BanLedger
from pipeline.contracts.messages import Ban
from pipeline.kafka.audit import Actor
from pipeline.kafka.live_view import LiveView


class BanRepository(Protocol):
    """Bans by rule id. Both changes write `audit` first, unless `announced` says that it was. Raise KafkaError."""

    def get(self, rule_id: str) -> Ban | None: ...

    def items(self) -> BanEntries: ...

    async def put(self, ban: Ban, actor: Actor, *, entry_id: str, announced: bool) -> None: ...

    async def lift(self, rule: Rule, actor: Actor, *, reason: str, entry_id: str, announced: bool) -> None: ...


class KafkaBanRepository:
    """`BanRepository` over the topic; a change returns when the view, and with it the visibility policy, has it."""

    def __init__(self, view: LiveView[Ban], ledger: BanLedger) -> None:
        self._view = view
        self._ledger = ledger

    def get(self, rule_id: str) -> Ban | None:
        return self._view.get(rule_id)

    def items(self) -> ItemsView[str, Ban]:
        return self._view.items()

    async def put(self, ban: Ban, actor: Actor, *, entry_id: str, announced: bool) -> None:
        written = await self._ledger.put(ban, actor, entry_id=entry_id, announced=announced)
        await self._view.reached(written.partition, written.offset)

    async def lift(self, rule: Rule, actor: Actor, *, reason: str, entry_id: str, announced: bool) -> None:
        written = await self._ledger.unban(rule, actor, reason=reason, entry_id=entry_id, announced=announced)
        await self._view.reached(written.partition, written.offset)
