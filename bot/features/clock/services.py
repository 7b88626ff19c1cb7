"""What the handlers of the clock stand on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.people import People
from bot.core.persons import Persons


@dataclass(frozen=True, slots=True)
class ClockServices:
    """Who keeps what people chose, and what time it is."""

    people: People
    persons: Persons
    clock: Callable[[], datetime]
