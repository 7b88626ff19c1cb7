"""What is found by its type: the ports of features, and the services of features that were built before."""

from typing import TypeVar, cast

T = TypeVar("T")


class Shared:
    """One thing of each type."""

    def __init__(self) -> None:
        self._things: dict[type[object], object] = {}

    def add(self, thing: object) -> None:
        """Let others find it. Raises ValueError when there is one of its type."""
        if type(thing) in self._things:
            raise ValueError(f"there is a {type(thing).__name__} already")
        self._things[type(thing)] = thing

    def get(self, kind: type[T]) -> T:
        """The thing of exactly this type. Raises LookupError when nobody made one, or makes it only later."""
        if kind not in self._things:
            raise LookupError(
                f"there is no {kind.__name__} yet; its feature must stand before the one that asks for it"
            )
        return cast(T, self._things[kind])
