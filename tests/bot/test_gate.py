"""The rules of bans before everything that is shown."""

import pytest

from bot.gate import Gate
from tests.bot.memory import Clock, MemoryBans, product


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        ("product:w1", False),
        ("product:w2", True),
        ("seller:chasy-mira", False),
        ("brand:xiaomi", False),
        ("category:умные часы", False),
        ("keyword:часов", False),
        ("keyword:самовар", True),
        ("nonsense", True),
    ],
)
def test_every_kind_of_rule_counts_from_the_next_decision_on(rule: str, allowed: bool) -> None:
    bans = MemoryBans()
    gate = Gate(bans, Clock())
    offer = product("w1", "Xiaomi часы")
    assert gate.allows(offer)
    bans.ban(rule)
    assert gate.allows(offer) is allowed
    bans.unban(rule)
    assert gate.allows(offer)


def test_a_ban_that_is_over_stops_nothing() -> None:
    bans, clock = MemoryBans(), Clock()
    gate = Gate(bans, clock)
    bans.ban("product:w1", until=clock.moment.replace(hour=13))
    assert not gate.allows(product("w1", "Часы"))
    assert gate.names("w1")
    clock.pass_by(hours=1)
    assert gate.allows(product("w1", "Часы"))
    assert not gate.names("w1")
