"""The rota: whose shift it is now, and which come next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.persons import Persons
from bot.features.alerts.oncall.models import Shift
from bot.features.alerts.oncall.written import WrittenShift
from bot.state.store import Store
from bot.ui.callback_ids import mark
from bot.ui.roles import Role

# What is over is forgotten after this time, when the next shift is written down.
KEPT = timedelta(days=30)
MOST_SHIFTS = 200


@dataclass(frozen=True, slots=True)
class OnCall:
    """Somebody who is on call now."""

    user_id: int
    who: str
    name: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A shift with the mark by which buttons call it, and its present or next time."""

    mark: str
    shift: Shift
    starts_at: datetime
    ends_at: datetime


class RotaFullError(Exception):
    """There are more shifts than anybody could read."""


class Rota:
    """Only who has an operator's role still is on call; others' shifts stay in the list, to be removed."""

    def __init__(self, shifts: Store[Shift], persons: Persons, clock: Callable[[], datetime]) -> None:
        self._shifts = shifts
        self._persons = persons
        self._clock = clock

    def on_call(self) -> tuple[OnCall, ...]:
        """Whose shift it is now, each person once, in the order of their shifts' ends."""
        now = self._clock()
        holding = [row for row in self.listed() if row.starts_at <= now]
        if not holding:
            return ()
        names = {name: shift for name, shift in self._shifts.entries() if shift.holds(now)}
        may = {
            self._persons.pseudonyms.of(user_id): user_id
            for user_id, role in self._persons.access.people().items()
            if role >= Role.OPERATOR
        }
        ends = sorted(names.items(), key=lambda row: row[1].next(now) or (now, now))
        found = {
            who: OnCall(may[who], who, shift.name) for name, shift in ends if (who := name.partition(":")[0]) in may
        }
        return tuple(found.values())

    def listed(self) -> tuple[Listed, ...]:
        """Every shift that is not over, the present and the next ones first."""
        now = self._clock()
        rows = ((name, shift, shift.next(now)) for name, shift in self._shifts.entries())
        found = [Listed(mark(name), shift, *time) for name, shift, time in rows if time is not None]
        return tuple(sorted(found, key=lambda row: (row.starts_at, row.ends_at, row.mark)))

    def one(self, marked: str) -> Listed | None:
        """The shift with this mark."""
        return next((row for row in self.listed() if row.mark == marked), None)

    async def add(self, who: str, name: str, written: WrittenShift, by: str) -> Shift:
        """The shift is in the rota when this returns; the same one twice is one. Raises KafkaError, RotaFullError."""
        await self._forget_old()
        shift = Shift(
            name=name,
            starts_at=written.starts_at,
            ends_at=written.ends_at,
            weekly=written.weekly,
            zone=str(written.zone),
            by=by,
        )
        key = f"{who}:{mark(f'{shift.starts_at.isoformat()} {shift.ends_at.isoformat()} {shift.weekly}')}"
        if self._shifts.get(key) is None and sum(1 for _ in self._shifts.entries()) >= MOST_SHIFTS:
            raise RotaFullError
        await self._shifts.put(key, shift)
        return shift

    async def remove(self, marked: str) -> bool:
        """Take the shift out; False when it is not there. Raises KafkaError."""
        name = next((name for name, _ in self._shifts.entries() if mark(name) == marked), None)
        if name is not None:
            await self._shifts.put(name, None)
        return name is not None

    async def _forget_old(self) -> None:
        oldest = self._clock() - KEPT
        for name, shift in list(self._shifts.entries()):
            if shift.next(oldest) is None:
                await self._shifts.put(name, None)
