"""What drills have shown: how soon the alert was in the chat, taken, and over; kept, so that a trend is seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from pydantic import Field

from bot.features.alerts.drills.drill import Progress
from bot.state.store import Store, StoreSpec
from pipeline.contracts.messages import Message, Moment

# Of all drills together; older ones say little about today's machines.
KEPT = 60
# The usual is that of so many drills before.
COMPARED = 5


class DrillResult(Message):
    """Seconds since the fault; its key is `drill_result:<part>:<begin>`."""

    part: str
    begun_at: Moment
    card_s: float | None = Field(None, description="None: the card did not come")
    acknowledged_s: float | None = Field(None, description="None: nobody took it")
    back_s: float | None = None
    resolved_s: float | None = Field(None, description="None: the card was not closed in time")


DRILL_RESULTS = StoreSpec("drill_result:", DrillResult)


@dataclass(frozen=True, slots=True)
class Usual:
    """The medians of the last drills of a part; None where none of them had it."""

    drills: int
    card_s: float | None
    acknowledged_s: float | None
    resolved_s: float | None


class DrillHistory:
    """The last drills, the newest first."""

    def __init__(self, results: Store[DrillResult]) -> None:
        self._results = results

    def newest(self) -> tuple[DrillResult, ...]:
        """All that are kept."""
        return tuple(sorted((one for _, one in self._results.entries()), key=lambda one: one.begun_at, reverse=True))

    def usual(self, part: str, before: datetime | None = None) -> Usual | None:
        """The last drills of the part, of those before that moment; None when there was none."""
        found = [one for one in self.newest() if one.part == part and (before is None or one.begun_at < before)]
        found = found[:COMPARED]
        if not found:
            return None
        return Usual(
            len(found),
            _median([one.card_s for one in found]),
            _median([one.acknowledged_s for one in found]),
            _median([one.resolved_s for one in found]),
        )

    async def add(self, progress: Progress, begun_at: datetime) -> None:
        """Keep what came of a drill; durable when this returns. Raises KafkaError."""
        result = DrillResult(
            part=progress.part,
            begun_at=begun_at,
            card_s=progress.card,
            acknowledged_s=progress.acknowledged,
            back_s=progress.back,
            resolved_s=progress.resolved,
        )
        await self._results.put(f"{progress.part}:{begun_at.isoformat()}", result)
        by_age = sorted(self._results.entries(), key=lambda row: row[1].begun_at, reverse=True)
        for name, _ in by_age[KEPT:]:
            await self._results.put(name, None)


def _median(seconds: Sequence[float | None]) -> float | None:
    known = [one for one in seconds if one is not None]
    return median(known) if known else None
