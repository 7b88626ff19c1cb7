"""All stores of the process by their specs, and what they keep about one person."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeAlias, TypeVar, cast

from pydantic import BaseModel

from bot.state.buffered import BufferedStore
from bot.state.store import AnySpec, Store, StoreSpec
from bot.ui.locale import Html, Texts

M = TypeVar("M", bound=BaseModel)
# A topic and a prefix of its keys.
Place: TypeAlias = tuple[str, str]


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
        """Raises ValueError when in one topic two stores share a prefix, or the prefix of one begins another's."""
        self._stores: dict[Place, tuple[AnySpec, Store[Any]]] = {}
        self._buffers: dict[Place, BufferedStore[Any]] = {}
        for spec, store in stores:
            self._refuse_clash(spec)
            self._stores[_place(spec)] = (spec, store)

    def _refuse_clash(self, spec: AnySpec) -> None:
        for topic, other in self._stores:
            if topic == spec.topic.name and (other.startswith(spec.prefix) or spec.prefix.startswith(other)):
                raise ValueError(f"the stores {spec.prefix} and {other} would read each other's entries")

    def of(self, spec: StoreSpec[M]) -> Store[M]:
        """The store of the spec. Raises LookupError for one that was not opened: list it in its feature's `stores`."""
        place = _place(spec)
        if place not in self._stores:
            raise LookupError(f"the store {spec.name} was not opened; list it in the stores of its feature")
        return cast(Store[M], self._buffers.get(place) or self._stores[place][1])

    def buffered(self, spec: StoreSpec[M]) -> BufferedStore[M]:
        """The store of the spec behind its buffer; from then on `of` gives the buffer too."""
        if _place(spec) not in self._buffers:
            self._buffers[_place(spec)] = BufferedStore(self.of(spec), spec)
        return cast(BufferedStore[M], self._buffers[_place(spec)])

    def personal(self) -> Iterator[PersonalData]:
        """What the stores keep about people, a store each, in the order of their opening."""
        for spec, _ in self._stores.values():
            if spec.personal is not None:
                yield PersonalStore(spec, self)


def _place(spec: AnySpec) -> Place:
    return spec.topic.name, spec.prefix


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
