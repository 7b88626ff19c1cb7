"""Kinds of queries over goods like those of real shops, in a real Elasticsearch: what is found, and what is first."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from ops.elasticsearch import client as connect
from ops.stack.running import RunningStack
from pipeline.catalog.catalog import Catalog
from pipeline.catalog.page import SearchPage
from pipeline.catalog.query import understand
from pipeline.catalog.relevance_evaluation import index_of
from pipeline.contracts.messages import Price, Product, Stock

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="module")]

# name, category, brand, article
GOODS = (
    ("Смартфон Apple iPhone 13 128 ГБ синий", "Смартфоны", "Apple", ""),
    ("Смартфон Apple iPhone 13 mini 256 ГБ", "Смартфоны", "Apple", ""),
    ("Смартфон Redmi Note 10 128GB серый", "Смартфоны", "Xiaomi", ""),
    ("Смартфон Samsung Galaxy S23 256 ГБ", "Смартфоны", "Samsung", ""),
    ("Лампа настольная 12 220 В", "Лампы", "Светоч", ""),
    ("Игровая приставка Sony PlayStation PS5", "Приставки", "Sony", ""),
    ("Игровая приставка Microsoft Xbox Series X", "Приставки", "Microsoft", ""),
    ("Витамин С таблетки 60 шт", "Витамины", "", ""),
    ("Витамин D3 таблетки 60 шт", "Витамины", "", ""),
    ("Витамин В12 таблетки 60 шт", "Витамины", "", ""),
    ("Витамин К2 таблетки 60 шт", "Витамины", "", ""),
    ("Витамин Е таблетки 60 шт", "Витамины", "", ""),
    ("Пылесос с мешком «Проба»", "Пылесосы", "Проба", ""),
    ("Пылесос без мешка «Проба»", "Пылесосы", "Проба", ""),
    ("Пылесос циклонный Samsung", "Пылесосы", "Samsung", ""),
    ("Шоколад с сахаром", "Шоколад", "Проба", ""),
    ("Шоколад без сахара", "Шоколад", "Проба", ""),
    ("Молоко безлактозное 1 л", "Молоко", "Поле", ""),
    ("Молоко деревенское 1 л", "Молоко", "Поле", ""),
    ("МФУ лазерное Epson WorkForce WF-M5799DWF", "МФУ", "Epson", "C11CG04401"),
    ("Смартфон Samsung SM-G991B 128 ГБ", "Смартфоны", "Samsung", "SM-G991BZADSEK"),
    ("Процессор Intel Core i5-12400F OEM", "Процессоры", "Intel", ""),
    ("Шины летние 205/55 R16 91V", "Шины", "Колесо", ""),
    ("Гвозди 3×70 мм 1 кг", "Гвозди", "Молот", ""),
    ("Ковёр 160x230 см", "Ковры", "Ворс", ""),
    ("Ковёр 160 х 230 см", "Ковры", "Ворс", ""),
    ("Накопитель SSD 500 ГБ", "Накопители", "Kingston", ""),
    ("Кабель USB 1 м", "Кабели", "Провод", ""),
    ("Наушники JBL Tune", "Наушники", "JBL", ""),
    ("Точка доступа", "Сети", "Сеть", ""),
    ("Кроссовки беговые белые", "Кроссовки", "Бег", ""),
    ("Холодильник двухкамерный", "Холодильники", "Холод", ""),
    ("Keeper vacuum flask, 1 l", "Thermoses", "Keeper", ""),
)
FIRST = (
    ("iphone 13 128", "iPhone 13 128"), ("redmi note 10", "Redmi"), ("пс5", "PS5"), ("ps 5", "PS5"), ("пс 5", "PS5"),
    ("айфон13", "iPhone 13"), ("galaxys23", "S23"), ("с23", "S23"), ("смартфон 0,25 тб", "256"),
    ("лампа 220в", "Лампа"),
    ("хбокс", "Xbox"), ("икс бокс", "Xbox"), ("жбл", "JBL"), ("джибиэль", "JBL"),
    ("витамин с", "Витамин С"), ("витамин c", "Витамин С"), ("витамин с таблетки", "Витамин С"),
    ("витамин к", "К2"), ("витамин д", "D3"), ("витамин в 12", "В12"), ("витамин б12", "В12"),
    ("витамин e", "Витамин Е"),
    ("пылесос без мешка", "Пылесос без мешка"), ("пылесос с мешком", "Пылесос с мешком"),
    ("шоколад без сахара", "Шоколад без сахара"), ("шоколад с сахаром", "Шоколад с сахаром"),
    ("молоко без лактозы", "безлактозное"),
    ("m5799", "M5799DWF"), ("C11CG0440", "M5799DWF"), ("sm-g991", "G991B"), ("i5 12400", "12400F"),
    ("гвозди 3х70", "3×70"), ("гвозди 3 * 70", "3×70"), ("гвозди 1000 г", "1 кг"),
    ("шины 205/55r16", "205/55"), ("шины 205 55 16", "205/55"),
    ("ковёр 1,6х2,3 м", "Ковёр"), ("ковер 230х160", "Ковёр"),
    ("ssd 0,5 тб", "500"), ("кабель 100 см", "1 м"), ("холодос", "Холодильник"), ("кроссы", "Кроссовки"),
    ("термос", "vacuum flask"),
)  # fmt: skip


@asynccontextmanager
async def shelf(stack: RunningStack) -> AsyncIterator[Catalog]:
    """A catalogue of these goods, for as long as it is needed."""
    products = [
        Product(
            product_id=f"kind-{number}",
            name=name,
            category=category,
            brand=brand,
            sku=article,
            store_id="try",
            price=Price(amount=1000 + number, currency="RUB"),
            stock=Stock(available=3),
        )
        for number, (name, category, brand, article) in enumerate(GOODS)
    ]
    async with connect(stack.settings, "admin") as client, index_of(client, products) as index:
        yield Catalog(client, index)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def catalog(stack: RunningStack) -> AsyncIterator[Catalog]:
    async with shelf(stack) as made:
        yield made


async def asked(catalog: Catalog, text: str) -> SearchPage:
    return await catalog.search(understand(text).request())


@pytest.mark.parametrize(("text", "name"), FIRST)
async def test_what_is_meant_is_found_and_comes_first(catalog: Catalog, text: str, name: str) -> None:
    page = await asked(catalog, text)
    assert page.kind == "found"
    assert name in page.products[0].name, [product.name for product in page.products]


@pytest.mark.parametrize("text", ["iphone 13", "самые дешёвые iphone 13"])
async def test_both_of_a_model_are_found_in_any_order(catalog: Catalog, text: str) -> None:
    page = await asked(catalog, text)
    assert (page.kind, page.total) == ("found", 2)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("пылесос не самсунг", "samsung"), ("пылесос -samsung", "samsung"), ("пылесос кроме самсунг", "samsung"),
        ("смартфон не айфон", "iphone"), ("смартфон -apple -samsung", "galaxy"), ("пылесос без мешка", "с мешком"),
        ("пылесос", "flask"),
    ],
)  # fmt: skip
async def test_what_is_not_wanted_is_nowhere(catalog: Catalog, text: str, word: str) -> None:
    page = await asked(catalog, text)
    assert page.products
    assert all(word not in product.name.casefold() for product in page.shown)


@pytest.mark.parametrize("text", ["удочка", "лодка", "гитара"])
async def test_a_word_that_is_not_sold_is_answered_honestly(catalog: Catalog, text: str) -> None:
    page = await asked(catalog, text)
    assert (page.kind, page.corrected, page.shown_total) == ("nothing", None, 0)


@pytest.mark.parametrize(
    "text",
    [
        "*",
        '"quoted"',
        "часы~2^3",
        "'; DROP TABLE goods; --",
        "😀",
        "и в на",
        "б" * 300,
        "-",
        "не",
        "без",
        "-samsung",
        "3х",
        "\x00",
        "AND OR NOT",
        "x" * 9 + "1" * 290,
    ],
)
async def test_odd_texts_have_an_answer_or_an_honest_nothing(catalog: Catalog, text: str) -> None:
    page = await asked(catalog, text)
    assert page.kind in ("found", "nearest", "nothing", "corrected")
