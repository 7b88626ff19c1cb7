"""Lists that are true, in a real Elasticsearch: what is found, what is counted, what stands in one line."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from elasticsearch import AsyncElasticsearch

from ops.elasticsearch import client as connect
from ops.stack.running import RunningStack
from pipeline.catalog.catalog import Catalog
from pipeline.catalog.line import line_of
from pipeline.catalog.relevance_evaluation import index_of
from pipeline.catalog.request import SearchRequest, Sort
from pipeline.contracts.messages import Price, Product, Stock
from tests.pipeline.catalog.demo import demo_products

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="module")]

SORTS: tuple[Sort, ...] = ("relevance", "price_asc", "price_desc", "newest")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(stack: RunningStack) -> AsyncIterator[AsyncElasticsearch]:
    async with connect(stack.settings, "admin") as connected:
        yield connected.options(request_timeout=60)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo(client: AsyncElasticsearch) -> AsyncIterator[Catalog]:
    async with index_of(client, demo_products()) as name:
        yield Catalog(client, name)


@asynccontextmanager
async def shelf(client: AsyncElasticsearch, *products: Product) -> AsyncIterator[Catalog]:
    async with index_of(client, products) as name:
        yield Catalog(client, name)


def offer(product_id: str, name: str, price: float = 1000.0, **more: object) -> Product:
    fields: dict[str, object] = {
        "price": {"amount": price, "currency": "RUB"},
        "stock": Stock(available=5),
        "store_id": "a",
    }
    return Product.model_validate(fields | {"product_id": product_id, "name": name} | more)


def ids(products: Sequence[Product]) -> list[str]:
    return [product.offer_id for product in products]


@pytest.mark.parametrize(
    "text", ["умные часы", "часы", "чайник 1.7 л", "детектив", "футболка", "наушники с шумоподавлением", "чёрный", ""]
)
async def test_a_count_is_the_same_in_every_order_and_is_what_one_can_page_through(demo: Catalog, text: str) -> None:
    counts = set()
    sets = []
    for sort in SORTS:
        page = await demo.search(SearchRequest(text=text, sort=sort, size=100))
        counts.add((page.kind, page.total, page.near_total))
        lines, offset = [], 0
        while offset < min(page.total, 600):
            part = await demo.search(SearchRequest(text=text, sort=sort, size=100, offset=offset))
            lines += [line_of(product) for product in part.products]
            offset += 100
        assert len(lines) == len(set(lines)) == page.total
        sets.append(frozenset(lines))
    assert len(counts) == len(set(sets)) == 1


@pytest.mark.parametrize("price_max", [3_000, 5_000, 10_000])
async def test_straps_are_no_watches_in_any_order(demo: Catalog, price_max: float) -> None:
    for sort in SORTS:
        page = await demo.search(SearchRequest(text="умные часы", price_max=price_max, sort=sort, size=100))
        assert {product.category for product in page.products} <= {"Электроника / Умные часы"}
        assert page.total + page.near_total >= 10


async def test_what_only_a_description_says_is_near_and_never_found(demo: Catalog) -> None:
    page = await demo.search(SearchRequest(text="футболка"))
    assert (page.kind, page.total, page.products) == ("nearest", 0, ())
    assert page.near


async def test_how_a_thing_is_may_be_told_by_its_description(client: AsyncElasticsearch) -> None:
    buds = offer("1", "Наушники Buds", description="С активным шумоподавлением.")
    pillow = offer("2", "Подушка для шеи", description="Не мешает, когда надеты наушники с шумоподавлением.")
    async with shelf(client, buds, pillow) as catalog:
        page = await catalog.search(SearchRequest(text="наушники с шумоподавлением"))
        assert (page.kind, ids(page.products), ids(page.near)) == ("found", ["a/1"], ["a/2"])


@pytest.mark.parametrize("sort", SORTS)
async def test_what_comes_near_follows_what_is_found_over_the_pages(demo: Catalog, sort: Sort) -> None:
    whole = await demo.search(SearchRequest(text="чайник 1.7 л", sort=sort, size=100))
    assert 0 < whole.total < 10
    assert whole.total + whole.near_total == whole.shown_total == len(whole.shown)
    paged: list[str] = []
    for offset in range(0, whole.shown_total, 3):
        paged += ids((await demo.search(SearchRequest(text="чайник 1.7 л", sort=sort, offset=offset, size=3))).shown)
    assert paged == ids(whole.shown)
    assert {line_of(each) for each in whole.products} == {
        line_of(each) for each in (await demo.search(SearchRequest(text="чайник 1.7 л", size=100))).products
    }


async def test_facets_count_lines_as_the_list_does(demo: Catalog) -> None:
    wide = await demo.search(SearchRequest(text="часы"))
    for category, count in wide.facets.categories:
        assert (await demo.search(SearchRequest(text="часы", category=category))).total == count
    for brand, count in wide.facets.brands[:5]:
        assert (await demo.search(SearchRequest(text="часы", brands=(brand,)))).total == count


async def test_a_line_tells_of_those_of_its_offers_that_are_found(demo: Catalog) -> None:
    watch = next(each for each in demo_products() if each.name.startswith("Смарт-часы Orbita Pulse 3,"))
    page = await demo.search(SearchRequest(text="orbita pulse 3", size=50))
    product = next(each for each in page.products if line_of(each) == line_of(watch))
    line = page.lines[product.offer_id]
    offers = [each for each in demo_products() if line_of(each) == line_of(watch)]
    assert (line.offers, line.shops) == (len(offers), len({each.store_id for each in offers}))
    assert line.colours == 3
    cheap = await demo.search(SearchRequest(text="orbita pulse 3 чёрные", size=50))
    assert all(cheap.lines[name].colours == 1 for name in ids(cheap.products) if name in cheap.lines)
    together = await demo.together(product)
    assert len(together) == line.offers
    assert {line_of(each) for each in together} == {line_of(product)}
    assert await demo.lines([product]) == {product.offer_id: line}


async def test_similar_goods_are_other_models_one_line_each(demo: Catalog) -> None:
    watch = next(product for product in demo_products() if "Pulse 3," in product.name)
    lines = [line_of(each) for each in await demo.similar(watch, 10)]
    assert len(lines) == len(set(lines)) == 10
    assert line_of(watch) not in lines


async def test_at_most_two_lines_of_one_shop_stand_on_the_first_page(demo: Catalog) -> None:
    for text in ("умные часы", "кофе", "рюкзак"):
        page = await demo.search(SearchRequest(text=text, size=5))
        shops = [product.store_id for product in page.products]
        assert max(map(shops.count, shops)) <= 2, text


async def test_an_article_is_one_hit(demo: Catalog) -> None:
    product = next(product for product in demo_products() if product.store_id == "vershina")
    for text in (product.sku, product.sku.lower(), product.product_id, product.offer_id):
        page = await demo.search(SearchRequest(text=text))
        assert (page.exact, page.total, page.near_total, ids(page.products)) == (True, 1, 0, [product.offer_id])


async def test_a_price_that_leaves_nothing_tells_the_nearest_one(client: AsyncElasticsearch) -> None:
    goods = [offer(str(price), f"Наушники {price}", price) for price in (690, 900, 5000)]
    async with shelf(client, *goods, offer("s", "Семена томата, 100 семян", 90)) as catalog:
        page = await catalog.search(SearchRequest(text="наушники", price_max=100))
        assert (page.kind, page.total, page.beyond) == ("nearest", 0, (690, 5000))
        assert ids(page.near) == ["a/690", "a/900", "a/5000"]
        page = await catalog.search(SearchRequest(text="наушники", price_min=10_000))
        assert (page.beyond, ids(page.near)) == ((690, 5000), ["a/5000", "a/900", "a/690"])
        page = await catalog.search(SearchRequest(text="наушники", price_min=1000, price_max=2000))
        assert ids(page.near) == ["a/900", "a/690"]
        page = await catalog.search(SearchRequest(text="наушники", price_max=800))
        assert (page.kind, page.total, page.beyond) == ("found", 1, None)


async def test_offers_without_a_rate_are_counted_when_a_price_leaves_them_out(client: AsyncElasticsearch) -> None:
    goods = (
        offer("1", "Самовар Тула", 5000),
        offer("2", "Самовар Медь", price=90.0).model_copy(update={"price": Price(amount=90, currency="USD")}),
        offer("3", "Самовар Латунь").model_copy(update={"price": Price(amount=0, currency="RUB")}),
    )
    async with shelf(client, *goods) as catalog:
        page = await catalog.search(SearchRequest(text="самовар", price_max=10_000))
        assert (ids(page.products), page.no_rate) == (["a/1"], 1)
        assert (await catalog.search(SearchRequest(text="самовар"))).no_rate == 0
