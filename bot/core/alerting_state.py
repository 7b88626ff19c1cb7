"""What other features may know of alerts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AlertingState:
    """How many alert cards are open, and when alerting last gave a sign of life (None: never)."""

    open_cards: Callable[[], int]
    heard_at: Callable[[], datetime | None]
