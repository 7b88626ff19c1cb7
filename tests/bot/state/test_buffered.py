"""A store that is written behind the conversation, over the store in memory and the one in Kafka."""

import asyncio
from collections.abc import Iterator

import pytest
from aiokafka.errors import KafkaError

from bot.state.buffered import UNSAVED_LIMIT, BufferedStore
from bot.state.store import Listener, Store, StoreSpec
from tests.bot.state.backends import Backend, Note
from tests.bot.world.stores import MemoryStore
from tests.waiting import until

ONE, TWO = Note(text="one"), Note(text="two")
WITHIN_S = 20.0
Spec = StoreSpec[Note]


class SlowStore:
    """A store whose writes begin, and end when `may_end` is set."""

    def __init__(self, store: Store[Note]) -> None:
        self._store = store
        self.began = asyncio.Event()
        self.may_end = asyncio.Event()

    def get(self, name: str) -> Note | None:
        return self._store.get(name)

    def entries(self) -> Iterator[tuple[str, Note]]:
        return self._store.entries()

    def pages(self) -> Iterator[list[tuple[str, Note]]]:
        return self._store.pages()

    def marked(self, mark: str) -> tuple[str, ...]:
        return self._store.marked(mark)

    def of(self, person: str) -> tuple[tuple[str, Note], ...]:
        return self._store.of(person)

    def subscribe(self, listener: Listener[Note]) -> None:
        self._store.subscribe(listener)

    async def put(self, name: str, entry: Note | None) -> None:
        self.began.set()
        await self.may_end.wait()
        await self._store.put(name, entry)


async def test_what_is_put_soon_is_read_at_once_and_saved_a_moment_later(backend: Backend, notes: Spec) -> None:
    async with backend.opened() as stores:
        store = stores.buffered(notes)
        await store.put("oliver", ONE)
        store.put_soon("anna:1", ONE)
        store.put_soon("anna:1", TWO)
        assert (store.get("anna:1"), store.saved("anna:1")) == (TWO, None)
        assert dict(store.entries()) == {"oliver": ONE, "anna:1": TWO}
        assert store.of("anna") == (("anna:1", TWO),), "what is not saved yet is the person's too"
        await store.settled(WITHIN_S)
        assert store.saved("anna:1") == TWO
    async with backend.opened() as stores:
        assert dict(stores.of(notes).entries()) == {"oliver": ONE, "anna:1": TWO}


async def test_what_is_not_saved_survives_a_kafka_that_is_away_and_goes_with_a_later_entry(
    backend: Backend, notes: Spec
) -> None:
    async with backend.opened() as stores:
        store = stores.buffered(notes)
        backend.break_off()
        store.put_soon("anna", ONE)
        await store.settled(WITHIN_S)
        assert (store.get("anna"), store.saved("anna")) == (ONE, None)
        store.put_soon("anna", TWO)
        begun = asyncio.get_running_loop().time()
        await store.settled(WITHIN_S)
        assert asyncio.get_running_loop().time() - begun < WITHIN_S / 4, "nobody waits for a Kafka that is away"
        backend.mend()
        await _put_until_saved(store, "oliver")
    async with backend.opened() as stores:
        assert dict(stores.of(notes).entries()) == {"anna": TWO, "oliver": ONE}


async def test_what_was_deleted_while_it_was_being_written_stays_deleted(backend: Backend, notes: Spec) -> None:
    async with backend.opened() as stores:
        slow = SlowStore(stores.of(notes))
        store = BufferedStore(slow, notes)
        store.put_soon("anna", ONE)
        await asyncio.wait_for(slow.began.wait(), WITHIN_S)
        deleting = asyncio.create_task(store.put("anna", None))
        await asyncio.sleep(0)
        assert not deleting.done()
        slow.may_end.set()
        await asyncio.wait_for(deleting, WITHIN_S)
        await store.settled(WITHIN_S)
        assert (store.get("anna"), store.saved("anna")) == (None, None)
    async with backend.opened() as stores:
        assert list(stores.of(notes).entries()) == []


async def test_what_was_deleted_before_it_could_be_saved_is_not_saved_later(backend: Backend, notes: Spec) -> None:
    async with backend.opened() as stores:
        store = stores.buffered(notes)
        backend.break_off()
        store.put_soon("anna", ONE)
        await store.settled(WITHIN_S)
        with pytest.raises(KafkaError):
            await store.put("anna", None)
        backend.mend()
        await store.put("anna", None)
        await _put_until_saved(store, "oliver")
        assert dict(store.entries()) == {"oliver": ONE}


async def test_beyond_the_limit_the_oldest_of_the_unsaved_are_given_up(notes: Spec) -> None:
    memory = MemoryStore(notes)
    memory.down = True
    store = BufferedStore(memory, notes)
    for number in range(UNSAVED_LIMIT + 2):
        store.put_soon(str(number), ONE)
    await store.settled(WITHIN_S)
    assert [store.get(str(number)) for number in (0, 1, 2, UNSAVED_LIMIT + 1)] == [None, None, ONE, ONE]


async def _put_until_saved(store: BufferedStore[Note], name: str) -> None:
    """An entry that comes while a round of writing fails goes with the next one."""

    async def saved() -> bool:
        store.put_soon(name, ONE)
        await store.settled(WITHIN_S)
        return store.saved(name) is not None

    await until(saved, f"{name} is saved")


async def test_when_kafka_is_back_what_was_not_saved_goes_by_itself(
    notes: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.state.buffered.RETRY_S", 0.05)
    memory = MemoryStore(notes)
    memory.down = True
    store = BufferedStore(memory, notes)
    store.put_soon("anna", ONE)
    await store.settled(WITHIN_S)
    memory.down = False
    await until(lambda: memory.get("anna") == ONE, "saved without another entry")
