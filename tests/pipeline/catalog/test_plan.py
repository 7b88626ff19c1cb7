"""Queries understood, over a vocabulary that fits on a page."""

import pytest

from pipeline.catalog.colloquial_terms import GROUPS
from pipeline.catalog.plan import Plan, is_sold, plan, replaced
from pipeline.catalog.spelling import choice, doubts
from pipeline.catalog.synonyms import LONGEST, Synonyms
from pipeline.catalog.vocabulary import Vocabulary, entry
from pipeline.text.linguistics import analyse, term

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
    assert [candidate for candidate, _ in doubt.candidates] == ["часы"], "«усы» is no slip that anybody makes"
    assert choice(doubt, {"чсы часы": 40}) == "часы"
    assert choice(doubt, {"чсы": 1, "чсы часы": 40}) is None, "the index has the word after all"


def test_a_word_of_the_language_that_no_product_has_is_no_slip() -> None:
    vocabulary = Vocabulary([(entry("точка"), 5), (entry("удочки"), 0)])
    (doubt,) = doubts(plan("лодочка", vocabulary, Synonyms({})), vocabulary)
    assert doubt.candidates == ()


def test_a_slip_is_put_right_in_the_text_as_it_was_typed() -> None:
    wrong = planned("Ремешок для чсов, 100 см")
    right = replaced(wrong, "чсов", "часов", VOCABULARY, Synonyms({}))
    assert right.text == "ремешок для часов, 100 см"


def test_what_is_not_wanted_is_no_slot() -> None:
    understood = planned("ноутбук не самсунг")
    assert len(understood.slots) == 1
    (slot,) = understood.unwanted
    assert ("samsung",) in {each.terms for each in slot.alternatives}


def test_the_beginning_of_a_code_finds_it() -> None:
    vocabulary = Vocabulary([(entry(word), 1) for word in ("m5799dwf", "12400f", "kgn39vl25r", "принтер")])
    for typed, meant in (("12400", "12400f"), ("kgn", "kgn39vl25r")):
        (slot,) = plan(typed, vocabulary, Synonyms({})).slots
        assert (meant,) in {each.terms for each in slot.alternatives}
    assert plan("m5799", vocabulary, Synonyms({})).unknown == ()
    (article,) = plan("c11cg0440", vocabulary, Synonyms({})).slots
    assert [each.begins for each in article.alternatives] == [False, True], "articles are not in the vocabulary"


@pytest.mark.parametrize("text", ["iphone13", "айфон13", "айфон 13"])
def test_a_name_and_its_number_are_written_apart_or_together(text: str) -> None:
    vocabulary = Vocabulary([(entry("iphone"), 5), (entry("13"), 5)], brands=["Apple"])
    slots = plan(text, vocabulary, Synonyms({})).slots
    found = {each for slot in slots for way in slot.alternatives for each in way.terms}
    assert {term("iphone"), "13"} <= found


def test_a_word_of_the_language_is_not_read_by_the_letter() -> None:
    vocabulary = Vocabulary([(entry("cup"), 9), (entry("hp"), 9)], brands=["HP"])
    assert plan("суп", vocabulary, Synonyms({})).unknown == ("суп",)
    assert plan("хп", vocabulary, Synonyms({})).unknown == ()


def test_codes_are_never_guessed_at() -> None:
    (doubt,) = doubts(planned("a53"), VOCABULARY)
    assert doubt.candidates == ()


def test_words_that_only_ask_are_no_slots() -> None:
    assert planned("хочу купить часы").unknown == ()
    assert len(planned("покажи любые часы samsung").slots) == 2
    vocabulary = Vocabulary([(entry("need"), 1), (entry("speed"), 1)])
    assert len(plan("need for speed", vocabulary, Synonyms({})).slots) == 2


def test_the_first_of_two_nouns_says_what_it_is_where_nobody_has_the_second() -> None:
    (slot,) = planned("ноутбук-трансформер").slots
    assert ("ноутбук",) in {each.terms for each in slot.alternatives}


def test_a_number_of_its_own_is_in_the_code_of_a_few_letters() -> None:
    vocabulary = Vocabulary([(entry(word), 1) for word in ("playstation", "ps5", "m5799dwf")])
    for text in ("playstation 5", "playstation5", "5799"):
        assert plan(text, vocabulary, Synonyms({})).unknown == ()


def test_words_that_nobody_sells_fill_no_slot_though_they_stand_together() -> None:
    """«Рюкзак» typed on the other layout is "h.rpfr": as a phrase it is not looked for in a dictionary."""
    assert [is_sold(slot, VOCABULARY) for slot in planned("h rpfr").slots] == [False] * len(planned("h rpfr").slots)
    assert all(is_sold(slot, VOCABULARY) for slot in planned("умные часы samsung").slots)
