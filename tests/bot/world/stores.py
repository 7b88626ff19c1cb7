"""Stores in memory, which outlive the bot that writes them and can fail as Kafka does."""

from collections.abc import Iterable, Iterator
from typing import Any, Generic, TypeVar, cast

from aiokafka.errors import KafkaConnectionError
from pydantic import BaseModel

from bot.state.entries import Entries
from bot.state.store import AnySpec, Listener, StoreSpec
from bot.state.stores import Stores
from tests.bot.world.away import Confirm, at_once

M = TypeVar("M", bound=BaseModel)


class MemoryStore(Generic[M]):
    """`bot.state.store.Store` in memory. `down` is a Kafka that takes nothing of it; `kept` is everything, by name."""

    def __init__(self, spec: StoreSpec[M], confirm: Confirm = at_once) -> None:
        self.spec = spec
        self._confirm = confirm
        self.down = False
        self.writes = 0
        self._entries = Entries(spec)

    @property
    def kept(self) -> dict[str, M]:
        return dict(self._entries.entries())

    def get(self, name: str) -> M | None:
        return self._entries.get(name)

    def entries(self) -> Iterator[tuple[str, M]]:
        return self._entries.entries()

    def pages(self) -> Iterator[list[tuple[str, M]]]:
        return self._entries.pages()

    def marked(self, mark: str) -> tuple[str, ...]:
        return self._entries.marked(mark)

    def of(self, person: str) -> tuple[tuple[str, M], ...]:
        return self._entries.of(person)

    def subscribe(self, listener: Listener[M]) -> None:
        self._entries.subscribe(listener)

    async def put(self, name: str, entry: M | None) -> None:
        if self.down:
            raise KafkaConnectionError("no broker")
        await self._confirm()
        self.writes += 1
        self.set(name, entry)

    def set(self, name: str, entry: M | None) -> None:
        """What is there from now on, whoever wrote it."""
        self._entries.apply(name, entry)

    def clear(self) -> None:
        """Lose everything."""
        for name in list(self.kept):
            self.set(name, None)

    def restarted(self) -> "MemoryStore[M]":
        """The same entries for a bot that is started anew: those who listened before are gone."""
        fresh = Entries(self.spec)
        for name, entry in self._entries.entries():
            fresh.apply(name, entry)
        self._entries = fresh
        return self


class MemoryTopic:
    """The topics of state in memory: a store for each spec."""

    def __init__(self, specs: Iterable[AnySpec], confirm: Confirm = at_once) -> None:
        self._stores: dict[str, MemoryStore[Any]] = {spec.name: MemoryStore(spec, confirm) for spec in specs}

    def store(self, spec: StoreSpec[M]) -> MemoryStore[M]:
        return cast(MemoryStore[M], self._stores[spec.name])

    def stores(self) -> Stores:
        """The stores of a bot that starts now."""
        return Stores((store.spec, store.restarted()) for store in self._stores.values())
