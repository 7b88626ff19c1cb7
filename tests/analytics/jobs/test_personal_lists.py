"""Reasons are true: they name what led there, never what is banned or hidden, and call popular what is so."""

from __future__ import annotations

from analytics.jobs.recommendation_tables import recommendation_lists
from analytics.models.hybrid import fit
from pipeline.contracts.messages import Reason, Recommended
from tests.analytics.jobs.made_past import Deed, past, table

CATEGORIES = ("cups", "cups", "tea", "tea", "lamps", "lamps")


def walks() -> list[Deed]:
    """0 goes with 1, 2 with 3."""
    pairs = [(0, 1), (2, 3)] * 10
    return [(f"w{n}", item, n + later / 100, 0) for n, pair in enumerate(pairs) for later, item in enumerate(pair)]


def lists(
    deeds: list[Deed],
    hidden: dict[str, frozenset[str]] | None = None,
    banned: int = 0,
    sold_out: tuple[int, ...] = (),
    at_day: float = 32.0,
) -> dict[str, tuple[Recommended, ...]]:
    goods = table(6, 6, categories=CATEGORIES, banned=banned, sold_out=sold_out)
    done = past(deeds, hidden, at_day)
    return dict(recommendation_lists(fit(done.interactions(len(goods.ids))), done, goods))


def reasons(items: tuple[Recommended, ...]) -> dict[str, Reason]:
    return {one.offer_id: one.reason for one in items}


def test_the_reason_is_what_led_there() -> None:
    found = reasons(lists([*walks(), ("anna", 0, 30.0, 2), ("anna", 2, 31.0, 0)])["anna"])
    assert found["s1/1"] == Reason(kind="bought", offer_id="s0/0")
    assert found["s3/3"] == Reason(kind="viewed", offer_id="s2/2")


def test_what_is_hidden_is_no_reason_and_leads_nowhere() -> None:
    deeds: list[Deed] = [*walks(), ("anna", 0, 30.0, 2), ("anna", 2, 31.0, 0)]
    found = lists(deeds, {"anna": frozenset({"s0/0"})})["anna"]
    assert "s0/0" not in reasons(found)
    assert all(one.reason.offer_id != "s0/0" for one in found)
    assert found[0].offer_id == "s3/3"


def test_what_is_banned_is_no_reason() -> None:
    swapped = {0: 5, 5: 0}
    deeds = [(who, swapped.get(item, item), day, kind) for who, item, day, kind in walks()]
    found = reasons(lists([*deeds, ("anna", 5, 30.0, 0)], banned=1)["anna"])
    assert all(reason.offer_id is None for reason in found.values())
    assert found["s1/1"].kind == "popular"


def test_what_nobody_touched_is_not_called_popular() -> None:
    found = reasons(lists([*walks(), ("anna", 0, 30.0, 0)])["anna"])
    assert {found[name].kind for name in ("s4/4", "s5/5")} == {"new"}


def test_what_many_people_do_not_take_is_not_called_popular() -> None:
    goods = table(40, 2, categories=["cups"] * 40, banned=1)
    deeds: list[Deed] = [(f"p{n}", item, n / 10, 0) for n in range(200) for item in (n % 35, 39)]
    done = past([*deeds, ("anna", 39, 30.0, 0), ("anna", 36, 29.0, 0)])
    found = dict(recommendation_lists(fit(done.interactions(len(goods.ids))), done, goods))
    popular = {one.offer_id for one in found["popular"] if one.reason.kind == "popular"}
    for one in found["anna"]:
        assert (one.reason.kind == "popular") <= (one.offer_id in popular), one


def tea_every_ten_days() -> list[Deed]:
    """Everybody's third product is used up in ten days; cups and lamps are bought once."""
    once = [(f"t{n}", item, float(n), 2) for n in range(20) for item in (0, 4)]
    return [*once, *((f"t{n}", 2, float(day), 2) for n in range(20) for day in range(n % 10, 90, 10))]


def again(items: tuple[Recommended, ...]) -> list[str]:
    return [one.offer_id for one in items if one.reason.kind == "again"]


def test_what_is_used_up_comes_again_when_it_is_due_and_not_before() -> None:
    deeds: list[Deed] = [*tea_every_ten_days(), ("anna", 2, 91.0, 2), ("anna", 4, 91.0, 2)]
    assert again(lists(deeds, at_day=91.5)["anna"]) == []
    found = lists(deeds, at_day=99.0)["anna"]
    assert found[0].offer_id == "s2/2"
    assert again(found) == ["s2/2"]
    assert again(lists(deeds, at_day=200.0)["anna"]) == []


def test_what_is_due_but_sold_out_or_hidden_does_not_come() -> None:
    deeds: list[Deed] = [*tea_every_ten_days(), ("anna", 2, 91.0, 2)]
    assert again(lists(deeds, at_day=99.0, sold_out=(2,))["anna"]) == []
    assert again(lists(deeds, {"anna": frozenset({"s2/2"})}, at_day=99.0)["anna"]) == []


def test_where_nobody_buys_anything_twice_no_place_is_given_to_repeats() -> None:
    once: list[Deed] = [(f"p{n}", item, float(n + item), 2) for n in range(30) for item in range(5)]
    assert all(not again(items) for items in lists(once, at_day=40.0).values())
