"""Search over the demo's catalogue in a real Elasticsearch: what a person must find, and what must not show."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from statistics import fmean

import pytest
import pytest_asyncio
from elasticsearch import AsyncElasticsearch

from ops.elasticsearch import client as connect
from ops.stack.running import RunningStack
from pipeline.bans.rule import parse_rule
from pipeline.bans.rules import Rules, decide
from pipeline.catalog.catalog import Catalog
from pipeline.catalog.mapping import document
from pipeline.catalog.marks import figures
from pipeline.catalog.page import SearchPage
from pipeline.catalog.query import understand
from pipeline.catalog.relevance_evaluation import index_of, marked
from pipeline.catalog.request import SearchRequest, Sort
from pipeline.contracts.messages import ConvertedPrice, Price, Product, Stock
from tests.pipeline.catalog.demo import demo, demo_products

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="module")]

WATCHES = "Электроника / Умные часы"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(stack: RunningStack) -> AsyncIterator[AsyncElasticsearch]:
    async with connect(stack.settings, "admin") as connected:
        yield connected


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def index(client: AsyncElasticsearch) -> AsyncIterator[str]:
    async with index_of(client, demo_products()) as name:
        yield name


@pytest.fixture
def catalog(client: AsyncElasticsearch, index: str) -> Catalog:
    return Catalog(client, index)


def categories(page: SearchPage) -> list[str]:
    return [product.category for product in page.products]


async def test_a_slip_is_put_right_although_the_words_came_after_the_first_search(
    client: AsyncElasticsearch,
) -> None:
    now = 0.0
    products = list(demo_products())
    async with index_of(client, products[:1]) as index:
        catalog = Catalog(client, index, clock=lambda: now)
        await catalog.search(SearchRequest(text="умные чсы"))
        for product in (product for product in products if product.category == WATCHES):
            await client.index(index=index, document=document(product))
        await client.indices.refresh(index=index)
        now = 5.0
        page = await catalog.search(SearchRequest(text="умные чсы", size=5))
        assert (page.kind, page.corrected) == ("corrected", "умные часы")


@pytest.mark.parametrize("text", ["умные часы", "умных часов", "умные чсы", "evyst xfcs", "смартчасы", "Умные  ЧАСЫ!"])
async def test_smart_watches_come_before_their_neighbours(catalog: Catalog, text: str) -> None:
    page = await catalog.search(SearchRequest(text=text, size=5))
    assert categories(page) == [WATCHES] * 5, [product.name for product in page.products]


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("ремешок для умных часов", "Аксессуары / Ремешки для умных часов"),
        ("настеные часы", "Дом / Настенные часы"),
        ("фитнес браслет", "Электроника / Фитнес-браслеты"),
        ("чехлы на телефон", "Аксессуары / Чехлы для смартфонов"),
        ("нотбук", "Электроника / Ноутбуки"),
    ],
)
async def test_a_kind_of_goods_is_answered_with_that_kind(catalog: Catalog, text: str, category: str) -> None:
    page = await catalog.search(SearchRequest(text=text, size=5))
    assert set(categories(page)) == {category}


async def test_a_slip_is_told(catalog: Catalog) -> None:
    page = await catalog.search(SearchRequest(text="умные чсы"))
    assert (page.kind, page.corrected) == ("corrected", "умные часы")


@pytest.mark.parametrize("text", ["орбита", "орбиты", "Orbita", "jh,bnf"])
async def test_a_brand_is_found_in_either_alphabet_and_layout(catalog: Catalog, text: str) -> None:
    page = await catalog.search(SearchRequest(text=text, size=5))
    assert page.products
    assert all("orbita" in product.model_dump_json().lower() for product in page.products)


async def test_an_article_and_an_id_lead_to_their_product(catalog: Catalog) -> None:
    product = next(product for product in demo_products() if product.sku)
    for text in (product.product_id, product.sku.lower()):
        page = await catalog.search(SearchRequest(text=text))
        assert page.products[0].product_id == product.product_id
        assert page.kind == "found"


async def test_nothing_is_called_nothing(catalog: Catalog) -> None:
    page = await catalog.search(SearchRequest(text="щъыцкпхзъ"))
    assert (page.kind, page.products, page.total) == ("nothing", (), 0)


async def test_a_lacking_word_gives_the_nearest_and_says_so(catalog: Catalog) -> None:
    page = await catalog.search(SearchRequest(text="умные часы щъыцкпхзъ"))
    assert (page.kind, page.total, page.products) == ("nearest", 0, ())
    assert {product.category for product in page.near} == {WATCHES}


async def test_when_all_of_a_phrase_are_refused_its_words_still_find_the_nearest(catalog: Catalog) -> None:
    page = await catalog.search(SearchRequest(text="умные часы"), lambda product: WATCHES not in product.category)
    assert page.kind == "nearest"
    assert "час" in page.near[0].name.casefold()


async def test_narrowing_holds_for_every_product_and_for_the_facets(catalog: Catalog) -> None:
    wide = await catalog.search(SearchRequest(text="часы"))
    brand, count = wide.facets.brands[0]
    assert wide.facets.price_min is not None
    assert wide.facets.price_max is not None
    middle = (wide.facets.price_min + wide.facets.price_max) / 2
    request = SearchRequest(text="часы", brands=(brand,), price_max=middle, in_stock=True, size=100)
    narrow = await catalog.search(request)
    assert 0 < narrow.total <= count
    for product in narrow.products:
        assert product.brand == brand
        assert product.price.amount <= middle
        assert product.stock.available > product.stock.reserved


async def test_a_facet_counts_what_narrowing_by_it_finds(catalog: Catalog) -> None:
    wide = await catalog.search(SearchRequest(text="чёрный"))
    for category, count in wide.facets.categories[:5]:
        assert (await catalog.search(SearchRequest(text="чёрный", category=category))).total == count


@pytest.mark.parametrize(("sort", "sign"), [("price_asc", 1), ("price_desc", -1)])
async def test_sorting_by_price(catalog: Catalog, sort: Sort, sign: int) -> None:
    page = await catalog.search(SearchRequest(text="часы", sort=sort, size=50))
    prices = [sign * product.price.amount for product in page.products]
    assert prices == sorted(prices)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("самые дешёвые часы", "часы"), ("cheapest watch", "часы"), ("cheapest smart watch", "умные часы"),
        ("самые дешёвые смартфоны", "смартфоны"),
    ],
)  # fmt: skip
async def test_the_cheapest_are_the_things_themselves_and_not_what_belongs_to_them(
    catalog: Catalog, text: str, kind: str
) -> None:
    page = await catalog.search(understand(text).request().model_copy(update={"size": 20}))
    assert len(page.products) > 9
    assert all(product.category.casefold().endswith(kind) for product in page.products)


async def test_an_english_noun_is_needed_as_a_russian_one_is(catalog: Catalog) -> None:
    english, russian = [
        await catalog.search(understand(text).request()) for text in ("smart watch under 5000", "умные часы до 5000")
    ]
    assert english.total == russian.total > 0
    assert {each.offer_id for each in english.products} == {each.offer_id for each in russian.products}


async def test_pages_follow_one_another_without_gap_or_repeat(catalog: Catalog) -> None:
    whole = await catalog.search(SearchRequest(text="часы", size=40))
    paged: list[str] = []
    for offset in range(0, 40, 7):
        page = await catalog.search(SearchRequest(text="часы", offset=offset, size=7))
        paged += [product.product_id for product in page.products]
    assert paged[:40] == [product.product_id for product in whole.products]


async def test_what_is_not_allowed_is_not_shown_and_the_page_is_full_without_it(catalog: Catalog) -> None:
    def allowed(product: Product) -> bool:
        return product.brand != "Orbita"

    page = await catalog.search(SearchRequest(text="умные часы", size=20, by_offer=True), allowed)
    assert len(page.products) == 20
    assert all(map(allowed, page.products))


async def test_synonyms_are_in_force_at_once(client: AsyncElasticsearch, index: str) -> None:
    dictionary: dict[str, list[str]] = {}
    catalog = Catalog(client, index, dictionary)
    before = await catalog.search(SearchRequest(text="ходики", size=5))
    dictionary["ходики"] = ["настенные часы"]
    after = await catalog.search(SearchRequest(text="ходики", size=5))
    assert set(categories(before)) != {"Дом / Настенные часы"}
    assert set(categories(after)) == {"Дом / Настенные часы"}


@pytest.mark.parametrize(
    "text",
    [
        "keyword:часы",
        "keyword:умные часы",
        "keyword:кожа",
        "keyword:watch",
        "brand:orbita",
        "category:Умные часы",
        "category:Электроника / Умные часы",
        "category:Электроника",
        "seller:vershina",
        "keyword:нетакогослова",
    ],
)
async def test_a_rule_hits_in_the_index_what_the_filter_would_stop(catalog: Catalog, text: str) -> None:
    rule = parse_rule(text)
    rules, now = Rules([(rule, None)]), datetime.now(UTC)
    stopped = {product.product_id for product in demo_products() if not decide(product, rules, now).allowed}
    assert await catalog.count(rule) == len(stopped)
    assert {product.product_id for product in await catalog.sample(rule, 5)} <= stopped
    # A search that leaves the rule out counts nothing of it either.
    left = Counter(product.category for product in demo_products() if product.product_id not in stopped)
    page = await catalog.search(SearchRequest(text="", without=(rule,), by_offer=True))
    assert page.total == left.total()
    assert set(page.facets.categories) <= set(left.items())


@pytest.mark.parametrize(
    "text", ["умные часы до 9000", "кофе без кофеина", "smart watch", "чайник стеклянный", "орбита"]
)
async def test_what_is_explained_is_what_is_found(catalog: Catalog, text: str) -> None:
    request = understand(text).request().model_copy(update={"by_offer": True, "size": 100})
    page = await catalog.search(request)
    shows = [each.offer_id for each in demo_products() if (await catalog.explain(request, each)).shows]
    assert page.total == len(shows)
    assert {each.offer_id for each in page.products} <= {*shows}


async def test_what_has_fallen_most_comes_first(client: AsyncElasticsearch) -> None:
    prices = {"same": None, "less": 1_250.0, "least": 4_000.0}
    goods = [
        Product(
            product_id=name, name="Самовар", store_id="s", price=Price(amount=1000, currency="RUB"), old_price=before
        )
        for name, before in prices.items()
    ]
    async with index_of(client, goods) as index:
        page = await Catalog(client, index).search(SearchRequest(text="", cheaper=True))
        assert [product.product_id for product in page.products] == ["least", "less"]


async def test_similar_products_are_of_the_same_kind(catalog: Catalog) -> None:
    watch = next(product for product in demo_products() if product.category == WATCHES)
    similar = await catalog.similar(watch, 6)
    assert {product.category for product in similar} == {WATCHES}
    assert watch.product_id not in {product.product_id for product in similar}


async def test_products_come_by_id_as_they_were_sent(catalog: Catalog) -> None:
    one, two = demo_products()[:2]
    found = await catalog.products([two.offer_id, "no-such-id", one.offer_id])
    assert list(found) == [two.offer_id, one.offer_id]
    assert found[one.offer_id] == one
    assert await catalog.product("no-such-id") is None


async def test_the_judged_queries_keep_their_marks(catalog: Catalog) -> None:
    shown = await marked(catalog, demo()[1], nearest=True)
    assert figures(shown).ndcg > 0.88
    assert fmean(len(each.hits) for each in shown) > 5


async def test_prices_are_compared_in_the_marketplace_s_currency(client: AsyncElasticsearch) -> None:
    """On request, and without a rate, is in no range of prices, and behind everything in either order."""
    converted = ConvertedPrice(amount=8_100, currency="RUB")
    prices = {
        "dollars": Price(amount=90, currency="USD", converted=converted),
        "roubles": Price(amount=5_000, currency="RUB"),
        "request": Price(amount=0, currency="RUB"),
        "no-rate": Price(amount=7, currency="EUR"),
        "reserved": Price(amount=9_000, currency="RUB"),
    }
    samovars = [
        Product(
            product_id=name,
            name="Самовар медный",
            price=price,
            store_id="s",
            group_id="g",
            stock=Stock(available=3, reserved=3 if name == "reserved" else 0),
        )
        for name, price in prices.items()
    ]
    async with index_of(client, samovars) as index:
        catalog = Catalog(client, index)

        async def found(**how: object) -> list[str]:
            page = await catalog.search(SearchRequest.model_validate({"text": "самовар", "by_offer": True, **how}))
            return [product.product_id for product in page.products]

        assert await found(price_max=1_000) == []
        assert await found(price_max=8_500, sort="price_asc") == ["roubles", "dollars"]
        cheapest = await found(sort="price_asc")
        assert (cheapest[:3], set(cheapest[3:])) == (["roubles", "dollars", "reserved"], {"request", "no-rate"})
        dearest = await found(sort="price_desc")
        assert (dearest[:3], set(dearest[3:])) == (["reserved", "dollars", "roubles"], {"request", "no-rate"})
        assert set(await found(in_stock=True)) == prices.keys() - {"reserved"}
        facets = (await catalog.search(SearchRequest(text="самовар"))).facets
        assert (facets.price_min, facets.price_max) == (5_000, 9_000)
