"""What the feature asks of Kafka."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.products.visibility import BanEntries
from pipeline.contracts.messages import Ban
from pipeline.trace.gathering import ReadableLogs


class BansInForce(Protocol):
    """The part of the view of bans that says why and until when."""

    def get(self, rule_id: str) -> Ban | None: ...

    def items(self) -> BanEntries: ...


@dataclass(frozen=True, slots=True)
class TracePorts:
    """The topics, the bans, what people call a shop, and the ids of those that are registered."""

    logs: ReadableLogs
    bans: BansInForce
    shop_name: Callable[[str], str]
    shops: Callable[[], Sequence[str]]
