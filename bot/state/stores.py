"""All stores of the process by their specs, and what they keep about one person."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeVar, cast

from pydantic import BaseModel

from bot.state.buffered import BufferedStore
from bot.state.store import AnySpec, Store, StoreSpec
from bot.ui.locale import Html, Texts

M = TypeVar("M", bound=BaseModel)


class PersonalData(Protocol):
    """Something that is kept about people, wherever it is."""

    async def count(self, person: str) -> int | None:
        """How many things are kept about the person (a pseudonym); None when that cannot be told now."""

    def words(self, count: int | None, texts: Texts) -> Html:
        """The line of `/privacy` for so many."""

    async def forget(self, person: str) -> None:
        """Delete them; gone when this returns. Raises KafkaError. Safe to repeat."""


class Stores:
    """Each spec has one store, and at most one buffer before it."""

    def __init__(self, stores: Iterable[tuple[AnySpec, Store[Any]]]) -> None:
        """Raises ValueError when two stores share a prefix, or the prefix of one begins another's."""
        self._stores: dict[str, tuple[AnySpec, Store[Any]]] = {}
        self._buffers: dict[str, BufferedStore[Any]] = {}
        for spec, store in stores:
            self._refuse_clash(spec.prefix)
            self._stores[spec.prefix] = (spec, store)

    def _refuse_clash(self, prefix: str) -> None:
        for other in self._stores:
            if other.startswith(prefix) or prefix.startswith(other):
                raise ValueError(f"the stores {prefix} and {other} would read each other's entries")

    def of(self, spec: StoreSpec[M]) -> Store[M]:
        """The store of the spec. Raises LookupError for one that was not opened: list it in its feature's `stores`."""
        if spec.prefix not in self._stores:
            raise LookupError(f"the store {spec.prefix} was not opened; list it in the stores of its feature")
        return cast(Store[M], self._buffers.get(spec.prefix) or self._stores[spec.prefix][1])

    def buffered(self, spec: StoreSpec[M]) -> BufferedStore[M]:
        """The store of the spec behind its buffer; from then on `of` gives the buffer too."""
        if spec.prefix not in self._buffers:
            self._buffers[spec.prefix] = BufferedStore(self.of(spec), spec)
        return cast(BufferedStore[M], self._buffers[spec.prefix])

    def personal(self) -> Iterator[PersonalData]:
        """What the stores keep about people, a store each, in the order of their opening."""
        for spec, _ in self._stores.values():
            if spec.personal is not None:
                yield PersonalStore(spec, self)


class PersonalStore:
    """`PersonalData` of one store."""

    def __init__(self, spec: AnySpec, stores: Stores) -> None:
        self._spec = spec
        self._stores = stores

    async def count(self, person: str) -> int | None:
        entries = self._stores.of(self._spec).of(person)
        return sum(self._spec.personal.count(entry) for _, entry in entries) if self._spec.personal else 0

    def words(self, count: int | None, texts: Texts) -> Html:
        return self._spec.personal.words(count or 0, texts) if self._spec.personal else Html("")

    async def forget(self, person: str) -> None:
        store = self._stores.of(self._spec)
        for name, _ in store.of(person):
            await store.put(name, None)


class PersonalRegistry:
    """Everything that is kept about people: the stores', and what features have elsewhere."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._elsewhere: list[PersonalData] = []

    def add(self, *data: PersonalData) -> None:
        """Count and delete this too."""
        self._elsewhere += data

    def all(self) -> tuple[PersonalData, ...]:
        """The stores first, then the rest, in the order of the features."""
        return (*self._stores.personal(), *self._elsewhere)
