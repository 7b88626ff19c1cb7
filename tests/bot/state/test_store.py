"""What every store promises, in memory and in Kafka."""

import pytest
from aiokafka.errors import KafkaError

from bot.state.store import StoreSpec, each
from tests.bot.state.backends import Backend, Note

ONE, TWO = Note(text="one"), Note(text="two")
Spec = StoreSpec[Note]


async def test_what_was_written_is_read_at_once_and_what_was_deleted_is_not(backend: Backend, notes: Spec) -> None:
    async with backend.opened() as stores:
        store = stores.of(notes)
        assert store.get("anna") is None
        await store.put("anna", ONE)
        assert store.get("anna") == ONE
        await store.put("anna", TWO)
        await store.put("oliver", ONE)
        assert dict(store.entries()) == {"anna": TWO, "oliver": ONE}
        await store.put("anna", None)
        assert store.get("anna") is None
        assert dict(store.entries()) == {"oliver": ONE}


async def test_what_is_not_there_can_be_deleted(backend: Backend, notes: Spec) -> None:
    async with backend.opened() as stores:
        store = stores.of(notes)
        await store.put("nobody", None)
        assert list(store.entries()) == []
        assert store.of("nobody") == ()


async def test_a_process_that_starts_later_reads_what_was_written_and_not_what_was_deleted(
    backend: Backend, notes: Spec
) -> None:
    async with backend.opened() as stores:
        await stores.of(notes).put("anna", ONE)
        await stores.of(notes).put("anna:2", TWO)
        await stores.of(notes).put("oliver", ONE)
        await stores.of(notes).put("oliver", None)
    async with backend.opened() as stores:
        assert dict(stores.of(notes).entries()) == {"anna": ONE, "anna:2": TWO}
        assert stores.of(notes).of("anna") == (("anna", ONE), ("anna:2", TWO))


async def test_of_a_person_are_the_entries_whose_names_begin_with_the_person(backend: Backend, notes: Spec) -> None:
    async with backend.opened() as stores:
        store = stores.of(notes)
        for name in ("anna:b", "anna:a:x", "anna", "annabel", "annabel:a", "oliver:anna"):
            await store.put(name, ONE)
        assert [name for name, _ in store.of("anna")] == ["anna", "anna:a:x", "anna:b"]
        await store.put("anna:b", TWO)
        assert dict(store.of("anna"))["anna:b"] == TWO
        for name, _ in store.of("anna"):
            await store.put(name, None)
        assert store.of("anna") == ()
        assert sorted(name for name, _ in store.entries()) == ["annabel", "annabel:a", "oliver:anna"]


async def test_of_a_store_about_nobody_nothing_is_a_persons(backend: Backend, facts: Spec) -> None:
    async with backend.opened() as stores:
        await stores.of(facts).put("anna", ONE)
        assert stores.of(facts).of("anna") == ()
        assert stores.of(facts).get("anna") == ONE


async def test_two_stores_do_not_see_each_other(backend: Backend, notes: Spec, facts: Spec) -> None:
    async with backend.opened() as stores:
        heard: list[str] = []
        stores.of(facts).subscribe(lambda name, *_: heard.append(name))
        await stores.of(notes).put("same", ONE)
        assert stores.of(facts).get("same") is None
        await stores.of(facts).put("same", TWO)
        await stores.of(notes).put("same", None)
        assert list(stores.of(notes).entries()) == []
        assert list(stores.of(facts).entries()) == [("same", TWO)]
        assert heard == ["same"]


async def test_listeners_hear_each_change_in_order_with_what_it_was_and_is_before_its_writer_goes_on(
    backend: Backend, notes: Spec
) -> None:
    async with backend.opened() as stores:
        await stores.of(notes).put("old", ONE)
    heard: list[tuple[str, Note | None, Note | None]] = []
    async with backend.opened() as stores:
        store = stores.of(notes)

        def listener(name: str, before: Note | None, after: Note | None) -> None:
            assert store.get(name) == after
            heard.append((name, before, after))

        store.subscribe(listener)
        assert heard == [], "not of what was there before"
        await store.put("new", ONE)
        assert heard == [("new", None, ONE)]
        await store.put("new", TWO)
        await store.put("old", None)
        await store.put("new", None)
    assert heard[1:] == [("new", ONE, TWO), ("old", ONE, None), ("new", TWO, None)]


async def test_a_listener_that_fails_keeps_neither_the_store_nor_the_others_from_the_change(
    backend: Backend, notes: Spec
) -> None:
    def fails(*_: object) -> None:
        raise ValueError("a listener's fault")

    async with backend.opened() as stores:
        store, heard = stores.of(notes), list[str]()
        store.subscribe(fails)
        store.subscribe(lambda name, *_: heard.append(name))
        await store.put("anna", ONE)
        await store.put("anna", TWO)
        assert store.get("anna") == TWO
        assert heard == ["anna", "anna"]


async def test_what_kafka_does_not_take_is_a_kafka_error_and_leaves_everything_as_it_was(
    backend: Backend, notes: Spec
) -> None:
    async with backend.opened() as stores:
        store, heard = stores.of(notes), list[str]()
        await store.put("anna", ONE)
        store.subscribe(lambda name, *_: heard.append(name))
        backend.break_off()
        for entry in (TWO, None):
            with pytest.raises(KafkaError):
                await store.put("anna", entry)
        assert store.get("anna") == ONE
        assert heard == []
        backend.mend()
        await store.put("anna", TWO)
        assert store.get("anna") == TWO


async def test_entries_are_found_by_their_marks_as_they_are_now(backend: Backend, notes: Spec) -> None:
    async with backend.opened() as stores:
        store = stores.of(notes)
        for name, note in (("anna:1", ONE), ("anna:2", TWO), ("oliver", ONE), ("mia", ONE)):
            await store.put(name, note)
        await store.put("anna:1", TWO)
        await store.put("mia", None)
        assert (sorted(store.marked("one")), sorted(store.marked("two"))) == (["oliver"], ["anna:1", "anna:2"])
    async with backend.opened() as stores:
        store = stores.of(notes)
        assert (sorted(store.marked("one")), sorted(store.marked("two"))) == (["oliver"], ["anna:1", "anna:2"])
        assert store.marked("three") == ()


async def test_all_entries_come_in_pages(backend: Backend, notes: Spec) -> None:
    async with backend.opened() as stores:
        store = stores.of(notes)
        for number in range(20):
            await store.put(f"anna:{number}", ONE)
        await store.put("anna:3", None)
        found = [named async for named in each(store)]
        assert len(found) == 19
        assert dict(found) == dict(store.entries()) == dict(store.of("anna"))
