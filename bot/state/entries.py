"""The entries of one store in memory, with an index by person and one by marks; and who listens to a store."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from pydantic import BaseModel

from bot.state.store import Listener, StoreSpec
from ops.logs import get_logger

log = get_logger(__name__)
M = TypeVar("M", bound=BaseModel)


class Listeners(Generic[M]):
    """Those who are told of each change of a store."""

    def __init__(self, store: str) -> None:
        self._store = store
        self._listeners: list[Listener[M]] = []

    def __bool__(self) -> bool:
        return bool(self._listeners)

    def add(self, listener: Listener[M]) -> None:
        """Tell this one too from now on."""
        self._listeners.append(listener)

    def tell(self, name: str, before: M | None, after: M | None) -> None:
        """Tell all, in the order in which they came."""
        for listener in self._listeners:
            try:
                listener(name, before, after)
            except Exception:
                # A listener's fault must not stop the store, on which everything else depends.
                log.exception("store_listener_failed", store=self._store, name=name)


class Entries(Generic[M]):
    """The reading half of a `Store`; whoever fills it calls `apply`."""

    def __init__(self, spec: StoreSpec[M]) -> None:
        self._spec = spec
        self._entries: dict[str, M] = {}
        self._by_person: dict[str, set[str]] = {}
        self._by_mark: dict[str, set[str]] = {}
        self._listeners: Listeners[M] = Listeners(spec.name)

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, name: str) -> M | None:
        return self._entries.get(name)

    def entries(self) -> Iterator[tuple[str, M]]:
        return iter(self._entries.items())

    def pages(self) -> Iterator[list[tuple[str, M]]]:
        yield list(self._entries.items())

    def marked(self, mark: str) -> tuple[str, ...]:
        return tuple(self._by_mark.get(mark, ()))

    def of(self, person: str) -> tuple[tuple[str, M], ...]:
        names = self._by_person.get(person)
        return tuple((name, self._entries[name]) for name in sorted(names)) if names else ()

    def subscribe(self, listener: Listener[M]) -> None:
        self._listeners.add(listener)

    def apply(self, name: str, entry: M | None) -> None:
        """Take in what was written under `name`, and tell the listeners."""
        before = self._entries.pop(name, None)
        if entry is not None:
            self._entries[name] = entry
        self._index_person(name, there=entry is not None)
        for mark in self._spec.marks_of(before):
            _discard(self._by_mark, mark, name)
        for mark in self._spec.marks_of(entry):
            self._by_mark.setdefault(mark, set()).add(name)
        self._listeners.tell(name, before, entry)

    def _index_person(self, name: str, *, there: bool) -> None:
        if self._spec.personal is None:
            return
        person = self._spec.personal.owner(name)
        if there:
            self._by_person.setdefault(person, set()).add(name)
        else:
            _discard(self._by_person, person, name)


def _discard(index: dict[str, set[str]], key: str, name: str) -> None:
    names = index.get(key, set())
    names.discard(name)
    if not names:
        index.pop(key, None)
