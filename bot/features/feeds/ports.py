"""What the feature asks of Kafka."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pipeline.contracts.feeds import FeedDecision
from pipeline.kafka.audit import Actor
from pipeline.shops.refused_rows import RefusedRows
from pipeline.shops.run_view import FeedRuns


class Decisions(Protocol):
    """What the handlers need of `pipeline.shops.decision_ledger.DecisionLedger`."""

    async def decide(self, decision: FeedDecision, actor: Actor, *, entry_id: str = "") -> object: ...


@dataclass(frozen=True, slots=True)
class FeedPorts:
    """The runs with their refused rows, what people call the shops, and where decisions are written."""

    runs: FeedRuns
    refused: RefusedRows
    decisions: Decisions
    shop_name: Callable[[str], str]
