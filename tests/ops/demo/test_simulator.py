"""The simulated customers behave as the model says, and say of themselves that they are simulated."""

import math
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import orjson
import pytest

from ops.demo import events
from ops.demo.bans import allowed
from ops.demo.events import Event, Purchased, Reacted, Searched, Viewed
from ops.demo.offers import offers
from ops.demo.personas import CONSUMED, FOLLOWS, PERSONAS, PHRASES
from ops.demo.sections import sections
from ops.demo.simulator import Simulation
from pipeline.contracts.messages import ClientRequest, decode

UNTIL = datetime(2026, 11, 20, 15, tzinfo=UTC)
OFFERS = {offer.offer_id: offer for offer in allowed(offers())}


def _simulation(until: datetime = UNTIL, seed: int = 20) -> Simulation:
    return Simulation(tuple(OFFERS.values()), until, days=30, customers=400, seed=seed)


@pytest.fixture(scope="module")
def history() -> list[Event]:
    return list(_simulation().events())


def test_it_is_repeatable_and_in_order(history: list[Event]) -> None:
    assert list(_simulation().events()) == history
    assert list(_simulation(seed=21).events()) != history
    assert all(earlier.at <= later.at for earlier, later in pairwise(history))
    assert UNTIL - timedelta(days=30) <= history[0].at
    assert history[-1].at < UNTIL
    assert len(history) > 10_000


def test_everything_is_marked_and_fits_the_contract(history: list[Event]) -> None:
    found = [decode(ClientRequest, line) for line in events.lines(history)]
    assert len({request.request_id for request in found}) == len(history)
    for event, request in zip(history, found, strict=True):
        assert request.simulated
        assert request.channel == "simulator"
        assert (request.user, request.kind, request.at) == (event.user, event.kind, event.at)
        assert event.user.startswith("sim-")
        if not isinstance(event, Searched):
            assert request.offer_id == event.offer_id
    assert orjson.loads(next(iter(events.lines(history))))["simulated"] is True


def test_what_is_bought_was_seen_and_in_stock(history: list[Event]) -> None:
    seen: set[tuple[str, str]] = set()
    bought: Counter[tuple[str, str]] = Counter()
    for event in history:
        if isinstance(event, Viewed):
            seen.add((event.user, event.offer_id))
        elif isinstance(event, Purchased | Reacted):
            assert (event.user, event.offer_id) in seen
        if isinstance(event, Purchased):
            assert OFFERS[event.offer_id].available > 0
            assert event.quantity == 1 or OFFERS[event.offer_id].category in CONSUMED
            bought[event.user, event.offer_id] += 1
    again = {OFFERS[product].category for (_, product), count in bought.items() if count > 1}
    assert again <= CONSUMED
    assert {"Кофе"} <= again


def test_the_first_places_are_looked_at_more(history: list[Event]) -> None:
    views = Counter(event.position for event in history if isinstance(event, Viewed) and event.position is not None)
    assert all(views[place] > views[place + 1] for place in range(9))
    # Better ranks also have better products, so the fall is at least that of attention.
    assert views[9] / views[0] < 0.85**9


def test_a_funnel_narrows(history: list[Event]) -> None:
    kinds = Counter(str(event.kind) for event in history)
    assert kinds["view"] > kinds["search"] > kinds["like"] > kinds["purchase"] > kinds["hide"] > 50
    empty = sum(isinstance(event, Searched) and not event.hits for event in history)
    assert 0.02 < empty / kinds["search"] < 0.08


def test_personas_can_be_told_apart(history: list[Event]) -> None:
    """By the category they open most, four customers in five of the active are nearest to their own persona."""
    persona = {customer.user: customer.persona for customer in _simulation().customers()}
    views: dict[str, Counter[str]] = defaultdict(Counter)
    for event in history:
        if isinstance(event, Viewed):
            views[event.user][OFFERS[event.offer_id].category] += 1
    active = {user: found for user, found in views.items() if found.total() >= 20}

    def fit(user: str, name: str) -> float:
        likes = next(one.likes for one in PERSONAS if one.name == name)
        length = math.hypot(*likes.values())
        return sum(count * likes.get(category, 0) for category, count in active[user].items()) / length

    right = sum(
        max((one.name for one in PERSONAS), key=lambda name: fit(user, name)) == persona[user].name for user in active
    )
    assert len(active) > 150
    assert right / len(active) > 0.8


def test_the_thrifty_buy_cheaper_than_others(history: list[Event]) -> None:
    persona = {customer.user: customer.persona.name for customer in _simulation().customers()}
    prices: dict[str, list[int]] = defaultdict(list)
    for event in history:
        if isinstance(event, Viewed) and OFFERS[event.offer_id].category == "Ноутбуки":
            prices[persona[event.user]].append(OFFERS[event.offer_id].price)
    mean = {name: sum(found) / len(found) for name, found in prices.items()}
    assert mean["student"] < mean["gadgets"]


def test_seeds_are_for_spring() -> None:
    def share(until: datetime) -> float:
        found = [event for event in _simulation(until).events() if isinstance(event, Viewed)]
        return sum(OFFERS[event.offer_id].category == "Семена" for event in found) / len(found)

    assert share(datetime(2026, 4, 1, tzinfo=UTC)) > 2 * share(datetime(2026, 10, 1, tzinfo=UTC))


def test_a_strap_follows_a_watch(history: list[Event]) -> None:
    """Whoever bought a watch opens straps and chargers far more often than the others do."""
    buyers = {e.user for e in history if isinstance(e, Purchased) and OFFERS[e.offer_id].category == "Умные часы"}
    follow = {"Ремешки для умных часов", "Зарядки для часов"}
    assert set(FOLLOWS["Умные часы"]) == follow
    openers = {e.user for e in history if isinstance(e, Viewed) and OFFERS[e.offer_id].category in follow}
    everyone = {e.user for e in history}
    assert len(openers & buyers) / len(buyers) > 0.4
    assert len(openers - buyers) / len(everyone - buyers) < 0.02


def test_every_liked_category_exists_and_has_phrases() -> None:
    categories = {section.category for section in sections()}
    named = {category for persona in PERSONAS for category in persona.likes} | {c for f in FOLLOWS.values() for c in f}
    assert named <= categories
    assert set(PHRASES) == categories
    assert sum(persona.share for persona in PERSONAS) == pytest.approx(1)
