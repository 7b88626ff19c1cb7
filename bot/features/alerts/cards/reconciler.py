"""Comparing cards with Alertmanager: a silenced alert that resolves sends no notification."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from aiokafka.errors import KafkaError
from telegram.error import TelegramError

from bot.features.alerts.alertmanager import AlertmanagerDownError, KnownAlert, KnownSilence
from bot.features.alerts.cards.display import CardDisplay
from bot.features.alerts.cards.events import Compared
from bot.features.alerts.cards.store import CardStore
from bot.features.alerts.models import Card, Silencing
from ops.logs import get_logger

log = get_logger(__name__)
EVERY_S = 20.0


class AlertmanagerView(Protocol):
    """What the comparison asks of Alertmanager; every method raises AlertmanagerDownError."""

    async def alerts(self) -> tuple[KnownAlert, ...]: ...

    async def silences(self) -> tuple[KnownSilence, ...]: ...

    async def knows_all(self) -> bool: ...


class Reconciler:
    """Looks every twenty seconds: a card that nobody reports on is right again after less than a minute."""

    def __init__(
        self,
        source: AlertmanagerView,
        cards: CardStore,
        display: CardDisplay,
        clock: Callable[[], datetime],
        every_s: float = EVERY_S,
    ) -> None:
        self._source = source
        self._cards = cards
        self._display = display
        self._clock = clock
        self._every_s = every_s
        self._checked: dict[str, int] = {}
        self._round = 0

    async def run(self) -> None:
        """Compare cards with Alertmanager until cancelled."""
        while True:
            try:
                await self.compare()
            except AlertmanagerDownError as error:
                log.warning("alertmanager_does_not_answer", setting="YARMARKA_BOT__ALERTMANAGER_URL", error=str(error))
            except KafkaError as error:
                log.warning("cards_not_compared", error=str(error))
            try:
                await self.look_at_one()
            except (TelegramError, KafkaError) as error:
                log.info("card_not_looked_at", error=str(error))
            self._display.enqueue_all()
            await asyncio.sleep(self._every_s)

    async def compare(self) -> None:
        """One comparison of all open cards. Raises AlertmanagerDownError and KafkaError."""
        asked_at = self._clock()
        if not self._cards.open() or not await self._source.knows_all():
            return
        alerts, silences = await self._source.alerts(), await self._source.silences()
        known = {alert.fingerprint: alert for alert in alerts}
        running = {silence.id: silence for silence in silences if silence.active}
        for token, card in self._cards.open():
            quiet = silences_of(card, known, running)
            every = bool(quiet) and all(one.fingerprint in quiet for one in card.firing if one.fingerprint in known)
            silence = min(quiet.values(), key=lambda one: one.until) if every else None
            await self._cards.change(token, Compared(asked_at, frozenset(known), silence, {} if every else quiet))

    async def look_at_one(self) -> None:
        """See whether the message of the open card that was looked at longest ago is still there."""
        self._round += 1
        tokens = [token for token, card in self._cards.open() if card.message_id is not None]
        self._checked = {token: self._checked.get(token, 0) for token in tokens}
        if tokens:
            token = min(tokens, key=lambda name: self._checked[name])
            self._checked[token] = self._round
            await self._display.check(token)


def silences_of(
    card: Card, known: Mapping[str, KnownAlert], running: Mapping[str, KnownSilence]
) -> dict[str, Silencing]:
    """The silenced ones of the card's firing alerts, each with the silence that lasts longest."""
    firing = [known[alert.fingerprint] for alert in card.firing if alert.fingerprint in known]
    found = {
        one.fingerprint: longest(running[name] for name in one.status.silenced_by if name in running) for one in firing
    }
    return {fingerprint: silence for fingerprint, silence in found.items() if silence is not None}


def longest(silences: Iterable[KnownSilence] | Sequence[KnownSilence]) -> Silencing | None:
    """The one that ends last, as a card shows it."""
    last = max(silences, key=lambda silence: silence.ends_at, default=None)
    return None if last is None else Silencing(silence_id=last.id, by=last.created_by, until=last.ends_at)
