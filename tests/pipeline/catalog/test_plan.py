"""Queries understood, over a vocabulary that fits on a page."""

from pipeline.catalog.colloquial_terms import GROUPS
from pipeline.catalog.plan import Plan, plan
from pipeline.catalog.spelling import choice, doubts
from pipeline.catalog.synonyms import LONGEST, Synonyms
from pipeline.catalog.vocabulary import Vocabulary, entry
from pipeline.text.linguistics import analyse

WORDS = {
    "умные": 40, "часы": 90, "часов": 30, "усы": 1, "ремешок": 20, "samsung": 15, "iphone": 9, "usb": 50, "hub": 12,
    "headphones": 30, "ноутбук": 25, "256gb": 5, "256": 5, "для": 100,
}  # fmt: skip
VOCABULARY = Vocabulary(
    [(entry(word), count) for word, count in WORDS.items()], brands=["Samsung"], nouns=["часы", "ремешок"]
)


def planned(text: str, **synonyms: list[str]) -> Plan:
    return plan(text, VOCABULARY, Synonyms(synonyms))


def alternatives(understood: Plan) -> list[set[tuple[str, ...]]]:
    return [{alternative.terms for alternative in slot.alternatives} for slot in understood.slots]


def test_function_words_ask_for_nothing() -> None:
    assert alternatives(planned("ремешок для часов")) == [{("ремешок",)}, {("часы",)}]


def test_the_noun_of_the_query_is_marked() -> None:
    understood = planned("дорогих часов")
    assert understood.heads == ("часы",)
    assert [slot.is_kind for slot in understood.slots] == [False, True]


def test_a_phrase_of_everyday_words_is_one_slot_with_the_noun_of_each() -> None:
    understood = planned("умных часов")
    assert len(understood.slots) == 1
    assert {"часы", "smartwatch", "watch"} <= set(understood.heads)
    assert {"умный", "smart"}.isdisjoint(understood.heads)
    typed = next(each for each in understood.slots[0].alternatives if each.terms == ("умный", "часы"))
    assert typed.apart, "«умные детские часы» are smart watches too"


def test_a_brand_is_met_in_the_other_alphabet() -> None:
    assert ("samsung",) in alternatives(planned("самсунг"))[0]
    assert planned("самсунга").unknown == ()


def test_words_written_together_come_apart_and_the_other_way_round() -> None:
    assert ("usb", "hub") in alternatives(planned("usbhub"))[0]
    assert ("headphon",) in alternatives(planned("head phones"))[0]


def test_a_number_with_its_unit_is_asked_for_once() -> None:
    assert alternatives(planned("256 ГБ")) == [{("256gb",)}]


def test_synonyms_may_be_of_several_words_and_go_one_way() -> None:
    assert ("умный", "часы") in alternatives(planned("вотчи", вотчи=["умные часы"]))[0]
    assert all(("вотч",) not in each for each in alternatives(planned("умные часы", вотчи=["умные часы"])))


def test_an_edited_dictionary_is_seen_at_once() -> None:
    dictionary: dict[str, list[str]] = {}
    synonyms = Synonyms(dictionary)
    assert synonyms.at(["штуковина"], 0) == (1, ())
    dictionary["штуковина"] = ["ноутбук"]
    assert synonyms.at(["штуковина"], 0) == (1, (("ноутбук",),))


def test_everyday_words_stand_in_one_group_only() -> None:
    phrases = [tuple(analyse(phrase)) for group in GROUPS for phrase in group]
    owners = {
        phrase: {index for index, group in enumerate(GROUPS) if phrase in {tuple(analyse(each)) for each in group}}
        for phrase in phrases
    }
    assert {" ".join(phrase) for phrase, found in owners.items() if len(found) > 1} == set()
    assert all(len(phrase) <= LONGEST for phrase in phrases)


def test_what_goes_with_the_rest_of_the_query_is_meant() -> None:
    (doubt,) = doubts(planned("умные чсы"), VOCABULARY)
    assert {candidate for candidate, _ in doubt.candidates} == {"часы", "усы"}
    assert choice(doubt, {"чсы часы": 40, "чсы усы": 0}) == "часы"
    assert choice(doubt, {"чсы": 1, "чсы часы": 40}) is None, "the index has the word after all"


def test_codes_are_never_guessed_at() -> None:
    (doubt,) = doubts(planned("a53"), VOCABULARY)
    assert doubt.candidates == ()
