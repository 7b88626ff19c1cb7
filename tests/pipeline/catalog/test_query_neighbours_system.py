"""Neighbours of the kinds of queries that real people typed: twenty of each, over the same goods."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from ops.stack.running import RunningStack
from pipeline.catalog.catalog import Catalog
from tests.pipeline.catalog.test_query_kinds_system import asked, shelf

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="module")]

NUMBERS = """
iphone 13 256 = 13 mini 256; айфон 13 128 = iPhone 13 128; iphone 13 128gb = iPhone 13 128
iphone 13 128 гб = iPhone 13 128; 128 гб iphone 13 = iPhone 13 128; iphone13 128gb = iPhone 13 128
redmi note 10 128 = Redmi; redmi note10 = Redmi; note 10 = Redmi; редми нот 10 = Redmi; samsung s23 256 = S23
s23 256gb = S23; galaxy s 23 = S23; samsung galaxy s23 256 гб = S23; iphone 13 mini = 13 mini; айфон 13 мини = 13 mini
iphone 13mini = 13 mini; apple 13 128 = iPhone 13 128; смартфон 13 128 = iPhone 13 128; 13 iphone = iPhone 13
"""
LETTERS = """
витамин d = D3; витамин d3 = D3; витамин д3 = D3; витамин d 3 = D3; витамин д 3 = D3; витамин б 12 = В12
витамин b12 = В12; витамин В = В12; витамин с в таблетках = Витамин С; таблетки витамин с = Витамин С
витамины с = Витамин С; витамин С = Витамин С; витамин С 60 шт = Витамин С; витамин е в таблетках = Витамин Е
k2 = К2; к2 витамин = К2; витамин к 2 = К2; витамин c 60 = Витамин С; витамин Е таблетки = Витамин Е
vitamin c = Витамин С
"""
WITHOUT = """
молоко безлактозное = безлактозное; безлактозное молоко = безлактозное
молоко не с лактозой = безлактозное; шоколад без добавления сахара = Шоколад без сахара
шоколад не содержит сахар = Шоколад без сахара; шоколад, без сахара = Шоколад без сахара
шоколад не с сахаром = Шоколад без сахара; пылесос без пылесборного мешка = Пылесос без мешка
шоколад без сахара проба = Шоколад без сахара
"""
NOT = """
пылесос, но не самсунг = samsung; пылесос только не самсунг = samsung; пылесос исключая самсунг = samsung
пылесос за исключением samsung = samsung; пылесос -самсунг = samsung; пылесос без samsung = samsung
смартфон не apple и не samsung = samsung; смартфон не apple, не samsung = apple; пылесос !samsung = samsung
пылесос минус самсунг = samsung; пылесос а не самсунг = samsung; любой пылесос не samsung = samsung
пылесос no samsung = samsung; пылесос except samsung = samsung; не самсунг пылесос = samsung
смартфон кроме apple и samsung = samsung; пылесос not samsung = samsung; смартфон не iphone = iphone
пылесос не от samsung = samsung; пылесос фирмы не samsung = samsung
"""
ARTICLES = """
wf-m5799 = M5799DWF; WF M5799 = M5799DWF; wfm5799 = M5799DWF; wf-m5799dwf = M5799DWF; m5799dwf = M5799DWF
C11CG04401 = M5799DWF; c11cg = M5799DWF; epson m5799 = M5799DWF; мфу м5799 = M5799DWF; epson 5799 = M5799DWF
sm g991 = G991B; g991b = G991B; SM-G991BZ = G991B; g991bzadsek = G991B; смартфон g991 = G991B; i5-12400f = 12400F
i5 12400f = 12400F; core i5 = 12400F; 12400 = 12400F; intel 12400 = 12400F; и5 12400 = 12400F
процессор i512400 = 12400F
"""
TOGETHER = """
ps5 = PS5; пс-5 = PS5; ps-5 = PS5; playstation 5 = PS5; playstation5 = PS5; плейстейшн5 = PS5; плейстейшн 5 = PS5
xbox series x = Xbox; xboxseries = Xbox; xbox seriesx = Xbox; айфон 13 = iPhone 13; айфон-13 = iPhone 13
iphone-13 = iPhone 13; s-23 = S23; s 23 = S23; ssd500 = 500; ssd 500гб = 500; kingston500 = 500; кабельusb = Кабель
"""
NAMES = """
самсунг с23 = S23; сяоми = Redmi; ксиаоми = Redmi; эпсон = M5799DWF; интел = 12400F; интэл = 12400F; кингстон = 500
майкрософт = Xbox; микрософт = Xbox; сони = PS5; эпл = iPhone; эппл = iPhone; плейстейшн = PS5; плейстейшен = PS5
гэлакси = S23; галакси = S23; редми = Redmi; джибиэл = JBL; pylesos = Пылесос; shokolad = Шоколад; moloko = Молоко
holodilnik = Холодильник; naushniki = Наушники
"""
SIZES = """
гвозди 3x70 = 3×70; гвозди 3*70 = 3×70; гвозди 3 x 70 = 3×70; гвозди 3 на 70 = 3×70; гвозди 3×70 мм = 3×70
гвозди 3,0х70 = 3×70; гвозди 3x70mm = 3×70; ковер 160 на 230 = Ковёр; ковер 160*230 = Ковёр; ковёр 1.6 на 2.3 м = Ковёр
ковер 160х230см = Ковёр; ковер 1600х2300 мм = Ковёр; ковер 230 на 160 см = Ковёр; шины 205/55/16 = 205/55
шины 205 55 r16 = 205/55; шины 205/55 r 16 = 205/55; шины 205/55р16 = 205/55; шины 205/55R16 91V = 205/55
шины r16 = 205/55; шины 205-55-16 = 205/55; резина 205 55 16 = 205/55
"""
UNITS = """
кабель 1м = Кабель; кабель 1 метр = Кабель; кабель 100см = Кабель; кабель 1000 мм = Кабель
ssd 500gb = 500; ssd 500 гигабайт = 500; ssd 0.5tb = 500; ssd 0,5 терабайта = 500; молоко 1000 мл = Молоко
молоко 1 литр = Молоко; молоко 1л = Молоко; гвозди 1кг = 3×70; гвозди 1000 грамм = 3×70; гвозди 1 килограмм = 3×70
смартфон 256 гигов = 256; смартфон 256гб = 256; смартфон 128 gb = 128; смартфон 128 гигабайт = 128
лампа 220 вольт = Лампа; лампа 220 volt = Лампа
"""
SLIPS = """
шаколад = Шоколад; пылисос = Пылесос; халадильник = Холодильник; витомин с = Витамин С; наушнеки = Наушники
сматрфон redmi = Redmi; смартофн redmi = Redmi; самсунк смартфон = Samsung; кабиль = Кабель; гвозды = Гвозди
лапма = Лампа; шыны = Шины; молако = Молоко; процесор = Процессор; приставкка = приставка; iphnoe 13 = iPhone
samsng = Samsung; накапитель = Накопитель; кросовки = Кроссовки; приставко = приставка
"""
NOT_SOLD = """
палатка; спиннинг; скрипка; сапоги; кольцо; зеркало; ковш; гвоздика; точило; пылинка; шоколадница; ковбой; белка
лопата; удочка; печка; ласты; кольчуга; молоток; холодец; накопление; пристань
"""
EVERYDAY = """
холодос = Холодильник; кроссы = Кроссовки; плойка сони = PS5; наушники жбл = JBL; мобильник redmi = Redmi
мобила samsung = Samsung; телефон redmi = Redmi; сотовый samsung = Samsung; кроссачи = Кроссовки
шоколадка = Шоколад; холодильник-морозильник = Холодильник; проц intel = 12400F
молочко = Молоко; коврик = Ковёр; палас = Ковёр; приставка сони = PS5
"""


def rows(text: str) -> Iterator[tuple[str, str]]:
    for each in text.replace("\n", ";").split(";"):
        if each.strip():
            query, _, name = each.partition(" = ")
            yield query.strip(), name.strip()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def catalog(stack: RunningStack) -> AsyncIterator[Catalog]:
    async with shelf(stack) as made:
        yield made


@pytest.mark.parametrize(
    ("text", "name"),
    [
        *rows(NUMBERS), *rows(LETTERS), *rows(WITHOUT), *rows(ARTICLES), *rows(TOGETHER), *rows(NAMES), *rows(SIZES),
        *rows(UNITS), *rows(SLIPS), *rows(EVERYDAY),
    ],
)  # fmt: skip
async def test_what_is_meant_is_found_and_comes_first(catalog: Catalog, text: str, name: str) -> None:
    page = await asked(catalog, text)
    assert page.kind in ("found", "corrected"), (page.kind, [product.name for product in page.shown[:3]])
    assert name.casefold() in page.products[0].name.casefold(), [product.name for product in page.products]


@pytest.mark.parametrize(("text", "word"), list(rows(NOT)))
async def test_what_is_not_wanted_is_nowhere(catalog: Catalog, text: str, word: str) -> None:
    page = await asked(catalog, text)
    assert page.products
    assert all(word not in product.name.casefold() for product in page.shown)


@pytest.mark.parametrize(("text", "name"), list(rows(NOT_SOLD)))
async def test_a_word_that_is_not_sold_is_not_put_right(catalog: Catalog, text: str, name: str) -> None:
    page = await asked(catalog, text)
    assert (page.kind, page.corrected) in (("nothing", None), ("nearest", None)), [each.name for each in page.shown]
