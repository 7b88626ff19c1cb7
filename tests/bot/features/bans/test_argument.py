"""What admins write after /ban."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.features.bans.argument import Argument, parse
from bot.ui.locale import MOSCOW
from pipeline.bans import EndFault, RuleError, UntilError
from tests.bot.world.strategies import texts

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # a Tuesday, 15:00 in Moscow


def ways(text: str) -> list[tuple[str, str, str | None]]:
    """All ways to read the text: the longest rule, its reason, the end in Moscow."""
    argument = parse(text, NOON, MOSCOW)
    return [_way(each) for each in (argument, *argument.others)]


def _way(argument: Argument) -> tuple[str, str, str | None]:
    first = argument.readings[0]
    end = f"{argument.until.astimezone(MOSCOW):%d.%m %H:%M}" if argument.until else None
    return first.rule.id, first.reason, end


@pytest.mark.parametrize(
    ("text", "first", "last", "until"),
    [
        ("product:chasy-mira/w1", ("product:chasy-mira/w1", ""), ("product:chasy-mira/w1", ""), None),
        ("product:s/w1 подделка for 7d", ("product:s/w1 подделка", ""), ("product:s/w1", "подделка"),
         "2026-12-01 12:00"),
        ("seller:shop-1 sells fakes", ("seller:shop-1 sells fakes", ""), ("seller:shop-1", "sells fakes"), None),
        ("товар:AB 12", ("product:AB 12", ""), ("product:AB", "12"), None),
        ("ключевое слово: вейп", ("keyword:вейп", ""), ("keyword:вейп", ""), None),
        ("category:Умные часы опасны на 24ч", ("category:умные часы опасны", ""), ("category:умные", "часы опасны"),
         "2026-11-25 12:00"),
        ("category:Умные часы — опасны", ("category:умные часы", "опасны"), ("category:умные часы", "опасны"), None),
        ("category:Умные часы\nопасны", ("category:умные часы", "опасны"), ("category:умные часы", "опасны"), None),
        ("brand:«Foo Bar» claim", ("brand:foo bar", "claim"), ("brand:foo bar", "claim"), None),
        ('keyword:"два слова" до 2026-12-31', ("keyword:два слова", ""), ("keyword:два слова", ""), "2026-12-31 21:00"),
        ("brand:x until 2026-12-31 10:30", ("brand:x", ""), ("brand:x", ""), "2026-12-31 07:30"),
    ],
)  # fmt: skip
def test_a_text_is_read_as_rule_reason_and_end(
    text: str, first: tuple[str, str], last: tuple[str, str], until: str | None
) -> None:
    argument = parse(text, NOON, MOSCOW)
    readings = [(reading.rule.id, reading.reason) for reading in argument.readings]
    assert (readings[0], readings[-1]) == (first, last)
    assert (f"{argument.until:%Y-%m-%d %H:%M}" if argument.until else None) == until


@pytest.mark.parametrize("text", ["часы", "colour:red", "brand:", "keyword:!!!", "brand:" + "x" * 300])
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(RuleError):
        parse(text, NOON, MOSCOW)


@pytest.mark.parametrize(
    "text", ["brand:x until 2020-01-01", "brand:x until 31.13.2026", "brand:x for 99999w", "brand:x до 31.02"]
)
def test_an_end_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UntilError):
        parse(text, NOON, MOSCOW)


@pytest.mark.parametrize(
    ("text", "rule", "reason", "end"),
    [
        ("brand:x на 3 дня", "brand:x", "", "27.11 15:00"),
        ("brand:x for 3 days", "brand:x", "", "27.11 15:00"),
        ("brand:x навсегда", "brand:x", "", None),
        ("brand:x forever", "brand:x", "", None),
        ("brand:x на 3 дня подделки", "brand:x", "подделки", "27.11 15:00"),
        ("brand:x на неделю за подделки", "brand:x", "за подделки", "01.12 15:00"),
        ("brand:x на сутки, подделки", "brand:x", "подделки", "25.11 15:00"),
        ("brand:x — на полчаса, подделки", "brand:x", "подделки", "24.11 15:30"),
        ("brand:x — подделки на 3 дня", "brand:x", "подделки", "27.11 15:00"),
        ("brand:x — подделки. До пятницы.", "brand:x", "подделки.", "28.11 00:00"),
        ("brand:x потому что подделки на 3 дня", "brand:x", "подделки", "27.11 15:00"),
        ("brand:x for 3 days because fakes", "brand:x", "fakes", "27.11 15:00"),
        ("brand:x because fakes for two weeks", "brand:x", "fakes", "08.12 15:00"),
        ("brand:x because of fakes until Friday", "brand:x", "because of fakes", "28.11 00:00"),
        ("category:Умные часы до завтра — опасны", "category:умные часы", "опасны", "26.11 00:00"),
        ('keyword:"на 3 дня" till tomorrow 9am', "keyword:на 3 дня", "", "25.11 09:00"),
        ("brand:«На неделю» до 05.12 18:00 fakes", "brand:на неделю", "fakes", "05.12 18:00"),
        ("keyword:на 3 дня", "keyword:на 3 дня", "", None),
        # a reason that has such words in it
        ("brand:x — отправляют на 3 дня позже срока", "brand:x", "отправляют на 3 дня позже срока", None),
        ("brand:x — обещают доставку до пятницы и врут", "brand:x", "обещают доставку до пятницы и врут", None),
        ("brand:x — для детей до 3 лет", "brand:x", "для детей до 3 лет", None),
        ("brand:x — not delivered for weeks", "brand:x", "not delivered for weeks", None),
        ("brand:x — цены до 5000", "brand:x", "цены до 5000", None),
        ("brand:x — until further notice", "brand:x", "until further notice", None),
    ],
)
def test_an_end_is_found_where_it_stands_and_the_reason_stays_whole(
    text: str, rule: str, reason: str, end: str | None
) -> None:
    assert ways(text) == [(rule, reason, end)]


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("brand:x — на 3 дня опоздали", [("опоздали", "27.11 15:00"), ("на 3 дня опоздали", None)]),
        ("brand:x — опоздали на 3 дня", [("опоздали", "27.11 15:00"), ("опоздали на 3 дня", None)]),
        ("brand:x — orders late for 3 days", [("orders late", "27.11 15:00"), ("orders late for 3 days", None)]),
        ("brand:x — out of stock for 3 days", [("out of stock", "27.11 15:00"), ("out of stock for 3 days", None)]),
        ("brand:x — не отвечают на неделю", [("не отвечают", "01.12 15:00"), ("не отвечают на неделю", None)]),
        ("brand:x until next Friday", [("", "28.11 00:00"), ("", "05.12 00:00")]),
        ("brand:x до вторника", [("", "25.11 00:00"), ("", "02.12 00:00")]),
        ("brand:x until 05/12", [("", "06.12 00:00"), ("", "13.05 00:00")]),
        ("brand:x до завтра в 9", [("", "25.11 09:00"), ("", "25.11 21:00")]),
        ("brand:x до 5", [("", "24.11 17:00"), ("", "25.11 05:00"), ("", "06.12 00:00")]),
        ("brand:x на 2-3 дня", [("", "26.11 15:00"), ("", "27.11 15:00")]),
        ("brand:x на 3 дня до пятницы", [("", "27.11 15:00"), ("", "28.11 00:00")]),
    ],
)
def test_what_can_mean_two_things_has_both_readings(text: str, readings: list[tuple[str, str | None]]) -> None:
    assert ways(text) == [("brand:x", reason, end) for reason, end in readings]


def test_an_undivided_text_of_several_words_is_asked_about() -> None:
    found = ways("brand:x y на 3 дня всем")
    assert found == [("brand:x y", "всем", "27.11 15:00"), ("brand:x y на 3 дня всем", "", None)]


@pytest.mark.parametrize(
    ("text", "fault"),
    [("brand:x до 10:00", EndFault.PAST), ("brand:x до 5 ноября", EndFault.PAST),
     ("brand:x until yesterday 2020-01-01", None), ("brand:x for 99999w", EndFault.TOO_FAR),
     ("brand:x до 31.02", EndFault.UNCLEAR)],
)  # fmt: skip
def test_an_end_in_the_past_is_told_apart_from_one_that_is_none(text: str, fault: EndFault | None) -> None:
    if fault is None:
        assert ways(text)[0][2] is None
        return
    with pytest.raises(UntilError) as caught:
        parse(text, NOON, MOSCOW)
    assert caught.value.fault is fault


END_WORDS = st.sampled_from(["на 3 дня", "до пятницы", "for a week", "until Friday", "навсегда", "до 5", "опоздали",
                             "because", "—", ",", "подделки", "AB", "12", "«", "»", "\n", "until"])  # fmt: skip


@given(st.lists(END_WORDS, max_size=8).map(" ".join))
def test_no_word_of_a_text_is_lost_or_told_twice(text: str) -> None:
    assume(re.search(r"\buntil (?:\S* )?12\b|\bдо 5 12\b", text) is None)  # an end of its own
    try:
        argument = parse(f"brand:x {text}", NOON, MOSCOW)
    except (RuleError, UntilError):
        return
    assert len(argument.others) < 5
    for way in (argument, *argument.others):
        assert way.readings
        for reading in way.readings:
            for word in ("опоздали", "подделки", "AB", "12"):
                written = f"{reading.rule.value} {reading.reason}".lower().split()
                assert sum(word.lower() in each for each in written) >= min(1, text.split().count(word))


@given(texts)
def test_any_text_is_understood_or_refused(text: str) -> None:
    for attempt in (text, f"keyword:{text}", f"{text} for 7d"):
        try:
            argument = parse(attempt, NOON, MOSCOW)
        except (RuleError, UntilError):
            continue
        assert argument.readings
        assert all(len(reading.reason) <= 200 for reading in argument.readings)
