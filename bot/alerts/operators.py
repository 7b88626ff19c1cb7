"""What the operators' commands stand on, beside what all handlers have."""

from dataclasses import dataclass

from bot.alerts.desk import Desk


@dataclass(frozen=True, slots=True)
class Operators:
    """Cards and silences."""

    desk: Desk
