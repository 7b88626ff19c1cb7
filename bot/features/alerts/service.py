"""What operators do with cards: acknowledge, resign, hand over, silence, end a silence. The router checks the roles."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.features.alerts.alertmanager import Alertmanager, KnownAlert, KnownSilence, Matcher
from bot.features.alerts.cards.display import CardDisplay
from bot.features.alerts.cards.events import (
    Acknowledged,
    AlertTaken,
    Commented,
    Event,
    HandedOver,
    Resigned,
    Silenced,
    SilenceEnded,
    SomeSilenced,
    Unfolded,
)
from bot.features.alerts.cards.store import CardStore
from bot.features.alerts.models import Card, Comment, Silencing
from bot.features.alerts.silences.scope import GROUP, covers, matchers_of
from bot.telegram.locks import LocksByKey
from bot.telegram.outbox_item import Urgency

# A silence that ends within this time of the one asked for is the one asked for.
NEARLY = timedelta(minutes=2)
# The comment of our silences, for those who read them in Alertmanager.
FROM_THE_CHAT = "from the chat"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a silence would cover: its conditions, the alerts that fire now, and how many of them are on the card."""

    matchers: tuple[Matcher, ...]
    alerts: tuple[KnownAlert, ...]
    on_card: int


class AlertActions:
    """Every method is safe to call twice, by two operators, and after a restart."""

    def __init__(
        self,
        cards: CardStore,
        display: CardDisplay,
        alertmanager: Alertmanager,
        clock: Callable[[], datetime],
    ) -> None:
        self.cards = cards
        self._alertmanager = alertmanager
        self._display = display
        self._clock = clock
        self._silencing = LocksByKey()

    async def acknowledge(self, token: str, by: str, who: str = "") -> Card | None:
        """The card with its owner, who may be another operator that was quicker. Raises KafkaError."""
        return await self._change(token, Acknowledged(by, who))

    async def resign(self, token: str, by: str, who: str) -> Card | None:
        """The card, without an owner if it was this operator's. Raises KafkaError."""
        return await self._change(token, Resigned(by, who))

    async def hand_over(self, token: str, to: str, to_who: str, by: str) -> Card | None:
        """The card, of that operator from now on. Raises KafkaError."""
        return await self._change(token, HandedOver(to, to_who, by))

    async def take_alert(self, token: str, fingerprint: str, by: str) -> Card | None:
        """The card, one alert of which is this operator's, or nobody's when it was theirs. Raises KafkaError."""
        return await self._change(token, AlertTaken(fingerprint, by))

    async def comment(self, token: str, comment: Comment) -> Card | None:
        """The card with what an operator says of it, which may be over. Raises KafkaError."""
        return await self._change(token, Commented(comment))

    async def unfold(self, token: str, number: int | None) -> Card | None:
        """The card with the details of one alert, or of none. Raises KafkaError."""
        return await self._change(token, Unfolded(number))

    async def silences(self) -> list[KnownSilence]:
        """The silences that last, the one that ends first before the others. Raises AlertmanagerDownError."""
        active = [silence for silence in await self._alertmanager.silences() if silence.active]
        return sorted(active, key=lambda silence: silence.ends_at)

    async def coverage(self, card: Card, scope: str = GROUP) -> Coverage:
        """What a silence would cover now. Raises AlertmanagerDownError."""
        matchers = matchers_of(card, scope)
        wanted = Selection(matchers)
        alerts = tuple(alert for alert in await self._alertmanager.alerts() if wanted.covers(alert))
        shown = {alert.fingerprint for alert in card.firing}
        return Coverage(matchers, alerts, sum(alert.fingerprint in shown for alert in alerts))

    async def silence(self, token: str, minutes: int, by: str, scope: str = GROUP) -> Silencing | None:
        """Silence what the scope names; None when the card is gone or resolved, or that does not fire any more.

        Asking again for what is there already makes nothing new. Raises AlertmanagerDownError and KafkaError.
        """
        async with self._silencing.of(token):
            card = self.cards.get(token)
            if card is None or not card.open:
                return None
            matchers, until = matchers_of(card, scope), self._clock() + timedelta(minutes=minutes)
            if not matchers:
                return None
            same = _same(await self._alertmanager.silences(), matchers)
            if same is not None and abs(same.ends_at - until) < NEARLY:
                silencing = Silencing(silence_id=same.id, by=same.created_by, until=same.ends_at)
            else:
                name = await self._alertmanager.silence(
                    matchers, until, by, FROM_THE_CHAT, same.id if same is not None else None
                )
                silencing = Silencing(silence_id=name, by=by, until=until)
            covered = frozenset(one.fingerprint for one in card.firing if covers(matchers, one))
            every = len(covered) == len(card.firing)
            await self.cards.change(token, Silenced(silencing) if every else SomeSilenced(silencing, covered))
            self._display.enqueue(token, Urgency.NOW)
            return silencing

    async def unsilence(self, token: str) -> Card | None:
        """End the card's silence, or those of some of its alerts. Raises AlertmanagerDownError and KafkaError."""
        async with self._silencing.of(token):
            card = self.cards.get(token)
            for silence_id in silence_ids(card) if card is not None else ():
                await self.end_silence(silence_id)
            return self.cards.get(token)

    async def end_silence(self, silence_id: str) -> None:
        """End any silence; the cards that it covered show it at once. Raises AlertmanagerDownError and KafkaError."""
        await self._alertmanager.expire(silence_id)
        for token, card in self.cards.open():
            if silence_id in silence_ids(card):
                await self.cards.change(token, SilenceEnded(silence_id))
                self._display.enqueue(token, Urgency.NOW)

    async def _change(self, token: str, event: Event) -> Card | None:
        card = await self.cards.change(token, event)
        self._display.enqueue(token, Urgency.NOW)
        return card


@dataclass(frozen=True, slots=True)
class Selection:
    """What all the conditions together select."""

    matchers: tuple[Matcher, ...]

    def covers(self, alert: KnownAlert) -> bool:
        return all(matcher.matches(alert.labels) for matcher in self.matchers)


def silence_ids(card: Card) -> tuple[str, ...]:
    """The silences that the card shows, each once."""
    if card.silence is not None:
        return (card.silence.silence_id,)
    return tuple(dict.fromkeys(silence.silence_id for silence in card.quiet.values()))


def _same(silences: tuple[KnownSilence, ...], matchers: tuple[Matcher, ...]) -> KnownSilence | None:
    wanted = {str(matcher) for matcher in matchers}
    running = [
        silence for silence in silences if silence.active and {str(found) for found in silence.matchers} == wanted
    ]
    return max(running, key=lambda silence: silence.ends_at, default=None)
