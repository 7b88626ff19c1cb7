"""What a taste learns from requests, that it survives Kafka's absence, and how a pick reads in a terminal."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from bot.features.recommendations.models import PREFERENCES, Preferences
from bot.features.recommendations.recommender import RecommendedItem
from bot.features.recommendations.store import LIKED, RECENT, PreferenceStore, learnt
from bot.products.sections import related
from bot.state.buffered import BufferedStore
from bot.terminal.recommendations import RecommendedInTerminal, show
from pipeline.contracts.messages import ClientRequest, Reason, RequestKind
from tests.bot.world.memory import Clock, product
from tests.bot.world.stores import MemoryStore
from tests.waiting import until

START = datetime(2026, 11, 24, tzinfo=UTC)


def _request(kind: str, offer_id: str | None, *hits: str) -> ClientRequest:
    return ClientRequest(request_id="r", user="anna", kind=RequestKind(kind), offer_id=offer_id, hits=hits)


def test_views_and_likes_stay_in_order_and_are_bounded() -> None:
    taste = Preferences()
    for number in range(200):
        taste = learnt(taste, _request("view", f"p{number}", f"p{number}"))
        taste = learnt(taste, _request("like", f"p{number}"))
    assert len(taste.recent) == RECENT
    assert len(taste.liked) == LIKED
    taste = learnt(taste, _request("view", "p180", "p180"))
    assert taste.recent[-1] == "p180"
    assert taste.recent.count("p180") == 1


@pytest.mark.parametrize("kind", ["hide", "dislike"])
@pytest.mark.parametrize("back", ["unhide", "like"])
def test_what_is_hidden_leads_nowhere_until_it_is_brought_back_as_it_was(kind: str, back: str) -> None:
    liked = learnt(Preferences(), _request("like", "p1"))
    hidden = learnt(liked, _request(kind, "p1"))
    assert (hidden.leading, hidden.hidden, hidden.disliked) == ((), ("p1",), ("p1",) if kind == "dislike" else ())
    again = learnt(hidden, _request(back, "p1"))
    assert (again.leading, again.liked, again.hidden, again.disliked) == (("p1",), ("p1",), (), ())


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("Электроника / Умные часы", "Электроника / умные часы", True),
        ("Электроника / Умные часы", "Электроника / Ремешки", True),
        ("Электроника", "Электроника / Ремешки", True),
        ("Электроника / Умные часы", "Книги / Кулинария", False),
        ("Дом / Кухня / Чайники", "Дом / Сад / Семена", False),
        ("Часы", "Книги", False),
        ("", "Книги", True),
    ],
)
def test_sections_that_have_to_do_with_one_another(one: str, other: str, near: bool) -> None:
    left, right = product("a", "x", category=one), product("b", "y", category=other)
    assert related(left, right) is related(right, left) is near


def test_searches_and_refused_cards_say_nothing() -> None:
    taste = Preferences()
    assert learnt(taste, _request("search", None, "p1")) is taste
    assert learnt(taste, _request("view", "p1")) is taste


async def test_a_taste_waits_for_kafka_in_memory() -> None:
    states = MemoryStore(PREFERENCES)
    kept = BufferedStore(states, PREFERENCES)
    preferences = PreferenceStore(kept, lambda: START)
    states.down = True
    preferences.learn(_request("view", "p1", "p1"))
    assert preferences.of("anna").recent == ("p1",)
    states.down = False
    preferences.learn(_request("view", "p2", "p2"))
    await until(lambda: states.kept.get("anna") == preferences.of("anna"), "the taste is kept")
    assert states.kept["anna"].recent == ("p1", "p2")
    await kept.put("anna", None)
    assert preferences.of("anna").recent == ()
    assert states.kept == {}


def test_a_pick_in_a_terminal() -> None:
    pick = RecommendedItem(product("p1", "Watch"), Reason(kind="viewed", offer_id="p2"), "Strap")
    answer = RecommendedInTerminal((pick,), "en")
    out = io.StringIO()
    show(answer, Console(file=out, width=120))
    assert "Similar to “Strap”, which you viewed" in out.getvalue()
    assert answer.lines()[0].words == "Similar to “Strap”, which you viewed"


async def test_tastes_of_half_a_year_ago_are_swept() -> None:
    clock = Clock()
    states = MemoryStore(PREFERENCES)
    states.set("old", Preferences(recent=("a",), at=clock() - timedelta(days=181)))
    states.set("new", Preferences(recent=("a",), at=clock() - timedelta(days=179)))
    assert await PreferenceStore(BufferedStore(states, PREFERENCES), clock).sweep() == 1
    assert list(states.kept) == ["new"]
