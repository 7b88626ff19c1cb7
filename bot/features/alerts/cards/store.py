"""All cards, durable, each changed by one event at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.features.alerts.cards.calls import USUAL, Calls
from bot.features.alerts.cards.events import Event
from bot.features.alerts.cards.reducer import apply
from bot.features.alerts.models import Card
from bot.state.store import Store
from bot.telegram.locks import LocksByKey
from ops import metrics

# A resolved card is forgotten after this time; its message stays in the chat.
KEPT = timedelta(days=7)


class CardStore:
    """Cards by token; what was given to `on_change` is called with the token after every change, whoever made it.

    So a write that Kafka confirmed too late for the one who made it is shown all the same when it lands.
    """

    def __init__(self, states: Store[Card], clock: Callable[[], datetime], calls: Calls = USUAL) -> None:
        self._states = states
        self._clock = clock
        self._calls = calls
        self._locks = LocksByKey()
        self._changed: Callable[[str], None] = lambda token: None
        states.subscribe(self._follow)

    def on_change(self, changed: Callable[[str], None]) -> None:
        """Call `changed` with the token after each change."""
        self._changed = changed

    def count_open(self) -> None:
        """Show in the metrics how many cards are open."""
        metrics.CARDS_OPEN.set(sum(card.open for _, card in self._states.entries()))

    def get(self, token: str) -> Card | None:
        return self._states.get(token)

    def all(self) -> list[tuple[str, Card]]:
        """Every card that is kept, resolved ones too."""
        return list(self._states.entries())

    def open(self) -> list[tuple[str, Card]]:
        """What is not resolved, the newest first."""
        kept = [(token, card) for token, card in self._states.entries() if card.open]
        return sorted(kept, key=lambda row: row[1].fired_at, reverse=True)

    def of_message(self, chat_id: int, message_id: int) -> str | None:
        """The token of the card that this message shows, or showed."""
        return next((token for token, card in self._states.entries() if _shows(card, chat_id, message_id)), None)

    async def change(self, token: str, event: Event) -> Card | None:
        """Apply the event; durable when this returns. Raises KafkaError: then nothing has happened, or will yet."""
        async with self._locks.of(token):
            before = self._states.get(token)
            after = apply(before, event, self._clock(), self._calls)
            if after is not None and after is not before:
                await self._states.put(token, after)
            return after

    async def sweep(self) -> int:
        """Forget cards that were resolved long ago; how many. Raises KafkaError."""
        oldest = self._clock() - KEPT
        old = [token for token, card in self.all() if card.resolved_at is not None and card.resolved_at < oldest]
        for token in old:
            await self._states.put(token, None)
        return len(old)

    def _follow(self, token: str, before: Card | None, after: Card | None) -> None:
        if (before is not None and before.open) != (after is not None and after.open):
            self.count_open()
        self._changed(token)


def _shows(card: Card, chat_id: int, message_id: int) -> bool:
    place = card.posted_in if card.posted_in is not None else card.chat_id
    return (place, card.message_id) == (chat_id, message_id) or any(
        (old.chat_id, old.message_id) == (chat_id, message_id) for old in card.earlier
    )
