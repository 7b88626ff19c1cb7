"""What admins write after /ban."""

from datetime import UTC, datetime

import pytest
from hypothesis import given

from bot.features.bans.argument import parse
from pipeline.bans import RuleError, UntilError
from tests.bot.world.strategies import texts

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "first", "last", "until"),
    [
        ("product:chasy-mira/w1", ("product:chasy-mira/w1", ""), ("product:chasy-mira/w1", ""), None),
        ("product:s/w1 подделка for 7d", ("product:s/w1", "подделка"), ("product:s/w1", "подделка"),
         "2026-12-01 12:00"),
        ("seller:shop-1 sells fakes", ("seller:shop-1", "sells fakes"), ("seller:shop-1", "sells fakes"), None),
        ("category:Умные часы опасны на 24ч", ("category:умные часы опасны", ""), ("category:умные", "часы опасны"),
         "2026-11-25 12:00"),
        ("category:Умные часы — опасны", ("category:умные часы", "опасны"), ("category:умные часы", "опасны"), None),
        ("category:Умные часы\nопасны", ("category:умные часы", "опасны"), ("category:умные часы", "опасны"), None),
        ("brand:«Foo Bar» claim", ("brand:foo bar", "claim"), ("brand:foo bar", "claim"), None),
        ('keyword:"два слова" до 2026-12-31', ("keyword:два слова", ""), ("keyword:два слова", ""), "2027-01-01 00:00"),
        ("brand:x until 2026-12-31 10:30", ("brand:x", ""), ("brand:x", ""), "2026-12-31 10:30"),
    ],
)  # fmt: skip
def test_a_text_is_read_as_rule_reason_and_end(
    text: str, first: tuple[str, str], last: tuple[str, str], until: str | None
) -> None:
    argument = parse(text, NOON)
    readings = [(reading.rule.id, reading.reason) for reading in argument.readings]
    assert (readings[0], readings[-1]) == (first, last)
    assert (f"{argument.until:%Y-%m-%d %H:%M}" if argument.until else None) == until


@pytest.mark.parametrize("text", ["часы", "colour:red", "brand:", "keyword:!!!", "brand:" + "x" * 300])
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(RuleError):
        parse(text, NOON)


@pytest.mark.parametrize("text", ["brand:x until 2020-01-01", "brand:x until 31.12.2026", "brand:x for 99999w"])
def test_an_end_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UntilError):
        parse(text, NOON)


@given(texts)
def test_any_text_is_understood_or_refused(text: str) -> None:
    for attempt in (text, f"keyword:{text}", f"{text} for 7d"):
        try:
            argument = parse(attempt, NOON)
        except (RuleError, UntilError):
            continue
        assert argument.readings
        assert all(len(reading.reason) <= 200 for reading in argument.readings)
