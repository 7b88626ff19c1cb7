"""What the panel of filters promises, held to the demo's catalogue in a real Elasticsearch."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.features.search.choices import Choices, choices_of
from bot.features.search.filters import band_mark, narrowed
from bot.products.list_state import ListState
from bot.ui.callback_ids import mark
from ops.elasticsearch import client as connect
from ops.stack.running import RunningStack
from pipeline.catalog.catalog import Catalog
from pipeline.catalog.page import SearchPage
from pipeline.catalog.relevance_evaluation import index_of
from pipeline.catalog.request import SearchRequest
from tests.pipeline.catalog.demo import demo_products

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo(stack: RunningStack) -> AsyncIterator[Catalog]:
    async with connect(stack.settings, "admin") as connected:
        client = connected.options(request_timeout=60)
        async with index_of(client, demo_products()) as name:
            yield Catalog(client, name)


class Looking:
    """Asks the catalogue for a list, as the bot does; of `size` 0, for what there is to count."""

    def __init__(self, catalog: Catalog, size: int = 0) -> None:
        self._catalog = catalog
        self._size = size

    async def __call__(self, state: ListState) -> SearchPage:
        return await self._catalog.search(
            SearchRequest(
                text=state.text,
                category=state.category,
                brands=state.brands,
                shops=state.shops,
                price_min=state.price_min,
                price_max=state.price_max,
                in_stock=state.in_stock,
                size=self._size,
            )
        )


@pytest.mark.parametrize("text", ["умные часы", "наушники", "чайник", "детектив"])
async def test_each_choice_leaves_as_many_products_as_it_says(demo: Catalog, text: str) -> None:
    counted, shown = Looking(demo), Looking(demo, 5)
    state = ListState(text=text)
    for _ in range(2):
        choices = await choices_of(state, counted)
        assert choices.page.total == (await shown(state)).total
        for by, mark_of, count in _offered(choices):
            chosen = narrowed(state.model_copy(update={"brands": ()}) if by == "b" else state, by, mark_of, choices)
            assert chosen is not None
            assert (await shown(chosen)).total == count, (by, count)
        # Once more with two brands and a range of prices chosen.
        state = state.model_copy(update={"brands": tuple(sorted(name for name, _ in choices.brands[:2]))})
        if choices.prices:
            low, high = choices.prices[-1][0]
            state = state.model_copy(update={"price_min": low, "price_max": high})


def _offered(choices: Choices) -> list[tuple[str, str, int]]:
    found = [("b", mark(name), count) for name, count in choices.brands[:5] if count]
    return [*found, ("k", "1", choices.in_stock)]


async def test_the_ranges_of_prices_are_counted_as_the_list_counts_them(demo: Catalog) -> None:
    state = ListState(text="наушники")
    choices = await choices_of(state, Looking(demo))
    assert len(choices.prices) >= 2
    for band, count in choices.prices:
        chosen = narrowed(state, "p", band_mark(band), choices)
        assert chosen is not None
        assert (await Looking(demo, 5)(chosen)).total == count
