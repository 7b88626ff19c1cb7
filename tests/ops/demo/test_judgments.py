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
    rows = list(csv.DictReader(io.StringIO(judgments.file(OFFERS.values()).decode())))
    assert list(rows[0]) == ["query", "docid", "rating"]
    assert {row["docid"] for row in rows} <= OFFERS.keys()
    assert {row["rating"] for row in rows} <= {"0", "1", "2", "3"}
    assert len({(row["query"], row["docid"]) for row in rows}) == len(rows)
    assert not any(OFFERS[row["docid"]].store_id == "barakholka" for row in rows)
