"""The newest things by name, in memory alone."""

from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")
REMEMBERED = 10_000


class Remembered(Generic[T]):
    """The newest 10,000 things by name; what was not put again for the longest time is forgotten first."""

    def __init__(self, kept: int = REMEMBERED) -> None:
        self._kept: OrderedDict[str, T] = OrderedDict()
        self._most = kept

    def put(self, name: str, thing: T) -> None:
        """Remember the thing under this name."""
        self._kept[name] = thing
        self._kept.move_to_end(name)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def get(self, name: str) -> T | None:
        """The thing of this name, unless it was never there or is forgotten."""
        return self._kept.get(name)
