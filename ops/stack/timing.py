"""How patient the supervisor is; tests make it hurry."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Seconds, unless it says otherwise."""

    probe_starting: float = 0.15
    probe_ready: float = 3.0
    first_pause: float = 0.5
    longest_pause: float = 30.0
    calm: float = 60.0
    """A part that ran so long begins again with the first pause."""
    tries: int = 3
    """Failures in a row of a part that never was ready, after which the stack gives up."""
    chores: float = 10.0
    renewal: float = 3_600.0
    """Between two looks at when the certificates end."""

    def pauses(self) -> Iterator[float]:
        """The pause before each restart: doubled every time, up to the longest."""
        pause = self.first_pause
        while True:
            yield pause
            pause = min(2 * pause, self.longest_pause)


LOCAL = Timing()
