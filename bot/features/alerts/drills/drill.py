"""The drill: a part of the local stack is stopped on purpose, and every step from fault to all-clear is timed."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import Literal, Protocol, TypeAlias

from bot.features.alerts.cards.store import CardStore
from bot.features.alerts.drills.exercises import EXERCISES, Exercise
from bot.features.alerts.models import Card
from ops.errors import StartupError
from ops.logs import get_logger
from pipeline.contracts.messages import now

log = get_logger(__name__)
LOOK_EVERY_S = 0.1
PATIENCE_S = 180.0


Step: TypeAlias = Literal["stopped", "card", "back", "resolved"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Seconds since the fault at which each step was reached; None: not yet. `given_up`: a step that never came."""

    part: str
    stopped: float | None = None
    card: float | None = None
    back: float | None = None
    resolved: float | None = None
    # Somebody took the card; no step, for nobody has to.
    acknowledged: float | None = None
    given_up: Step | None = None

    @property
    def ended(self) -> bool:
        return self.resolved is not None or self.given_up is not None

    def reached(self, step: Step, seconds: float) -> "Progress":
        """The step was reached so many seconds after the fault."""
        match step:
            case "stopped":
                return replace(self, stopped=seconds)
            case "card":
                return replace(self, card=seconds)
            case "back":
                return replace(self, back=seconds)
            case "resolved":
                return replace(self, resolved=seconds)

    def taken(self, seconds: float | None) -> "Progress":
        """Somebody took the card so many seconds after the fault; None: nobody did."""
        return replace(self, acknowledged=seconds)

    def failed(self, step: Step) -> "Progress":
        """The step never came."""
        return replace(self, given_up=step)


Report = Callable[[Progress], Awaitable[None]]


class Stack(Protocol):
    """What a drill needs of `ops.stack.control.LocalStack`."""

    def hold(self, part: str, seconds: float) -> None:
        """Keep the part stopped for so long. Raises StartupError when there is no such part."""

    def release(self, part: str) -> None: ...

    def is_well(self, part: str) -> bool: ...


class Drill:
    """Runs drills, one at a time; `run` is to be run beside the bot."""

    def __init__(
        self, stack: Stack, cards: CardStore, patience_s: float = PATIENCE_S, clock: Callable[[], datetime] = now
    ) -> None:
        self._stack = stack
        self._cards = cards
        self._patience_s = patience_s
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._part = ""

    @property
    def running(self) -> str:
        """The part whose drill goes on, or nothing."""
        return self._part if self._task is not None and not self._task.done() else ""

    def start(self, part: str, report: Report) -> bool:
        """Begin in the background; False when one runs already, or there is no drill of the part."""
        if self.running or part not in EXERCISES:
            return False
        self._part = part
        self._task = asyncio.create_task(self._run(part, EXERCISES[part], report), name=f"drill of {part}")
        return True

    async def run(self) -> None:
        """Wait until cancelled, then give up a drill that is under way."""
        try:
            await asyncio.Event().wait()
        finally:
            await self.stop()

    async def stop(self) -> None:
        """Give up; the part comes back."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, part: str, exercise: Exercise, report: Report) -> None:
        begun, begun_at, progress = monotonic(), self._clock(), Progress(part)
        before = {token: card.times for token, card in self._open(exercise)}
        try:
            self._stack.hold(part, exercise.away_s)
            for step, condition in self._steps(part, exercise, before):
                await report(progress)
                held = await self._until(condition)
                progress = progress.taken(self._taken(exercise, begun_at))
                if not held:
                    await report(progress.failed(step))
                    return
                progress = progress.reached(step, monotonic() - begun)
                log.info("drill", part=part, step=step, seconds=round(monotonic() - begun, 1))
            await report(progress)
        except StartupError as error:
            log.error("drill_not_possible", part=part, error=str(error))
            await report(progress.failed("stopped"))
        finally:
            self._stack.release(part)

    def _steps(
        self, part: str, exercise: Exercise, before: Mapping[str, int]
    ) -> tuple[tuple[Step, Callable[[], bool]], ...]:
        return (
            ("stopped", lambda: not self._stack.is_well(part)),
            ("card", lambda: self._is_shown(exercise, before)),
            ("back", lambda: self._stack.is_well(part)),
            ("resolved", lambda: not self._open(exercise)),
        )

    def _open(self, exercise: Exercise) -> list[tuple[str, Card]]:
        return [(token, card) for token, card in self._cards.open() if _fits(card, exercise)]

    def _taken(self, exercise: Exercise, begun_at: datetime) -> float | None:
        """Seconds from the fault to the first one who took such a card, which may be over by now."""
        taken = (card.acknowledged_at for _, card in self._cards.all() if _fits(card, exercise))
        after = [(at - begun_at).total_seconds() for at in taken if at is not None and at >= begun_at]
        return min(after, default=None)

    def _is_shown(self, exercise: Exercise, before: Mapping[str, int]) -> bool:
        return any(
            card.message_id is not None and (token not in before or card.times > before[token])
            for token, card in self._open(exercise)
        )

    async def _until(self, condition: Callable[[], bool]) -> bool:
        deadline = monotonic() + self._patience_s
        while not condition():
            if monotonic() > deadline:
                return False
            await asyncio.sleep(LOOK_EVERY_S)
        return True


def _fits(card: Card, exercise: Exercise) -> bool:
    labels = card.group_labels or (card.alerts[0].labels if card.alerts else {})
    return all(labels.get(name) == value for name, value in exercise.labels.items())
