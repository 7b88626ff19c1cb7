"""How a chat is called when a group fires again, without a flapping group that calls all the time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.features.alerts.models import Card
from ops.settings import BotSettings


@dataclass(frozen=True, slots=True)
class Calls:
    """`anew`: by a new card at the bottom of the chat, else by a reply to the card. An edit alone makes no sound."""

    anew: bool = True
    at_most_every: timedelta = timedelta(minutes=5)

    @classmethod
    def of(cls, settings: BotSettings) -> "Calls":
        return cls(settings.alert_again == "card", timedelta(seconds=settings.alert_again_every_s))


USUAL = Calls()


def is_to_call(card: Card, now: datetime) -> bool:
    """Whether the chat is to be called now: it fires again, and nobody has it."""
    return card.open and bool(card.waiting) and card.call_due is not None and now >= card.call_due
