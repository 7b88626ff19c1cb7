"""Search by meaning in a real Elasticsearch: what a person finds whose words no shop has, and what nobody may."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio
from elasticsearch import AsyncElasticsearch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ops.elasticsearch import client as connect
from ops.stack.running import RunningStack
from pipeline.bans.rule import parse_rule
from pipeline.bans.rules import Rules, decide
from pipeline.catalog.catalog import Catalog
from pipeline.catalog.indexer.alias import Indices
from pipeline.catalog.indexer.meanings import Pace, fill_some
from pipeline.catalog.mapping import MEANING, document, document_id
from pipeline.catalog.query import understand
from pipeline.catalog.relevance_evaluation import index_of
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import Price, Product, now
from pipeline.meaning.model import RememberedVectors, SentenceEncoder
from tests.pipeline.catalog.demo import demo_products

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="module")]
ENCODER = RememberedVectors(SentenceEncoder(), 10_000)
BANNED = (parse_rule("brand:Voltis"), parse_rule("category:Наушники"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(stack: RunningStack) -> AsyncIterator[AsyncElasticsearch]:
    async with connect(stack.settings, "admin") as connected:
        yield connected


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def index(client: AsyncElasticsearch) -> AsyncIterator[str]:
    async with index_of(client, demo_products(), ENCODER) as name:
        yield name


@pytest.fixture
def catalog(client: AsyncElasticsearch, index: str) -> Catalog:
    return Catalog(client, index, encoder=ENCODER)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("геймерский ноутбук", "игровой ноутбук"),
        ("портативный компьютер", "ноутбук"),
        ("обувь для бега", "кроссовки"),
        ("садовые ножницы", "pruning shears"),
        # A slip that no rule puts right, and whose keys on the other layout are full stops and commas.
        ("рюгзак", "рюкзак"),
    ],
)
async def test_what_no_shop_calls_so_is_among_what_comes_near(catalog: Catalog, text: str, word: str) -> None:
    page = await catalog.search(SearchRequest(text=text, size=10))
    assert word in " ".join(product.name for product in page.shown).casefold(), [each.name for each in page.shown]


async def test_what_the_words_find_is_the_same_with_and_without_meaning(
    client: AsyncElasticsearch, index: str, catalog: Catalog
) -> None:
    by_words = Catalog(client, index)
    for text in ("умные часы", "ремешок 22 мм", "ноутбук 16 гб", "щъыцкпхзъ", "g21-5890103"):
        request = SearchRequest(text=text, size=100)
        one, other = await by_words.search(request), await catalog.search(request)
        assert one.total == other.total
        assert {each.offer_id for each in one.products} == {each.offer_id for each in other.products}
        assert one.facets == other.facets or not one.total


async def test_an_index_without_vectors_is_searched_by_words(client: AsyncElasticsearch) -> None:
    async with index_of(client, demo_products()[:50]) as plain:
        page = await Catalog(client, plain, encoder=ENCODER).search(SearchRequest(text="книга", size=5))
        assert page.kind == "found"


WORDS = ("чем", "стричь", "траву", "наушники", "без", "провода", "до", "5000", "-orbita", "часы", "машинка", "laptop")
TEXTS = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join))


async def test_any_text_in_any_pages_has_no_error_no_repeat_and_nothing_banned(catalog: Catalog) -> None:
    rules, loop = Rules([(rule, None) for rule in BANNED]), asyncio.get_running_loop()

    async def paged(text: str) -> None:
        request = understand(text).request().model_copy(update={"without": BANNED})
        whole = await catalog.search(request.model_copy(update={"size": 30}))
        again = await catalog.search(request.model_copy(update={"size": 30}))
        assert [each.offer_id for each in again.shown] == [each.offer_id for each in whole.shown]
        assert all(decide(each, rules, now()).allowed for each in whole.shown)
        pages = [
            await catalog.search(request.model_copy(update={"size": 10, "offset": offset})) for offset in (0, 10, 20)
        ]
        turned = [each.offer_id for page in pages for each in page.shown]
        assert turned == [each.offer_id for each in whole.shown]
        assert len(set(turned)) == len(turned)

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(TEXTS)
    def any_text(text: str) -> None:
        asyncio.run_coroutine_threadsafe(paged(text), loop).result(60)

    await asyncio.to_thread(any_text)


async def test_vectors_come_after_the_words_and_never_over_what_is_newer(client: AsyncElasticsearch) -> None:
    indices = Indices(client, f"products-meaning-{time.time_ns():x}")
    index = await indices.ensure()
    try:
        await client.cluster.health(index=index, wait_for_status="yellow")
        for place in range(3):
            await written(client, index, place, version=place + 10)
        await client.indices.refresh(index=index)
        catalog = Catalog(client, indices.alias, encoder=ENCODER)
        assert (await catalog.search(SearchRequest(text="самовар"))).total == 3
        # Between the reading and the writing one is sent again, and one is withdrawn.
        filling = asyncio.create_task(fill_some(indices, Late(client, index), Pace()))
        assert await filling == 1
        await client.indices.refresh(index=index)
        with_vector = await client.search(index=index, query={"exists": {"field": MEANING}}, version=True)
        assert [hit["_version"] for hit in with_vector["hits"]["hits"]] == [12]
        found = {each.product_id for each in (await catalog.search(SearchRequest(text="самовар"))).products}
        assert found == {"0", "2"}
        assert await fill_some(indices, ENCODER, Pace()) == 1
        assert await fill_some(indices, ENCODER, Pace()) == 0
    finally:
        await indices.remove(index)


def samovar(place: int) -> Product:
    price = Price(amount=100 + place, currency="RUB")
    return Product(product_id=str(place), name=f"Самовар медный {place}", price=price, store_id="s")


async def written(client: AsyncElasticsearch, index: str, place: int, version: int) -> None:
    """The document of a samovar as the indexer writes it."""
    product = samovar(place)
    await client.index(
        index=index,
        id=document_id(product.offer_id),
        document=document(product),
        version=version,
        version_type="external",
    )


class Late:
    """An encoder that takes so long that the index has moved on when it is done."""

    def __init__(self, client: AsyncElasticsearch, index: str) -> None:
        self._client, self._index, self._loop = client, index, asyncio.get_running_loop()

    def vectors(self, texts: Sequence[str]) -> list[bytes]:
        async def move_on() -> None:
            await written(self._client, self._index, 0, version=20)
            gone = document_id(samovar(1).offer_id)
            await self._client.delete(index=self._index, id=gone, version=21, version_type="external")

        asyncio.run_coroutine_threadsafe(move_on(), self._loop).result(30)
        return ENCODER.vectors(texts)
