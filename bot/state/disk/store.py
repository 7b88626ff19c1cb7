"""The reading half of a large store: entries on disk, found by name, person and marks."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from pydantic import BaseModel

from bot.state.disk.entries import DiskEntries
from bot.state.disk.view import DiskView
from bot.state.entries import Listeners
from bot.state.store import Listener, StoreSpec

M = TypeVar("M", bound=BaseModel)


class LargeEntries(Generic[M]):
    """As `Entries`, whatever their number. Whose an entry is its name has to say, as `first_part` reads it."""

    def __init__(self, spec: StoreSpec[M], view: DiskView) -> None:
        self._spec = spec
        self._disk = DiskEntries(view, spec.model, spec.prefix)
        self._listeners: Listeners[M] = Listeners(spec.name)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def loaded(self) -> None:
        """Everything that was there is on disk: count it."""
        self._count = self._disk.count()

    def get(self, name: str) -> M | None:
        return self._disk.get(name)

    def entries(self) -> Iterator[tuple[str, M]]:
        return self._disk.entries()

    def pages(self) -> Iterator[list[tuple[str, M]]]:
        return self._disk.pages()

    def marked(self, mark: str) -> tuple[str, ...]:
        return self._disk.marked(mark)

    def of(self, person: str) -> tuple[tuple[str, M], ...]:
        return self._disk.of(person)

    def subscribe(self, listener: Listener[M]) -> None:
        self._listeners.add(listener)

    def take(self, name: str, entry: M | None, value: bytes | None, *, loading: bool) -> None:
        """Take in what was written under `name`, decoded and as it was read, and tell the listeners."""
        before = self._disk.get(name) if self._listeners else None
        if not loading:
            self._count += (entry is not None) - self._disk.has(name)
        self._disk.put(name, value, self._spec.marks_of(entry))
        self._listeners.tell(name, before, entry)
