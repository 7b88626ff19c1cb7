"""The runs of feeds, as the topics have them."""

from pipeline.contracts.feeds import FeedDecision, FeedRun, RefusedRow
from pipeline.contracts.messages import AuditEntry
from pipeline.kafka.audit import Actor
from pipeline.shops.run_view import RunListener
from tests.bot.world.ports import MemoryAudit


class MemoryFeeds:
    """The runs of feeds and what was decided about them, as the topics have them; they outlive the bot."""

    def __init__(self, audit: MemoryAudit) -> None:
        self._audit = audit
        self._runs: dict[str, FeedRun] = {}
        self._listeners: list[RunListener] = []
        self.decisions: list[FeedDecision] = []
        self.rows: dict[str, list[RefusedRow]] = {}

    def tell(self, run: FeedRun) -> None:
        """The feed service tells of a run."""
        self._runs[run.key] = run
        for listener in self._listeners:
            listener(run)

    def newest(self) -> list[FeedRun]:
        return sorted(self._runs.values(), key=lambda run: run.run_id, reverse=True)

    def get(self, key: str) -> FeedRun | None:
        return self._runs.get(key)

    def subscribe(self, listener: RunListener) -> None:
        self._listeners.append(listener)

    async def of(self, run: FeedRun) -> list[RefusedRow]:
        """The refused rows of the run, as the dead letters have them."""
        return self.rows.get(run.key, [])

    async def decide(self, decision: FeedDecision, actor: Actor, *, entry_id: str = "") -> None:
        action = "apply_feed" if decision.apply else "keep_feed"
        entry = AuditEntry(
            entry_id=entry_id or action, actor=actor.id, actor_name=actor.name, action=action, target=decision.run.key
        )
        await self._audit.write(entry)
        self.decisions.append(decision)
