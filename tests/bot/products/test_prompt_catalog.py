"""The catalogue behind which people wait answers in time, or says that it does not; one slow question is its own."""

import asyncio
from time import perf_counter

import pytest
from elastic_transport import ConnectionTimeout, TransportError

from bot.products.prompt_catalog import SILENT_FOR_S, PromptCatalog
from pipeline.bans import parse_rule
from pipeline.catalog.request import SearchRequest
from tests.bot.world.away import AwayCatalog
from tests.bot.world.memory import Clock, MemoryCatalog, watches

WITHIN_S = 0.1
REQUEST = SearchRequest(text="часы", size=5)


class Index:
    """A prompt catalogue over one that may be away, with a clock of its own."""

    def __init__(self) -> None:
        self.memory = MemoryCatalog(*watches())
        self.away = AwayCatalog(self.memory)
        self.clock = Clock()
        self.prompt = PromptCatalog(self.away, WITHIN_S, self._seconds)

    def _seconds(self) -> float:
        return self.clock.moment.timestamp()


async def test_it_answers_as_the_one_behind_it() -> None:
    index = Index()
    assert (await index.prompt.search(REQUEST)).total == 12
    product = await index.prompt.product("chasy-mira/w1")
    assert product is not None
    assert await index.prompt.similar(product, 3)
    assert (
        set(await index.prompt.products(["chasy-mira/w1", "x"]))
        == set(await index.prompt.indexed(["chasy-mira/w1", "x"]))
        == {"chasy-mira/w1"}
    )
    rule = parse_rule("brand:huawei")
    assert await index.prompt.count(rule) == 4
    assert len(await index.prompt.sample(rule, 2)) == 2
    assert await index.prompt.shops()


async def test_of_several_questions_of_one_handler_only_the_first_is_waited_for() -> None:
    index = Index()
    index.away.fault = "hangs"
    begun = perf_counter()
    for _ in range(20):
        with pytest.raises(ConnectionTimeout):
            await index.prompt.search(REQUEST)
    assert WITHIN_S <= perf_counter() - begun < 5 * WITHIN_S
    index.away.fault = ""
    index.clock.pass_by(seconds=SILENT_FOR_S)
    assert (await index.prompt.search(REQUEST)).total == 12


async def test_a_question_that_is_slow_while_others_are_answered_refuses_nobody() -> None:
    index = Index()
    index.away.fault = "hangs"
    slow = asyncio.create_task(index.prompt.search(REQUEST))
    await asyncio.sleep(WITHIN_S / 2)
    index.away.fault = ""
    index.clock.pass_by(seconds=0.05)
    assert await index.prompt.product("chasy-mira/w1")
    with pytest.raises(ConnectionTimeout):
        await slow
    assert await index.prompt.product("chasy-mira/w2")


async def test_a_refusal_is_handed_on_as_it_is_and_says_nothing_of_the_next_question() -> None:
    index = Index()
    index.away.fault = "refuses"
    with pytest.raises(TransportError):
        await index.prompt.product("chasy-mira/w1")
    index.away.fault = ""
    assert await index.prompt.product("chasy-mira/w1")
