"""How many documents a bulk request holds: as many as the server takes in the time we want. Pure."""

from dataclasses import dataclass

# Below the smallest, the cost of a request itself decides, and fewer documents only mean less work done.
SMALLEST, FIRST, LARGEST = 100, 400, 2_000


@dataclass(slots=True)
class BulkSize:
    """Grows while full requests come back in less than `target_s`, shrinks when they take longer.

    A request that the server pushed back halves it.
    """

    target_s: float = 0.4
    value: int = FIRST

    def answered(self, documents: int, seconds: float) -> None:
        """Learn from one answer; a request that was not full says nothing about larger ones."""
        if seconds > self.target_s * 1.25:
            # Towards the size that would have taken the target, at most to the half at once.
            self._set(max(documents * self.target_s / seconds, self.value / 2))
        elif seconds < self.target_s * 0.75 and documents >= self.value * 0.9:
            self._set(self.value * 1.5)

    def pushed_back(self) -> None:
        """The server had no room."""
        self._set(self.value / 2)

    def _set(self, size: float) -> None:
        self.value = min(max(round(size), SMALLEST), LARGEST)
