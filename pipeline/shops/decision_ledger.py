"""Writing what somebody decided about a feed that waits: first to `audit`, then to `feed_decisions`."""

from pipeline.contracts.feeds import FeedDecision
from pipeline.contracts.messages import HEADERS, AuditAction, encode
from pipeline.contracts.topics import FEED_DECISIONS
from pipeline.kafka.audit import Actor, append_audit
from pipeline.kafka.confirming_producer import ConfirmingProducer, WrittenRecord


class DecisionLedger:
    """A decision that is written is carried out by the feed service, once, however often it is written."""

    def __init__(self, producer: ConfirmingProducer) -> None:
        self._producer = producer

    async def decide(self, decision: FeedDecision, actor: Actor, *, entry_id: str = "") -> WrittenRecord:
        """Returns when it is on all in-sync copies, after its entry in `audit`. Raises KafkaError."""
        action: AuditAction = "apply_feed" if decision.apply else "keep_feed"
        run = decision.run
        detail = f"{run.file}: {run.missing} of {run.offers} offers"
        await append_audit(self._producer, actor, action, run.key, detail, entry_id=entry_id)
        return await self._producer.send_and_wait(
            FEED_DECISIONS.name, encode(decision), run.key.encode(), headers=HEADERS
        )
