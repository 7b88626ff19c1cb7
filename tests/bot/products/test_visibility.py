"""The rules of bans before everything that is shown."""

import pytest

from bot.products.gone_lately import GoneLately
from bot.products.known_products import KnownProducts
from bot.products.visibility import FRESH_RULES, VisibilityPolicy
from pipeline.bans import Kind, Rule, parse_rule
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import Ban
from tests.bot.world.memory import Clock, MemoryBans, MemoryCatalog, product

ALL = SearchRequest(text="")


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        ("product:chasy-mira/w1", False),
        ("product:chasy-mira/w2", True),
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
    visibility = VisibilityPolicy(bans, Clock())
    offer = product("w1", "Xiaomi часы")
    assert visibility.allows(offer)
    bans.ban(rule)
    assert visibility.allows(offer) is allowed
    bans.unban(rule)
    assert visibility.allows(offer)


def test_what_was_taken_back_is_gone_before_the_index_has_followed() -> None:
    clock = Clock()
    gone = GoneLately(clock)
    visibility, known = VisibilityPolicy(MemoryBans(), clock, gone), KnownProducts(MemoryCatalog(), gone=gone)
    offer = product("w1", "Xiaomi часы")
    # What is read again after a start says nothing of this moment.
    known.learn(offer.offer_id, None)
    assert visibility.allows(offer)
    known.trust(lambda _: 1)
    known.learn(offer.offer_id, None)
    assert not visibility.allows(offer)
    assert not visibility.stops(offer)
    assert visibility.narrowed(ALL).without == (Rule(Kind.PRODUCT, offer.offer_id),)
    known.learn(offer.offer_id, offer)
    assert visibility.allows(offer)
    known.learn(offer.offer_id, None)
    clock.pass_by(minutes=1)
    assert visibility.allows(offer)
    assert visibility.narrowed(ALL) == ALL


def test_a_ban_that_is_over_stops_nothing() -> None:
    bans, clock = MemoryBans(), Clock()
    visibility = VisibilityPolicy(bans, clock)
    bans.ban("product:chasy-mira/w1", until=clock.moment.replace(hour=13))
    assert not visibility.allows(product("w1", "Часы"))
    assert visibility.names("chasy-mira/w1")
    clock.pass_by(hours=1)
    assert visibility.allows(product("w1", "Часы"))
    assert not visibility.names("chasy-mira/w1")


def test_a_search_leaves_the_newest_rules_out_until_the_index_has_followed() -> None:
    bans, clock = MemoryBans(), Clock()
    visibility = VisibilityPolicy(bans, clock)
    assert visibility.narrowed(ALL) is ALL
    bans.write(Ban(rule="brand:huawei", at=clock()))
    clock.pass_by(seconds=40)
    bans.write(Ban(rule="category:часы", at=clock()))
    assert visibility.narrowed(ALL).without == (parse_rule("category:часы"), parse_rule("brand:huawei"))
    clock.pass_by(seconds=40)
    assert visibility.narrowed(ALL).without == (parse_rule("category:часы"),)
    bans.unban("category:часы")
    assert visibility.narrowed(ALL) is ALL


def test_a_search_leaves_out_no_rule_that_is_over_and_no_more_than_a_few() -> None:
    bans, clock = MemoryBans(), Clock()
    visibility = VisibilityPolicy(bans, clock)
    for number in range(FRESH_RULES):
        bans.write(Ban(rule=f"brand:b{number}", at=clock()))
    clock.pass_by(seconds=1)
    bans.write(Ban(rule="brand:over", at=clock(), until=clock()))
    assert len(visibility.narrowed(ALL).without) == FRESH_RULES - 1


def test_rules_move_for_a_minute_after_one_came_or_went() -> None:
    bans, clock = MemoryBans(), Clock()
    bans.ban("brand:huawei")
    visibility = VisibilityPolicy(bans, clock)
    assert not visibility.moving(), "what was there before the start moves nothing"
    bans.unban("brand:huawei")
    assert visibility.moving()
    clock.pass_by(seconds=61)
    assert not visibility.moving()
