"""Quantities and sizes are numbers: however they are written, one word stands for one size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.lone_letters import maybe_letters
from pipeline.text.spelt_names import spelt
from pipeline.text.words import asked_words, words


def asked(text: str) -> set[str]:
    return {each for word in asked_words(text) for each in word}


@pytest.mark.parametrize(
    ("shop", "typed"),
    [
        ("Кабель 1 м", "100 см"), ("Кабель 100см", "1м"), ("SSD 500 ГБ", "0,5 тб"), ("SSD 0.5TB", "500gb"),
        ("SSD 512 ГБ", "0,5 ТБ"), ("SSD 1 ТБ", "1024 гб"), ("Карта 4 ГБ", "4096 мб"), ("Корм 2,5 кг", "2500 г"),
        ("Сок 0,5 л", "500 мл"), ("Аккумулятор 20 000 мАч", "20 ач"), ("Повербанк 26 800 mAh", "26800мач"),
        ("Чайник 2,2 кВт", "2200 вт"), ("Гвозди 3×70 мм", "3х70"), ("Гвозди 3х70", "3 * 70"),
        ("Ковёр 160 х 230 см", "160x230"), ("Ковёр 160x230 см", "1,6х2,3 м"), ("Матрас 160х200", "200х160"),
        ("Простыня 180х200х25", "180х200х25"), ("Саморезы 3,5х25 мм", "3.5x25"), ("Шины 205/55 R16", "r16"),
        ("Шина 195/65R15", "195 65 15"), ("Лампа 12 220 В", "220в"), ("Смартфон 13 128 ГБ", "128gb"),
    ],
)  # fmt: skip
def test_a_size_is_met_however_it_is_written(shop: str, typed: str) -> None:
    assert all(set(each) & set(words(shop)) for each in asked_words(typed)), (words(shop), asked_words(typed))


@pytest.mark.parametrize(("shop", "typed"), [("Гвозди 3×70", "3х7"), ("Кабель 1 м", "1 см"), ("SSD 1 ТБ", "1 гб")])
def test_another_size_is_another(shop: str, typed: str) -> None:
    assert asked(typed).isdisjoint(words(shop))


def test_two_numbers_stay_two_and_thousands_are_one() -> None:
    assert asked_words("iphone 13 128") == (("iphone",), ("13",), ("128",))
    assert asked_words("10 000 мач") == (("10000mah",),)


@pytest.mark.parametrize("text", ["витамин с", "витамин c", "Витамин С таблетки", "Витамин C, 60 шт"])
def test_a_letter_that_is_a_name_is_a_word(text: str) -> None:
    assert words(text)[1] == "c"


@pytest.mark.parametrize("text", ["пылесос с мешком", "С Новым годом", "рамка к часам", "лампа 220 В"])
def test_a_function_word_is_no_letter(text: str) -> None:
    assert not {"c", "k", "b"} & set(words(text))


def test_a_small_letter_amid_a_query_may_be_a_name() -> None:
    assert maybe_letters("витамин с таблетки") == ("c",)
    assert maybe_letters("a watch") == maybe_letters("с мешком") == ()


@pytest.mark.parametrize(
    ("typed", "meant"), [("пс5", "ps5"), ("хп", "hp"), ("жбл", "jbl"), ("эйчпи", "hp"), ("элджи", "lg"), ("ртх", "rtx")]
)
def test_a_name_typed_by_the_letter(typed: str, meant: str) -> None:
    assert meant in spelt(typed)


@given(st.text(alphabet="0123456789 xхr/.,мсгбкТ*×-а", max_size=40))
def test_any_numbers_are_read(text: str) -> None:
    assert all(asked_words(text))
    assert " ".join(words(text)).split() == list(words(text))
