"""The judged queries: enough of them, each with an answer, and every rule of use."""

import csv
import io
from collections import Counter

from ops.demo import judgments
from ops.demo.offers import offers

OFFERS = {offer.product_id: offer for offer in offers()}


def test_there_are_enough_of_every_kind() -> None:
    found = judgments.queries()
    languages = Counter(query.language for query in found)
    assert languages["ru"] >= 40
    assert languages["en"] >= 10
    kinds = Counter(query.kind for query in found)
    assert min(kinds[kind] for kind in ("exact", "inflected", "misspelt", "attribute", "need")) >= 5
    assert len({query.text for query in found}) == len(found)


def test_every_query_has_a_good_answer() -> None:
    for query in judgments.queries():
        grades = query.grades(OFFERS.values())
        assert max(grades.values(), default=0) >= 2, query.text


def test_every_rule_decides_for_some_product() -> None:
    for query in judgments.queries():
        for place, rule in enumerate(query.rules):
            decides = any(
                rule.fits(offer) and not any(earlier.fits(offer) for earlier in query.rules[:place])
                for offer in OFFERS.values()
            )
            assert decides, (query.text, rule)


def test_smart_watches_and_their_neighbours() -> None:
    query = next(query for query in judgments.queries() if query.text == "умные часы")
    grades = {OFFERS[pid].category: grade for pid, grade in query.grades(OFFERS.values()).items()}
    assert grades == {
        "Умные часы": 3,
        "Фитнес-браслеты": 1,
        "Наручные часы": 0,
        "Настенные часы": 0,
        "Ремешки для умных часов": 0,
        "Зарядки для часов": 0,
    }


def test_the_file_is_what_the_evaluation_reads() -> None:
    rows = list(csv.DictReader(io.StringIO(judgments.file(judgments.queries(), OFFERS.values()).decode())))
    assert list(rows[0]) == ["query", "docid", "rating", "kind"]
    assert {row["docid"] for row in rows} <= OFFERS.keys()
    assert {row["rating"] for row in rows} <= {"0", "1", "2", "3"}
    assert len({(row["query"], row["docid"]) for row in rows}) == len(rows)
    assert not any(OFFERS[row["docid"]].store_id == "barakholka" for row in rows)


def test_the_russian_queries_are_many_of_every_kind_and_a_third_is_kept() -> None:
    found = judgments.russian_queries()
    assert len(found) >= 400
    assert len({query.text for query in found}) == len(found)
    assert not {query.text for query in found} & {query.text for query in judgments.queries()}
    kinds = Counter(query.kind for query in found)
    assert min(kinds[kind] for kind in ("everyday", "slang", "alphabet", "typo", "size", "price", "without")) >= 10
    kept = Counter(query.kind for query in found if judgments.is_kept(query))
    assert 0.28 < kept.total() / len(found) < 0.40
    assert set(kept) == set(kinds)


def test_every_russian_query_has_a_good_answer_or_none_at_all() -> None:
    for query in judgments.russian_queries():
        grades = query.grades(OFFERS.values())
        if query.kind in ("none", "nonsense", "other_goods"):
            assert not grades, query.text
        else:
            assert max(grades.values(), default=0) == 3, query.text


def test_every_rule_of_the_russian_queries_decides_for_some_product() -> None:
    for rules in {query.rules for query in judgments.russian_queries()}:
        for place, rule in enumerate(rules):
            assert any(
                rule.fits(offer) and not any(earlier.fits(offer) for earlier in rules[:place])
                for offer in OFFERS.values()
            ), rule


def test_a_query_without_an_answer_is_a_row_without_a_product() -> None:
    none = next(query for query in judgments.russian_queries() if query.kind == "none")
    rows = list(csv.DictReader(io.StringIO(judgments.file([none], OFFERS.values()).decode())))
    assert rows == [{"query": none.text, "docid": "", "rating": "0", "kind": "none"}]
