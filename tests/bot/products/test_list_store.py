"""What buttons stand for is kept, prolonged, and forgotten when nobody needs it."""

from bot.products.list_state import LISTS, ListState
from bot.products.list_store import KEPT_DAYS, ListStore
from bot.products.offer_ids import token
from bot.state.buffered import BufferedStore
from tests.bot.world.memory import Clock
from tests.bot.world.stores import MemoryStore

STATE = ListState(text="умные часы")


async def test_an_equal_list_is_written_once_and_again_when_it_gets_old() -> None:
    states = MemoryStore(LISTS)
    clock = Clock()
    lists = ListStore(BufferedStore(states, LISTS), clock)
    for _ in range(3):
        await lists.keep([STATE])
    assert states.writes == 1
    clock.pass_by(days=8)
    await lists.keep([STATE])
    assert states.writes == 2
    assert states.kept[token(STATE)].text == "умные часы"


async def test_what_nobody_used_for_long_is_swept() -> None:
    states = MemoryStore(LISTS)
    clock = Clock()
    lists = ListStore(BufferedStore(states, LISTS), clock)
    await lists.keep([STATE])
    clock.pass_by(days=KEPT_DAYS - 1)
    assert await lists.sweep() == 0
    clock.pass_by(days=2)
    assert await lists.sweep() == 1
    assert lists.get(token(STATE)) is None


async def test_without_kafka_a_list_lives_in_memory_and_is_written_later() -> None:
    states = MemoryStore(LISTS)
    states.down = True
    lists = ListStore(BufferedStore(states, LISTS), Clock())
    await lists.keep([STATE])
    assert lists.get(token(STATE)) is not None
    assert not states.kept
    states.down = False
    await lists.keep([ListState(text="самовар")])
    assert {state.text for state in states.kept.values()} == {"умные часы", "самовар"}
