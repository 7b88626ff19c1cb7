"""An Alertmanager in memory."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.features.alerts.alertmanager import (
    Alertmanager,
    AlertmanagerDownError,
    AlertState,
    KnownAlert,
    KnownSilence,
    Matcher,
    SilenceState,
)
from bot.features.alerts.arrival.worker import TakeNotifications
from tests.bot.world.alert_samples import notification
from tests.bot.world.memory import Clock


class NoNotifications:
    """A topic `alerts` in which nothing comes."""

    async def follow(self, take: TakeNotifications, known_before: Callable[[], bool]) -> None:
        await asyncio.Event().wait()


class MemoryAlertmanager(Alertmanager):
    """Knows the alerts it is told of; silences cover by equality."""

    def __init__(self, clock: Clock) -> None:
        super().__init__("memory")
        self.clock = clock
        self.firing: dict[str, KnownAlert] = {}
        self.made: dict[str, KnownSilence] = {}
        self.down = False

    def fire(self, fields: dict[str, object]) -> None:
        for alert in notification(fields).alerts:
            if alert.firing:
                self.firing[alert.fingerprint] = KnownAlert(
                    fingerprint=alert.fingerprint, labels=alert.labels, status=AlertState(state="active")
                )
            else:
                self.firing.pop(alert.fingerprint, None)

    async def alerts(self) -> tuple[KnownAlert, ...]:
        self._check()
        return tuple(self._seen(alert) for alert in self.firing.values())

    async def silences(self) -> tuple[KnownSilence, ...]:
        self._check()
        return tuple(self.made.values())

    async def knows_all(self) -> bool:
        self._check()
        return True

    async def silence(
        self, matchers: Sequence[Matcher], until: datetime, by: str, comment: str, replaced: str | None = None
    ) -> str:
        self._check()
        name = replaced or f"silence-{len(self.made) + 1}"
        self.made[name] = KnownSilence(
            id=name,
            matchers=tuple(matchers),
            starts_at=self.clock(),
            ends_at=until,
            created_by=by,
            comment=comment,
            status=SilenceState(state="active"),
        )
        return name

    async def expire(self, silence_id: str) -> None:
        self._check()
        self.made.pop(silence_id, None)

    def _check(self) -> None:
        if self.down:
            raise AlertmanagerDownError("down")

    def _seen(self, alert: KnownAlert) -> KnownAlert:
        names = tuple(silence.id for silence in self.made.values() if silence.covers(alert.labels))
        state = AlertState(state="suppressed" if names else "active", silenced_by=names)
        return alert.model_copy(update={"status": state})
