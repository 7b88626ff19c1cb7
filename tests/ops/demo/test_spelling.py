"""Every Russian word of the catalogue is in the dictionary, or is listed here because somebody looked at it."""

import re

import pytest
from pymorphy3 import MorphAnalyzer
from pymorphy3.tagset import OpencorporaTag

from ops.demo.judgments import queries
from ops.demo.offers import offers
from ops.demo.shops import shops

WORD = re.compile(r"[а-яё]+", re.IGNORECASE)
# Words of shops that the dictionary lacks, in their first form or as stems before a star.
WORDS_OF_SHOPS = """
    ггц лм ма мдф пвх экг термо смарт обжарщик лиговки гайвань заварник космея кофемашин* капучинатор* капучино эспрессо
    электротурка дрип яргачеф робуста пуровера улуна микрозелень неокуб неодимовые ранфорс самоопыляемый светомузыка
    свитшот скетчбук скетчер сортер термокружка трейловые худи чернографитные автоподзавод* безель бисфенола бликует
    водозащита двухместная трёхместная четырёхместная зум канвас линером ляссе микрофибра настолки пенополиэтилен
    полукилограмма рипстоп синтепух трансформер троттлинга тёмно экокожа
"""
KNOWN_HERE = tuple(WORDS_OF_SHOPS.split())


def _listed(word: str) -> bool:
    return any(word == known or (known[-1] == "*" and word.startswith(known[:-1])) for known in KNOWN_HERE)


@pytest.fixture(scope="module")
def morphology() -> MorphAnalyzer:
    return MorphAnalyzer()


def _unknown(morphology: MorphAnalyzer, text: str) -> list[str]:
    words = {word.lower() for word in WORD.findall(text)}
    return sorted(word for word in words if not morphology.word_is_known(word) and not _listed(word))


def test_no_word_of_the_catalogue_is_misspelt(morphology: MorphAnalyzer) -> None:
    parts = []
    for offer in offers():
        parts += [offer.name, offer.description, offer.category, offer.department, *offer.tags]
        parts += [text for row in offer.specifications for text in row]
    parts += [text for shop in shops().values() for text in (shop.character, *shop.closing)]
    assert _unknown(morphology, " ".join(parts)) == []


def test_only_queries_that_should_be_are_misspelt(morphology: MorphAnalyzer) -> None:
    odd = {"misspelt", "transliterated", "synonym", "split"}
    text = " ".join(query.text for query in queries() if query.kind not in odd)
    assert set(_unknown(morphology, text)) <= {"электрочайник", "питон", "красовки"}


def test_colours_agree_with_the_noun(morphology: MorphAnalyzer) -> None:
    """«чёрные часы», «чёрная сумка»: the colour's number and gender are those of the word it follows."""
    checked = set()
    for offer in offers():
        colour = offer.name.rsplit(", ", 1)[-1].split("-")[-1]
        shown = {_form(p.tag) for p in morphology.parse(colour) if {"ADJF", "nomn"} in p.tag}
        if offer.language == "en" or offer.colour is None or not shown:
            continue
        heads = (word.removeprefix("смарт-").split("-")[0] for word in offer.name.split(offer.brand)[0].lower().split())
        forms = (
            {_form(p.tag) for p in morphology.parse(head) if {"NOUN", "nomn"} in p.tag}
            for head in heads
            if morphology.word_is_known(head)
        )
        expected: set[str] = next((form for form in forms if form), set())
        assert not expected or shown & expected, offer.name
        checked |= {offer.noun} if expected else set()
    assert len(checked) > 40


def _form(tag: OpencorporaTag) -> str:
    return "plur" if "plur" in tag else str(tag.gender)
