"""Which drill goes on or has just ended, so that the cards that it causes say so, after a restart of the bot too."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.features.alerts.drills.exercises import EXERCISES
from bot.features.alerts.models import Notification
from bot.state.store import Store, StoreSpec
from pipeline.contracts.messages import Message, Moment

# Rules look back over some minutes, and jobs of the schedule fail at their next run: an alert may come so late.
RECOVERY = timedelta(minutes=10)
# A drill whose end nobody saw, for the bot was stopped.
LONGEST = timedelta(minutes=10)


class DrillWindow(Message):
    """The time in which alerts are known to come from the drill of a part; its key is `drill:<part>`."""

    begun_at: Moment
    until: Moment


DRILLS = StoreSpec("drill:", DrillWindow)


class DrillWindows:
    """Opened before a drill begins. Raises KafkaError where it writes."""

    def __init__(self, windows: Store[DrillWindow], clock: Callable[[], datetime]) -> None:
        self._windows = windows
        self._clock = clock

    async def open(self, part: str) -> None:
        """A drill of the part is about to begin; durable when this returns."""
        now = self._clock()
        await self._windows.put(part, DrillWindow(begun_at=now, until=now + LONGEST + RECOVERY))

    async def close(self, part: str) -> None:
        """It is over; what follows from it may still come for a while."""
        window = self._windows.get(part)
        if window is not None:
            await self._windows.put(part, DrillWindow(begun_at=window.begun_at, until=self._clock() + RECOVERY))

    async def drop(self, part: str) -> None:
        """It did not begin."""
        await self._windows.put(part, None)

    def causing(self, notification: Notification) -> str:
        """The part whose drill is known to cause this group now; empty for what burned before or has another cause."""
        firing = [alert.starts_at for alert in notification.alerts if alert.firing]
        began, now = min(firing, default=self._clock()), self._clock()
        for part, window in self._windows.entries():
            exercise = EXERCISES.get(part)
            if exercise is None or not window.begun_at <= began or now > window.until:
                continue
            if exercise.causes(notification):
                return part
        return ""
