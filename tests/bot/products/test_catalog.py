"""What every catalogue promises the bot, in memory and in Elasticsearch."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.products.catalog import Catalog
from ops.elasticsearch import client
from pipeline.bans import Rules, decide, parse_rule
from pipeline.catalog.catalog import Catalog as ElasticsearchCatalog
from pipeline.catalog.page import Facets, SearchPage
from pipeline.catalog.relevance_evaluation import index_of
from pipeline.catalog.request import SearchRequest, Sort
from pipeline.contracts.messages import Price, Product, Stock
from tests.bot.world.memory import MemoryCatalog, product, watches

NOW = datetime(2026, 11, 24, tzinfo=UTC)
WATCHES = watches()
KETTLES = (
    product("k1", "Чайник стальной", 2990.0, category="Дом / Кухня / Чайники", brand="Polaris", store_id="dom",
            created_at=NOW),
    product("k2", "Чайник стеклянный", 2990.0, category="Дом / Кухня / Чайники", brand="Tefal", store_id="dom",
            created_at=NOW - timedelta(days=1), stock=Stock(available=3, reserved=3)),
    product("k1", "Самовар", 19990.0, category="Дом / Самовары", brand="", store_id="tula"),
)  # fmt: skip
SIGNS = (
    product("AB 12", "Учебник С++ и C#, 18+", category="Книги / Учебники / Языки", brand="Dolce & Gabbana",
            store_id="dom"),
    product("s2", "Роутер Wi-Fi", category="Сеть / Роутеры", brand="Samsung", store_id="dom"),
    product("s3", "WiFi адаптер с антенной", category="Сеть / Адаптеры / Роутеры", brand="Самсунг", store_id="dom"),
    product("s4", "Очки Dolce and Gabbana", category="Очки", brand="Dolce&Gabbana", store_id="dom"),
)  # fmt: skip
LAMPS = (
    *(product(f"l{number}", f"Лампа Lumaro Арка, {colour}", price, brand="Lumaro", category="Дом / Лампы",
              store_id=shop, specifications={"Цвет": colour})
      for number, (colour, shop, price) in enumerate(
          (("белая", "dom", 900.0), ("синяя", "dom", 950.0), ("белая", "svet", 850.0)))),
    product("l7", "Лампа Lumaro Лента, зелёная", 700.0, brand="Lumaro", category="Дом / Лампы", store_id="dom",
            group_id="tape"),
    product("l7", "Лампа Lumaro Лента", 650.0, brand="Lumaro", category="Дом / Лампы", store_id="svet"),
    product("l8", "Лампа Lumaro Кольцо", 1500.0, brand="Lumaro", category="Дом / Лампы", store_id="svet"),
    product("l9", "Лампа Lumaro Шар", brand="Lumaro", category="Дом / Лампы", store_id="usa").model_copy(
        update={"price": Price(amount=9, currency="USD")}),
)  # fmt: skip
PRODUCTS = (*WATCHES, *KETTLES)
EVERYTHING = SearchRequest(text="", size=100)


@pytest.fixture(params=["memory", pytest.param("elasticsearch", marks=[pytest.mark.system, pytest.mark.timeout(120)])])
async def catalog(request: pytest.FixtureRequest) -> AsyncIterator[Catalog]:
    """The products in memory, and in an index of their own; of a class of tests, its own products."""
    products: tuple[Product, ...] = getattr(request.cls, "PRODUCTS", PRODUCTS)
    if request.param == "memory":
        yield MemoryCatalog(*products)
        return
    async with (
        client(request.getfixturevalue("settings"), "admin") as connected,
        index_of(connected, products) as index,
    ):
        yield ElasticsearchCatalog(connected, index)


def asked(**more: object) -> SearchRequest:
    """Everything, narrowed."""
    return SearchRequest.model_validate({"text": "", "size": 100} | more)


def ids(products: tuple[Product, ...]) -> list[str]:
    return [each.offer_id for each in products]


class TestById:
    async def test_a_product_comes_as_it_was_put_and_one_that_is_not_there_is_none(self, catalog: Catalog) -> None:
        assert await catalog.product("dom/k2") == KETTLES[1]
        assert await catalog.product("chasy-mira/w1") == WATCHES[1]
        assert await catalog.product("nope") is None

    async def test_products_come_in_the_order_asked_for_each_once(self, catalog: Catalog) -> None:
        found = await catalog.products(["chasy-mira/w3", "dom/k1", "nope", "chasy-mira/w0", "chasy-mira/w3"])
        assert list(found.items()) == [
            ("chasy-mira/w3", WATCHES[3]),
            ("dom/k1", KETTLES[0]),
            ("chasy-mira/w0", WATCHES[0]),
        ]
        assert await catalog.products(iter(())) == {}

    async def test_indexed_are_the_same_products_with_a_number_each(self, catalog: Catalog) -> None:
        found = await catalog.indexed(["chasy-mira/w3", "nope", "dom/k1"])
        assert [(name, indexed) for name, (indexed, _) in found.items()] == [
            ("chasy-mira/w3", WATCHES[3]),
            ("dom/k1", KETTLES[0]),
        ]
        assert all(offset >= 0 for _, offset in found.values())

    async def test_an_id_without_its_shop_names_the_offers_of_every_shop(self, catalog: Catalog) -> None:
        assert await catalog.named("dom/k2") == (KETTLES[1],)
        assert await catalog.named("k2") == (KETTLES[1],)
        assert ids(await catalog.named("k1")) == ["dom/k1", "tula/k1"]
        assert await catalog.named("tula") == await catalog.named("nope") == ()


class TestSearch:
    async def test_a_brands_name_finds_its_products(self, catalog: Catalog) -> None:
        page = await catalog.search(SearchRequest(text="huawei", size=100))
        assert sorted(ids(page.products)) == ["chasy-mira/w1", "chasy-mira/w10", "chasy-mira/w4", "chasy-mira/w7"]
        assert (page.total, page.kind, page.corrected, len(page.scores)) == (4, "found", None, 4)

    async def test_no_text_finds_everything(self, catalog: Catalog) -> None:
        page = await catalog.search(EVERYTHING)
        assert sorted(ids(page.products)) == sorted(ids(PRODUCTS))
        assert (page.total, page.kind) == (len(PRODUCTS), "found")

    async def test_nothing_found_is_called_nothing(self, catalog: Catalog) -> None:
        page = await catalog.search(SearchRequest(text="щъыцкпхзъ"))
        assert page.model_copy(update={"took_ms": 0.0}) == SearchPage()

    @pytest.mark.parametrize(
        ("narrowed", "found"),
        [
            ({"category": "Электроника / Умные часы"}, ids(WATCHES)),
            ({"category": "дом / кухня / чайники"}, ["dom/k1", "dom/k2"]),
            ({"category": "Дом"}, ["dom/k1", "dom/k2", "tula/k1"]),
            ({"category": "Чайники"}, ["dom/k1", "dom/k2"]),
            ({"category": "Кухня"}, []),
            ({"brands": ("Huawei",)}, ["chasy-mira/w1", "chasy-mira/w4", "chasy-mira/w7", "chasy-mira/w10"]),
            ({"brands": ("polaris",)}, ["dom/k1"]),
            ({"brands": ("polaris", "HUAWEI")}, ["dom/k1", *ids(WATCHES[1::3])]),
            ({"shops": ("tula",)}, ["tula/k1"]),
            ({"shops": ("tula", "dom")}, ["dom/k1", "dom/k2", "tula/k1"]),
            ({"price_min": 2990}, [each for each in ids(PRODUCTS) if each != "chasy-mira/w0"]),
            ({"price_max": 2990}, ["chasy-mira/w0", "chasy-mira/w1", "dom/k1", "dom/k2"]),
            ({"price_min": 2990, "price_max": 2990}, ["chasy-mira/w1", "dom/k1", "dom/k2"]),
            ({"in_stock": True}, [each for each in ids(PRODUCTS) if each not in {"chasy-mira/w0", "dom/k2"}]),
            ({"only": ("chasy-mira/w1", "tula/k1", "nope")}, ["chasy-mira/w1", "tula/k1"]),
            ({"only": ("chasy-mira/w1", "tula/k1"), "price_max": 5000, "brands": ("Huawei",)}, ["chasy-mira/w1"]),
            ({"without": (parse_rule("brand:huawei"), parse_rule("category:чайники"))},
             [each.offer_id for each in PRODUCTS if each.brand != "Huawei" and not each.category.endswith("Чайники")]),
            ({"without": (parse_rule("seller:dom"), parse_rule("keyword:самовары")), "category": "Дом"}, []),
        ],
    )  # fmt: skip
    async def test_a_narrowed_search_has_what_all_filters_let_through(
        self, catalog: Catalog, narrowed: dict[str, object], found: list[str]
    ) -> None:
        page = await catalog.search(asked(**narrowed))
        assert sorted(ids(page.products)) == sorted(found)
        assert page.total == len(found)

    async def test_facets_count_the_whole_narrowed_answer_and_not_the_page(self, catalog: Catalog) -> None:
        page = await catalog.search(asked(size=1, without=(parse_rule("brand:huawei"),)))
        counted = await catalog.search(asked(size=0, without=(parse_rule("brand:huawei"),)))
        assert (counted.products, counted.total, counted.facets) == ((), page.total, page.facets)
        assert page.facets.categories == (
            ("Электроника / Умные часы", 8),
            ("Дом / Кухня / Чайники", 2),
            ("Дом / Самовары", 1),
        )
        assert page.facets.brands == (("Amazfit", 4), ("Xiaomi", 4), ("Polaris", 1), ("Tefal", 1))
        assert page.facets.shops == (("chasy-mira", 8), ("dom", 2), ("tula", 1))
        assert (page.facets.price_min, page.facets.price_max) == (1990, 19990)
        assert (await catalog.search(asked(category="нет такого"))).facets == Facets()

    @pytest.mark.parametrize(
        ("sort", "first", "last"),
        [
            ("price_asc", ["chasy-mira/w0", "chasy-mira/w1", "dom/k1", "dom/k2"], "tula/k1"),
            ("price_desc", ["tula/k1", "chasy-mira/w11", "chasy-mira/w10"], "chasy-mira/w0"),
            (
                "newest",
                ["dom/k1", "dom/k2", "chasy-mira/w0", "chasy-mira/w1", "chasy-mira/w10", "chasy-mira/w11"],
                "tula/k1",
            ),
        ],
    )
    async def test_sorted_by_price_or_age_with_equal_ones_by_id(
        self, catalog: Catalog, sort: Sort, first: list[str], last: str
    ) -> None:
        found = ids((await catalog.search(asked(sort=sort))).products)
        assert (found[: len(first)], found[-1], len(found)) == (first, last, len(PRODUCTS))

    async def test_pages_follow_one_another_and_beyond_the_end_is_nothing(self, catalog: Catalog) -> None:
        whole = ids((await catalog.search(EVERYTHING)).products)
        pages = [await catalog.search(asked(size=4, offset=offset)) for offset in range(0, 20, 4)]
        assert [ids(page.products) for page in pages] == [whole[0:4], whole[4:8], whole[8:12], whole[12:], []]
        assert {page.total for page in pages} == {len(PRODUCTS)}

    @pytest.mark.parametrize("sort", ["relevance", "price_asc"])
    async def test_what_is_turned_down_is_not_shown_and_pages_are_full_without_it(
        self, catalog: Catalog, sort: Sort
    ) -> None:
        pages = [
            await catalog.search(asked(size=5, offset=offset, sort=sort), lambda each: each.brand != "Huawei")
            for offset in (0, 5, 10)
        ]
        assert [len(page.products) for page in pages] == [5, 5, 1]
        shown = [name for page in pages for name in ids(page.products)]
        assert sorted(shown) == sorted(each.offer_id for each in PRODUCTS if each.brand != "Huawei")

    async def test_when_all_are_turned_down_nothing_is_found(self, catalog: Catalog) -> None:
        page = await catalog.search(SearchRequest(text="huawei"), lambda _: False)
        assert (page.products, page.total, page.kind) == ((), 0, "nothing")


class TestRules:
    @pytest.mark.parametrize(
        "text",
        ["product:chasy-mira/w1", "seller:dom", "category:чайники", "category:дом", "category:электроника / умные часы",
         "brand:huawei", "keyword:чайники", "keyword:умные часы", "keyword:модель 1", "product:nope"],
    )  # fmt: skip
    async def test_a_rule_hits_what_it_would_stop(self, catalog: Catalog, text: str) -> None:
        rule = parse_rule(text)
        rules = Rules([(rule, None)])
        hit = [each for each in PRODUCTS if not decide(each, rules, NOW).allowed]
        assert await catalog.count(rule) == len(hit)
        assert sorted(ids(await catalog.sample(rule, 100))) == sorted(ids(tuple(hit)))
        assert dict(await catalog.shops(rule)) == {
            shop: sum(each.store_id == shop for each in hit) for shop in {each.store_id for each in hit}
        }

    async def test_a_sample_is_as_large_as_was_asked_for(self, catalog: Catalog) -> None:
        rule = parse_rule("brand:huawei")
        sample = await catalog.sample(rule, 3)
        assert len(sample) == 3
        assert {each.brand for each in sample} == {"Huawei"}

    async def test_shops_come_with_how_many_they_have_the_most_first(self, catalog: Catalog) -> None:
        assert await catalog.shops() == (("chasy-mira", 12), ("dom", 2), ("tula", 1))


class TestSimilar:
    async def test_of_the_same_kind_without_the_product_itself(self, catalog: Catalog) -> None:
        found = await catalog.similar(WATCHES[2], 5)
        assert len(found) == len(set(ids(found))) == 5
        assert {each.category for each in found} == {WATCHES[2].category}
        assert WATCHES[2] not in found
        assert ids(await catalog.similar(KETTLES[0], 5)) == ["dom/k2"]

    async def test_what_is_turned_down_is_left_out_and_the_others_move_up(self, catalog: Catalog) -> None:
        found = await catalog.similar(WATCHES[2], 7, lambda each: each.brand != "Huawei")
        assert sorted(ids(found)) == sorted(
            each.offer_id for each in WATCHES if each.brand != "Huawei" and each.offer_id != "chasy-mira/w2"
        )
        assert await catalog.similar(KETTLES[0], 5, lambda _: False) == ()


class TestSpellings:
    PRODUCTS = SIGNS

    @pytest.mark.parametrize(
        ("text", "hit"),
        [
            ("product:AB 12", "AB 12"),
            *((f"keyword:{word}", "AB 12") for word in ("С++", "c++", "c#", "18+", "18")),
            ("keyword:с", "AB 12,s3"),  # «С++», and «с антенной»
            ("keyword:C", "AB 12"),
            ("keyword:19+", ""),
            *((f"keyword:{word}", "s2 s3") for word in ("wi-fi", "WiFi", "wi fi")),
            *((f"keyword:{word}", "AB 12,s4") for word in ("Dolce & Gabbana", "dolce&gabbana", "dolce and gabbana")),
            *((f"brand:{name}", "AB 12,s4") for name in ("Dolce & Gabbana", "dolce&gabbana", "dolce and gabbana")),
            ("keyword:D&G", ""),
            *((f"{kind}:{name}", "s2 s3") for kind in ("keyword", "brand") for name in ("Самсунг", "Samsung")),
            ("category:книги", "AB 12"),
            ("category:учебники / языки", "AB 12"),
            ("category:роутеры", "s2 s3"),
            ("category:сеть / роутеры", "s2"),
        ],
    )
    async def test_the_index_finds_what_the_filter_stops(self, catalog: Catalog, text: str, hit: str) -> None:
        wanted = hit.split(",") if "," in hit or hit == "AB 12" else hit.split()
        rule = parse_rule(text)
        rules = Rules([(rule, None)])
        stopped = [each for each in SIGNS if not decide(each, rules, NOW).allowed]
        assert sorted(each.product_id for each in stopped) == wanted
        assert sorted(each.product_id for each in await catalog.sample(rule, 10)) == wanted
        assert await catalog.count(rule) == len(wanted)
        assert dict(await catalog.categories(rule)) == Counter(each.category for each in stopped)


class TestLines:
    PRODUCTS = LAMPS

    @pytest.mark.parametrize("sort", ["relevance", "price_asc", "price_desc", "newest"])
    async def test_a_model_is_one_line_and_is_counted_once_in_every_order(self, catalog: Catalog, sort: Sort) -> None:
        page = await catalog.search(SearchRequest(text="lumaro", sort=sort))
        assert (page.total, page.near_total, len(page.products)) == (5, 0, 5)
        (line,) = page.lines.values()
        assert (line.name, line.offers, line.shops, line.colours) == ("Лампа Lumaro Арка", 3, 2, 2)
        assert line.price is not None
        assert (line.price.amount, line.price_varies) == (850, True)
        assert page.facets.brands == (("Lumaro", 5),)
        by_offer = await catalog.search(SearchRequest(text="lumaro", sort=sort, size=9, by_offer=True))
        assert (by_offer.total, len(by_offer.products), by_offer.lines) == (7, 7, {})

    async def test_a_line_has_what_the_filters_let_through(self, catalog: Catalog) -> None:
        page = await catalog.search(SearchRequest(text="lumaro", price_min=800, price_max=920))
        assert page.total == 1
        (line,) = page.lines.values()
        assert (line.offers, line.shops, line.colours) == (2, 2, 1)

    async def test_what_stands_in_one_line_is_told_of_each_of_its_offers(self, catalog: Catalog) -> None:
        assert ids(await catalog.together(LAMPS[1])) == ["dom/l0", "dom/l1", "svet/l2"]
        assert ids(await catalog.together(LAMPS[1], lambda each: each.store_id == "svet")) == ["svet/l2"]
        assert ids(await catalog.together(LAMPS[5])) == ["svet/l8"]

    async def test_a_card_leads_to_other_shops_though_one_shop_groups_its_variants(self, catalog: Catalog) -> None:
        assert ids(await catalog.together(LAMPS[3])) == ids(await catalog.together(LAMPS[4])) == ["dom/l7", "svet/l7"]

    async def test_what_is_similar_is_of_another_line(self, catalog: Catalog) -> None:
        assert sorted(ids(await catalog.similar(LAMPS[2], 5))) == ["dom/l7", "svet/l7", "svet/l8", "usa/l9"]

        assert "svet/l7" not in ids(await catalog.similar(LAMPS[3], 5))

    async def test_an_article_is_answered_with_itself(self, catalog: Catalog) -> None:
        page = await catalog.search(SearchRequest(text="SKU-l1"))
        assert (page.exact, page.total, page.near_total, ids(page.products)) == (True, 1, 0, ["dom/l1"])

    @pytest.mark.parametrize(
        ("price", "near"),
        [
            ({"price_max": 100}, ["svet/l7", "dom/l7", "svet/l2", "svet/l8"]),
            ({"price_min": 5000}, ["svet/l8", "dom/l1", "dom/l7", "svet/l7"]),
        ],
    )
    async def test_a_price_that_leaves_nothing_is_answered_with_the_nearest(
        self, catalog: Catalog, price: dict[str, object], near: list[str]
    ) -> None:
        page = await catalog.search(SearchRequest.model_validate({"text": "lumaro", **price}))
        assert (page.kind, page.total, page.products, page.beyond) == ("nearest", 0, (), (650, 1500))
        assert ids(page.near) == near

    async def test_what_a_price_leaves_out_for_want_of_a_rate_is_counted(self, catalog: Catalog) -> None:
        assert (await catalog.search(SearchRequest(text="lumaro", price_max=2000))).no_rate == 1
        assert (await catalog.search(SearchRequest(text="lumaro"))).no_rate == 0
