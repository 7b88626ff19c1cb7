"""What a name is a name of."""

import pytest

from pipeline.catalog.head_nouns import description_terms, parts


@pytest.mark.parametrize(
    ("name", "brand", "head"),
    [
        ("Ремешок для умных часов Xiaomi", "", "ремешок"),
        ("Умные часы Xiaomi Watch S1, 46 мм", "Xiaomi", "часы"),
        ("Apple Watch SE умные часы", "Apple", "часы"),
        ("Настенные часы «Полдень», 30 см", "", "часы"),
        ("Чехол-книжка для Samsung Galaxy A52", "", "чехол"),
        ("Фитнес-браслет Mi Band 7", "", "браслет"),
        ('Targus CN31 notebook case 40.6 cm (16") Black', "Targus", "case"),
        ('HP EliteBook 840 G5 Notebook Silver 35.6 cm (14")', "HP", "notebook"),
        ("StarTech.com Black USB Powered Laptop Cooler", "StarTech.com", "cooler"),
        ("Headphones for iPhone", "", "headphon"),
    ],
)
def test_the_noun_of_a_name(name: str, brand: str, head: str) -> None:
    assert head in parts(name, brand).heads


@pytest.mark.parametrize(
    ("name", "brand", "other"),
    [
        ("Ремешок для умных часов", "", "часы"),
        ("Targus CN31 notebook case 40.6 cm", "Targus", "notebook"),
        ("Laptop Cooler", "", "laptop"),
    ],
)
def test_what_only_describes_is_not_the_noun(name: str, brand: str, other: str) -> None:
    assert other not in parts(name, brand).heads


def test_a_purpose_is_told_from_the_thing() -> None:
    name = parts("Ремешок для умных часов")
    assert (name.thing, name.purpose) == (("ремешок",), ("умный", "часы"))


def test_a_short_first_sentence_is_a_second_name() -> None:
    terms = description_terms("Мягкий ремешок. Подходит для часов Orbita. Материал: кожа.")
    assert terms.lead == ["мягкий", "ремешок"]
    assert "часы" in terms.purpose
    assert "кожа" in terms.rest
