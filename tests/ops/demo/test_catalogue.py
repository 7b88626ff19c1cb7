"""The demo's catalogue: large and varied enough, and nothing in it that a shop would be ashamed of."""

from collections import Counter
from itertools import pairwise

import pytest

from ops.demo.offers import NEWEST, DemoOffer, offers
from ops.demo.sections import sections
from ops.demo.shops import shops
from ops.drawings.pictures import DRAWING_SCHEME, picture

WATCHES = {
    "Умные часы",
    "Фитнес-браслеты",
    "Наручные часы",
    "Настенные часы",
    "Ремешки для умных часов",
    "Зарядки для часов",
}


@pytest.fixture(scope="module")
def everything() -> tuple[DemoOffer, ...]:
    return offers()


def test_it_is_a_marketplace_and_not_a_sample(everything: tuple[DemoOffer, ...]) -> None:
    assert len(everything) >= 800
    assert len({offer.category for offer in everything}) >= 20
    assert len({offer.store_id for offer in everything}) >= 6
    assert {offer.store_id for offer in everything} == set(shops())
    english = sum(offer.language == "en" for offer in everything) / len(everything)
    assert 0.12 <= english <= 0.18
    assert {offer.category for offer in everything} >= WATCHES


def test_every_offer_has_its_picture(everything: tuple[DemoOffer, ...]) -> None:
    assert {offer.picture for offer in everything if picture(f"{DRAWING_SCHEME}{offer.picture}") is None} == set()


def test_ids_and_article_numbers_are_unique(everything: tuple[DemoOffer, ...]) -> None:
    assert [name for name, count in Counter(o.product_id for o in everything).items() if count > 1] == []
    assert [name for name, count in Counter((o.store_id, o.sku) for o in everything).items() if count > 1] == []


def test_the_same_seed_gives_the_same_offers(everything: tuple[DemoOffer, ...]) -> None:
    assert offers() == everything
    assert [o.product_id for o in offers(seed=21)] == [o.product_id for o in everything]
    assert offers(seed=21) != everything


def test_no_shop_has_two_offers_of_one_name(everything: tuple[DemoOffer, ...]) -> None:
    names = Counter((offer.store_id, offer.name) for offer in everything)
    assert [name for name, count in names.items() if count > 1] == []


def test_names_are_tidy(everything: tuple[DemoOffer, ...]) -> None:
    for offer in everything:
        assert offer.name[0].isupper(), offer.name
        assert not {"{", "}", "  ", " ,", ",,", "None"} & {offer.name[i : i + n] for n in (1, 2, 4) for i in range(99)}
        assert 8 <= len(offer.name) <= 90, offer.name
        words = offer.name.lower().split()
        assert all(first != second for first, second in pairwise(words)), offer.name


def test_descriptions_say_something(everything: tuple[DemoOffer, ...]) -> None:
    for offer in everything:
        assert 60 <= len(offer.description) <= 450, (len(offer.description), offer.description)
        assert offer.description.rstrip()[-1] in ".»", offer.description
        assert "{" not in offer.description
        sentences = offer.description.split(". ")
        assert len(set(sentences)) == len(sentences), offer.description
    # The same model is told about in different words.
    assert len({offer.description for offer in everything}) > 0.75 * len(everything)


def test_prices_make_sense(everything: tuple[DemoOffer, ...]) -> None:
    bounds = {
        "Умные часы": (1_500, 40_000),
        "Ремешки для умных часов": (400, 3_000),
        "Чехлы для смартфонов": (400, 4_000),
        "Ноутбуки": (20_000, 160_000),
        "Книги": (250, 2_000),
        "Семена": (30, 4_000),
        "Кофе": (300, 4_000),
    }
    for offer in everything:
        low, high = bounds.get(offer.category, (60, 150_000))
        assert low <= offer.price <= high, (offer.name, offer.price)
    by_name = {offer.name: offer.price for offer in everything if offer.store_id == "gigavat"}
    assert by_name["Смартфон Lumaro X5, 8/128 ГБ, чёрный"] < by_name["Смартфон Lumaro X5, 8/256 ГБ, чёрный"]


def test_the_same_thing_costs_about_the_same_everywhere(everything: tuple[DemoOffer, ...]) -> None:
    prices: dict[tuple[str, str, str | None], list[int]] = {}
    for offer in everything:
        if offer.language == "ru":
            prices.setdefault((offer.brand, offer.model, offer.option), []).append(offer.price)
    for thing, found in prices.items():
        assert max(found) <= 1.2 * min(found), (thing, found)


def test_stock_and_dates_are_plausible(everything: tuple[DemoOffer, ...]) -> None:
    gone = sum(not offer.available for offer in everything)
    assert 0.03 <= gone / len(everything) <= 0.15
    for offer in everything:
        assert 0 <= offer.reserved <= offer.available
        assert offer.created_at <= offer.updated_at <= NEWEST


def test_every_section_names_shops_that_exist() -> None:
    named = {shop for section in sections() for model in section.model for shop in model.shops}
    assert named <= set(shops())
