"""A whole text is small talk, or it is a search: the table, slips of the finger, and what must never be taken."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import ops.demo
from bot.features.small_talk.phrases import LONGEST, PHRASES, SHORT, Topic, topic_of

ALL = [(topic, phrase) for topic, phrases in PHRASES.items() for phrase in phrases.split(", ")]
LONGER = [(topic, phrase) for topic, phrase in ALL if len(phrase) > SHORT]
WORDS = ["часы", "пиццы", "открытка", "книга", "смартфон", "watch", "card", "pizza", "5000", "красный", "для кухни"]
KEYBOARD = "йцукенгшщзфывапролдячсмитьqwertyuiopasdfghjklzxcvbnm"


@pytest.mark.parametrize(("topic", "phrase"), ALL)
def test_a_phrase_is_known_however_it_is_written(topic: Topic, phrase: str) -> None:
    for written in (
        phrase,
        phrase.upper(),
        f"  {phrase.capitalize()}!!",
        f"{phrase}))",
        f"{phrase} 🙂",
        f"«{phrase}»?",
    ):
        assert topic_of(written) == (topic, True), written


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("превет", Topic.HELLO), ("приветтт", Topic.HELLO), ("здраствуйте", Topic.HELLO), ("спосибо", Topic.THANKS),
        ("пасибо", None), ("helo", Topic.HELLO), ("thansk", Topic.THANKS), ("где мой закас", Topic.ORDER),
        ("скока стоит доставка", Topic.DELIVERY), ("wheres my oder", Topic.ORDER), ("помощ", Topic.HELP),
        ("как длеа", Topic.HOW), ("ghbdtn", Topic.HELLO), ("cgfcb,j", Topic.THANKS), ("кто ты?", Topic.WHO),
    ],
)  # fmt: skip
def test_slips_of_the_finger_are_forgiven(text: str, topic: Topic | None) -> None:
    found = topic_of(text)
    assert (found and found[0]) == topic


@pytest.mark.parametrize(
    "text",
    ["доставка пиццы", "спасибо открытка", "открытка спасибо", "привет сосед", "книга привет", "человек паук", "плата",
     "часы пока", "пока горит свеча", "helicopter", "cello", "подарок за оплату", "кольцо возврат", "оператор крана",
     "помощь на дороге", "аптечка первой помощи", "окно", "околоток", "кот", "как выбрать часы", "hello kitty",
     "good morning mug", "thank you card", "delivery bag", "support bandage", "okay boomer shirt", "дана", "мет", "",
     " ", "!!!", "😀😀", "5000", "п", "привет, покажи часы", "спасибо, а есть синие?", "как дела" * 20],
)  # fmt: skip
def test_a_question_for_products_is_never_small_talk(text: str) -> None:
    assert topic_of(text) is None


def test_the_demos_searches_are_searches() -> None:
    queries = tomllib.loads((Path(ops.demo.__file__).parent / "queries.toml").read_text())
    texts = [text for text in _strings(queries) if len(text) < LONGEST]
    assert len(texts) > 100
    assert [text for text in texts if topic_of(text)] == []


@given(st.sampled_from(ALL), st.sampled_from(WORDS), st.booleans())
def test_a_word_more_makes_it_a_search(known: tuple[Topic, str], word: str, first: bool) -> None:
    text = f"{word} {known[1]}" if first else f"{known[1]} {word}"
    assert topic_of(text) is None


@given(st.sampled_from(LONGER), st.data())
def test_one_wrong_letter_after_the_first_is_still_understood(known: tuple[Topic, str], data: st.DataObject) -> None:
    phrase = known[1]
    at = data.draw(st.integers(1, len(phrase) - 1))
    assume(phrase[at] != " ")
    wrong = phrase[:at] + data.draw(st.sampled_from(KEYBOARD)) + phrase[at + 1 :]
    assert topic_of(wrong) is not None


@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    found = topic_of(text)
    assert found is None or found[0] in Topic


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, one in value.items() for text in (key, *_strings(one))]
    return [text for one in value for text in _strings(one)] if isinstance(value, list) else []
