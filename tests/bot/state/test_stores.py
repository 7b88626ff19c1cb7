"""All stores by their specs: no two read each other's entries, and each has one buffer."""

import pytest

from bot.state.store import Personal, StoreSpec
from bot.state.stores import PersonalRegistry, Stores
from bot.ui.locale import Html, texts
from tests.bot.state.backends import Note
from tests.bot.world.stores import MemoryStore, MemoryTopic

NOTE = Note(text="one")


@pytest.mark.parametrize(("first", "second"), [("a:", "a:"), ("a:", "a:b:"), ("a:b:", "a:"), ("", "a:")])
def test_prefixes_that_clash_are_refused(first: str, second: str) -> None:
    specs = [StoreSpec(prefix, Note) for prefix in (first, second)]
    with pytest.raises(ValueError, match=f"{first}.*{second}|{second}.*{first}"):
        Stores((spec, MemoryStore(spec)) for spec in specs)


def test_prefixes_that_only_begin_alike_are_stores_of_their_own() -> None:
    specs = [StoreSpec(prefix, Note) for prefix in ("ban:", "bans:")]
    stores = Stores((spec, MemoryStore(spec)) for spec in specs)
    assert stores.of(specs[0]) is not stores.of(specs[1])


def test_a_large_store_whose_names_do_not_begin_with_the_person_is_refused() -> None:
    def owner(name: str) -> str:
        return name.rpartition(":")[2]

    words: Personal[Note] = Personal(lambda count, _: Html(f"{count} notes"), owner=owner)
    with pytest.raises(ValueError, match="must begin with the person"):
        StoreSpec("notes:", Note, words, large=True)


def test_a_store_that_was_not_opened_is_told_with_what_to_do(notes: StoreSpec[Note]) -> None:
    with pytest.raises(LookupError, match="list it in the stores of its feature"):
        MemoryTopic(()).stores().of(notes)


async def test_whoever_asks_after_it_was_buffered_reads_and_writes_through_the_one_buffer(
    notes: StoreSpec[Note],
) -> None:
    stores = MemoryTopic((notes,)).stores()
    buffer = stores.buffered(notes)
    assert stores.buffered(notes) is buffer
    assert stores.of(notes) is buffer
    buffer.put_soon("anna", NOTE)
    assert stores.of(notes).get("anna") == NOTE


async def test_what_is_kept_about_a_person_counts_and_goes_though_it_is_not_saved_yet(
    notes: StoreSpec[Note], facts: StoreSpec[Note]
) -> None:
    topic = MemoryTopic((notes, facts))
    stores = topic.stores()
    (personal,) = PersonalRegistry(stores).all()
    await stores.of(facts).put("anna", NOTE)
    buffer = stores.buffered(notes)
    topic.store(notes).down = True
    for name in ("anna", "anna:2", "oliver"):
        buffer.put_soon(name, NOTE)
    await buffer.settled(1)
    assert await personal.count("anna") == 2
    assert personal.words(2, texts("en")) == "2 notes"
    topic.store(notes).down = False
    await personal.forget("anna")
    buffer.put_soon("oliver", NOTE)
    await buffer.settled(10)
    assert list(topic.store(notes).kept) == ["oliver"]
    assert await personal.count("anna") == 0
    assert list(topic.store(facts).kept) == ["anna"]
