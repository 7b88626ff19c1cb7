"""Reasons are true: they name what led there, never what is banned or hidden, and call popular what is so."""

from __future__ import annotations

from analytics.jobs.recommendation_tables import fit_hybrid, recommendation_lists
from pipeline.contracts.messages import Reason, Recommended
from tests.analytics.jobs.made_past import Deed, past, table

CATEGORIES = ("cups", "cups", "tea", "tea", "lamps", "lamps")


def walks() -> list[Deed]:
    """0 goes with 1, 2 with 3."""
    pairs = [(0, 1), (2, 3)] * 10
    return [(f"w{n}", item, n + later / 100, 0) for n, pair in enumerate(pairs) for later, item in enumerate(pair)]


def lists(deeds: list[Deed], hidden: dict[str, frozenset[str]] | None = None, banned: int = 0) -> dict[
    str, tuple[Recommended, ...]
]:  # fmt: skip
    goods, done = table(6, 6, categories=CATEGORIES, banned=banned), past(deeds, hidden)
    return dict(recommendation_lists(fit_hybrid(done, goods), done, goods))


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
    found = dict(recommendation_lists(fit_hybrid(done, goods), done, goods))
    popular = {one.offer_id for one in found["popular"] if one.reason.kind == "popular"}
    for one in found["anna"]:
        assert (one.reason.kind == "popular") <= (one.offer_id in popular), one
