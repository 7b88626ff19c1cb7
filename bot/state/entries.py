"""The entries of one store in memory, with an index by person."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from pydantic import BaseModel

from bot.state.store import Listener, StoreSpec
from ops.logs import get_logger

log = get_logger(__name__)
M = TypeVar("M", bound=BaseModel)


class Entries(Generic[M]):
    """The reading half of a `Store`; whoever fills it calls `apply`."""

    def __init__(self, spec: StoreSpec[M]) -> None:
        self._spec = spec
        self._entries: dict[str, M] = {}
        self._by_person: dict[str, set[str]] = {}
        self._listeners: list[Listener[M]] = []

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, name: str) -> M | None:
        return self._entries.get(name)

    def entries(self) -> Iterator[tuple[str, M]]:
        return iter(self._entries.items())

    def of(self, person: str) -> tuple[tuple[str, M], ...]:
        names = self._by_person.get(person)
        return tuple((name, self._entries[name]) for name in sorted(names)) if names else ()

    def subscribe(self, listener: Listener[M]) -> None:
        self._listeners.append(listener)

    def apply(self, name: str, entry: M | None) -> None:
        """Take in what was written under `name`, and tell the listeners."""
        before = self._entries.pop(name, None)
        if entry is not None:
            self._entries[name] = entry
        self._index(name, there=entry is not None)
        for listener in self._listeners:
            try:
                listener(name, before, entry)
            except Exception:
                # A listener's fault must not stop the store, on which everything else depends.
                log.exception("store_listener_failed", store=self._spec.name, name=name)

    def _index(self, name: str, *, there: bool) -> None:
        if self._spec.personal is None:
            return
        person = self._spec.personal.owner(name)
        names = self._by_person.setdefault(person, set())
        (names.add if there else names.discard)(name)
        if not names:
            del self._by_person[person]
