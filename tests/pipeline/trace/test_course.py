"""Where an offer stopped: a table of facts."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.contracts.decisions import DecisionNote
from pipeline.contracts.messages import Ban, Product, encode
from pipeline.trace.course import InIndex, InLake, Stop, Verdict, course
from pipeline.trace.facts import Facts, Indexed, LogRecord, Logs, Looked
from pipeline.trace.lines import lines
from tests.bot.world.memory import product

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
OFFER = product("w1", "Часы")
SOLD_OUT = product("w1", "Часы", stock={"available": 2, "reserved": 2})
RULE = "seller:chasy-mira"
BAN = Ban(rule=RULE, reason="подделка", at=NOW - timedelta(seconds=3))
PARTLY = Looked(None, 0.4)
NOTHING = Looked()


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def sent(offset: int = 7, value: bytes | None = encode(OFFER), seconds: float = 60) -> Looked:
    return Looked(LogRecord(2, offset, ago(seconds), value))


def passed(of: int = 7, *, at: int = 4, seconds: float = 40, value: Product = OFFER) -> Looked:
    return Looked(LogRecord(2, at, ago(60), encode(value), note=DecisionNote(of, ago(seconds))))


def taken_back(of: int = 7, *, at: int = 5, seconds: float = 40, rule: str = "") -> Looked:
    return Looked(LogRecord(2, at, ago(seconds), None, note=DecisionNote(of, ago(seconds), rule)))


def facts(products: Looked, filtered: Looked, index: int | None = None, ban: Ban | None = None) -> Facts:
    indexed = Indexed(index, OFFER if index is not None else None)
    return Facts(OFFER.offer_id, NOW, Logs(products, filtered), indexed, ban)


@dataclass(frozen=True)
class Case:
    """What is known, and what is to be said."""

    known: Facts
    stop: Stop
    verdict: Verdict
    index: InIndex
    waits_s: float | None = None
    removal: bool = False


CASES = {
    "on sale": Case(facts(sent(), passed(), 4), Stop.ON_SALE, Verdict.PASSED, InIndex.NEWEST),
    "nothing left": Case(
        facts(sent(value=encode(SOLD_OUT)), passed(value=SOLD_OUT), 4), Stop.SOLD_OUT, Verdict.PASSED, InIndex.NEWEST
    ),
    "indexed after the look": Case(facts(sent(), passed(), 9), Stop.ON_SALE, Verdict.PASSED, InIndex.NEWEST),
    "waits for the filter": Case(
        facts(sent(), NOTHING), Stop.WAITS_FILTER, Verdict.WAITED_FOR, InIndex.NOTHING, waits_s=60
    ),
    "a newer version waits for the filter": Case(
        facts(sent(8, seconds=12), passed(7), 4), Stop.WAITS_FILTER, Verdict.WAITED_FOR, InIndex.NEWEST, waits_s=12
    ),
    "a new offer waits for the indexer": Case(
        facts(sent(), passed()), Stop.WAITS_INDEXER, Verdict.PASSED, InIndex.NOTHING, waits_s=40
    ),
    "a change waits for the indexer": Case(
        facts(sent(), passed(), 3), Stop.WAITS_INDEXER, Verdict.PASSED, InIndex.OLDER, waits_s=40
    ),
    "refused": Case(
        facts(sent(), taken_back(rule=RULE), ban=BAN), Stop.REFUSED, Verdict.REFUSED, InIndex.NOTHING, removal=True
    ),
    "refused, and still in the index": Case(
        facts(sent(), taken_back(rule=RULE), 4, ban=BAN), Stop.WAITS_INDEXER, Verdict.REFUSED, InIndex.STILL, 40, True
    ),
    "a new ban waits for the filter": Case(
        facts(sent(), passed(), 4, ban=BAN), Stop.WAITS_FILTER, Verdict.WAITED_FOR, InIndex.NEWEST, 3, True
    ),
    "a lifted ban waits for the filter": Case(
        facts(sent(), taken_back(rule=RULE)), Stop.WAITS_FILTER, Verdict.WAITED_FOR, InIndex.NOTHING
    ),
    "withdrawn": Case(
        facts(sent(8, None), taken_back(8)), Stop.WITHDRAWN, Verdict.WITHDRAWN, InIndex.NOTHING, removal=True
    ),
    "a withdrawal waits for the filter": Case(
        facts(sent(8, None, 9), passed(7), 4), Stop.WAITS_FILTER, Verdict.WAITED_FOR, InIndex.NEWEST, 9, True
    ),
    "a withdrawal waits for the indexer": Case(
        facts(sent(8, None), taken_back(8), 4), Stop.WAITS_INDEXER, Verdict.WITHDRAWN, InIndex.STILL, 40, True
    ),
    "forgotten by products, withdrawn": Case(
        facts(NOTHING, taken_back(8)), Stop.WITHDRAWN, Verdict.WITHDRAWN, InIndex.NOTHING, removal=True
    ),
    "lost by products, still let through": Case(
        facts(NOTHING, passed(-1), 4), Stop.ON_SALE, Verdict.PASSED, InIndex.NEWEST
    ),
    "no product": Case(
        facts(sent(8, b'{"name": 1}'), passed(7), 4), Stop.MALFORMED, Verdict.WAITED_FOR, InIndex.NEWEST
    ),
    "never sent": Case(facts(NOTHING, NOTHING), Stop.NOT_SENT, Verdict.WAITED_FOR, InIndex.NOTHING),
    "not all was read": Case(facts(PARTLY, PARTLY), Stop.UNCLEAR, Verdict.UNKNOWN, InIndex.NOTHING),
    "a newer one may be unread": Case(
        facts(sent(), replace(passed(), share=0.5), 4), Stop.UNCLEAR, Verdict.PASSED, InIndex.NEWEST
    ),
    "Kafka away": Case(Facts("s/1", NOW, None, Indexed(4, OFFER)), Stop.UNCLEAR, Verdict.UNKNOWN, InIndex.SOME),
    "Elasticsearch away": Case(
        Facts("s/1", NOW, Logs(sent(), passed()), None), Stop.UNCLEAR, Verdict.PASSED, InIndex.UNKNOWN
    ),
    "Elasticsearch away, refused": Case(
        Facts("s/1", NOW, Logs(sent(), taken_back(rule=RULE)), None, BAN),
        Stop.REFUSED,
        Verdict.REFUSED,
        InIndex.UNKNOWN,
        removal=True,
    ),
    "both away": Case(Facts("s/1", NOW), Stop.UNCLEAR, Verdict.UNKNOWN, InIndex.UNKNOWN),
}


@pytest.mark.parametrize("name", CASES)
def test_where_it_stopped(name: str) -> None:
    case = CASES[name]
    known = case.known if case.known.offer_id != "s/1" else replace(case.known, offer_id=OFFER.offer_id)
    way = course(known)
    assert (way.stop, way.verdict, way.index, way.removal) == (case.stop, case.verdict, case.index, case.removal)
    if case.stop in {Stop.WAITS_FILTER, Stop.WAITS_INDEXER}:
        waits = None if way.since is None else (NOW - way.since).total_seconds()
        assert waits == case.waits_s
    assert len(lines(known)) == 8


def test_without_a_note_the_bytes_and_the_times_say_which_version_was_decided() -> None:
    def of(filtered: Looked) -> Looked:
        assert filtered.record is not None
        return replace(filtered, record=replace(filtered.record, note=None))

    assert course(facts(sent(), of(passed()), 4)).stop is Stop.ON_SALE
    assert course(facts(sent(value=encode(SOLD_OUT)), of(passed()), 4)).stop is Stop.WAITS_FILTER
    refused = course(facts(sent(), of(taken_back()), ban=BAN))
    assert (refused.stop, refused.rule) == (Stop.REFUSED, RULE)
    assert course(facts(sent(seconds=10), of(taken_back()), ban=BAN)).stop is Stop.WAITS_FILTER


def test_the_rule_is_the_one_by_which_it_was_decided() -> None:
    later = Ban(rule="product:chasy-mira/w1")
    assert course(facts(sent(), taken_back(rule=RULE), ban=later)).rule == RULE


@pytest.mark.parametrize(("filled", "expected"), [(30, InLake.FILLED), (50, InLake.NOT_YET), (None, InLake.UNKNOWN)])
def test_the_lake_has_what_was_decided_before_it_was_filled(filled: float | None, expected: InLake) -> None:
    known = replace(facts(sent(), passed(), 4), lake_at=None if filled is None else ago(filled))
    assert course(known).lake is expected


def test_the_terminal_says_how_far_behind_the_indexer_is() -> None:
    told = lines(facts(sent(), passed(), 3))
    assert told[1] == "waits for the indexer, 40 s behind"
    assert any("partition 2, offset 7" in line for line in told)
    refused = "\n".join(lines(facts(sent(), taken_back(rule=RULE), ban=BAN)))
    assert f"refused by {RULE}: подделка" in refused
