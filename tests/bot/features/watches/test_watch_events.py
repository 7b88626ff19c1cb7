"""What is news: once, only what holds, and never what somebody knew."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from hypothesis import given
from hypothesis import strategies as st

from bot.core.people import QuietHours
from bot.features.watches import log_places
from bot.features.watches.log_places import FollowedProducts, LogPlace, is_after
from bot.features.watches.models import LogEnds, PriceWatch, SavedSearch
from bot.features.watches.quiet_hours import is_quiet
from bot.features.watches.round_prices import suggestions
from bot.features.watches.sent_times import SentTimes
from bot.features.watches.snapshots import ProductSnapshots, is_new
from bot.features.watches.watch_events import DUE, TOLD, matches_told, price_told, with_matches, with_price
from bot.products.list_state import ListState
from pipeline.contracts.messages import ConvertedPrice, Price, Product, Stock
from tests.bot.world.memory import product

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PLACE = LogPlace("t", 0, 7)


def _watch(wanted: float | None = None, told: float | None = None) -> PriceWatch:
    return PriceWatch(user_id=1, offer_id="p", name="x", price=1000, currency="RUB", wanted=wanted, told=told)


@pytest.mark.parametrize(
    ("watch", "price", "due"),
    [
        (_watch(), 1000, None),
        (_watch(), 999.99, 999.99),
        (_watch(), 1200, None),
        (_watch(wanted=900), 901, None),
        (_watch(wanted=900), 900, 900),
        (_watch(told=950), 950, None),
        (_watch(told=950), 970, None),
        (_watch(told=950), 949, 949),
    ],
)
def test_a_price_is_news_when_it_is_low_enough_and_lower_than_told(
    watch: PriceWatch, price: float, due: float | None
) -> None:
    after = with_price(watch, product("p", "x", price))
    assert (after.due.price if after.due else None) == due
    assert (after is watch) is (due is None)


def _priced(amount: float, currency: str = "RUB", worth: float | None = None, **more: object) -> Product:
    converted = None if worth is None else ConvertedPrice(amount=worth, currency="RUB")
    made = product("p", "x", 1000.0, **more)
    return made.model_copy(update={"price": Price(amount=amount, currency=currency, converted=converted)})


@pytest.mark.parametrize(
    ("offer", "due"),
    [
        (_priced(0), None),
        (_priced(90, "USD"), None),
        (_priced(90, "USD", 8_100), None),
        (_priced(10, "USD", 900), 900),
        (_priced(900, stock=Stock(available=3, reserved=3)), None),
        (_priced(900, stock=Stock(available=3, reserved=2)), 900),
    ],
)
def test_only_what_it_costs_in_the_same_currency_and_can_be_had_is_a_fall(offer: Product, due: float | None) -> None:
    after = with_price(_watch(), offer)
    assert (after.due.price if after.due else None) == due


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        (_priced(900), _priced(950), False),
        (_priced(0), _priced(900), True),
        (_priced(90, "USD", 8_100), _priced(10, "USD", 900), True),
        (_priced(90, "USD"), _priced(90, "USD", 900), True),
        (_priced(900, stock=Stock(available=1, reserved=1)), _priced(900), True),
    ],
)
def test_what_comes_into_a_range_of_prices_is_new(before: Product, after: Product, new: bool) -> None:
    snapshots = ProductSnapshots()
    snapshots.put("p", before, PLACE)
    change = snapshots.put("p", after, PLACE)
    assert change is not None
    assert is_new(change, None, 1_000) is new


@pytest.mark.parametrize(
    "offer",
    [
        None,
        product("p", "x", 1, stock=Stock(available=0)),
        product("p", "x", 1000),
    ],
)
def test_what_cannot_be_bought_or_is_dear_again_takes_the_news_back(offer: Product | None) -> None:
    due = with_price(_watch(told=800), product("p", "x", 700))
    assert due.told == 700
    back = with_price(due, offer)
    assert (back.due, back.told) == (None, 800)


def test_another_currency_is_no_drop() -> None:
    offer = product("p", "x").model_copy(update={"price": Price(amount=1, currency="USD")})
    assert with_price(_watch(), offer).due is None


@given(st.lists(st.one_of(st.none(), st.floats(1, 2000)), max_size=12), st.booleans())
def test_told_prices_only_fall(prices: list[float | None], sent_at_once: bool) -> None:
    watch, told = _watch(), []
    for price in prices:
        watch = with_price(watch, None if price is None else product("p", "x", price))
        if watch.due is not None and sent_at_once:
            told.append(watch.due.price)
            watch = price_told(watch, watch.due.price)
    if watch.due is not None:
        told.append(watch.due.price)
    assert told == sorted(set(told), reverse=True)
    assert told or not any(price is not None and price < 1000 for price in prices[-1:]), "the last price is a drop"
    assert all(price < 1000 for price in told)


def test_a_price_that_falls_while_the_message_is_on_its_way_gets_another_message() -> None:
    watch = with_price(_watch(), product("p", "x", 900))
    assert watch.due is not None
    under_way = watch.model_copy(update={"due": watch.due.model_copy(update={"sending_since": NOON})})
    assert with_price(under_way, product("p", "x", 800)) is under_way, "the person may have read it already"
    after = with_price(price_told(under_way, 900), product("p", "x", 800))
    assert after.due is not None
    assert (after.due.price, after.due.told_before, after.due.sending_since) == (800, 900, None)


def test_matches_come_once_and_memory_is_bounded() -> None:
    saved = SavedSearch(user_id=1, search=ListState(text="x"))
    first = with_matches(saved, ["a", "b"])
    assert with_matches(first, ["b", "a"]) is first
    sent = matches_told(with_matches(first, ["c"]), ["a", "b"])
    assert sent.due == ("c",)
    assert with_matches(sent, ["a"]) is sent
    many = with_matches(saved, [str(number) for number in range(1000)])
    assert (len(many.due), len(many.told)) == (DUE, TOLD)


def test_the_shelf_tells_a_change_from_a_repeat_and_a_return_from_something_new() -> None:
    shelf = ProductSnapshots()
    first = shelf.put("p", product("p", "x", 1000), PLACE)
    assert first is not None
    assert is_new(first, None, None)
    assert shelf.put("p", product("p", "x", 1000), PLACE) is None
    cheaper = shelf.put("p", product("p", "x", 500), PLACE)
    assert cheaper is not None
    assert not is_new(cheaper, None, None)
    assert not is_new(cheaper, 100, 2000)
    assert is_new(cheaper, None, 600)
    gone = shelf.put("p", None, PLACE)
    assert gone is not None
    assert gone.after is None
    assert shelf.put("p", None, PLACE) is None
    back = shelf.put("p", product("p", "x", 500), PLACE)
    assert back is not None
    assert not is_new(back, None, None)
    renamed = shelf.put("p", product("p", "y", 500), PLACE)
    assert renamed is not None
    assert is_new(cheaper.after_that(renamed), None, None)


@pytest.mark.parametrize(
    ("hours", "offset", "quiet"),
    [((0, 0), 3, False), ((22, 8), 3, False), ((22, 8), 11, True), ((14, 16), 3, True), ((15, 16), 3, True),
     ((16, 15), 3, False), ((8, 15), 3, False), ((22, 8), -5, True)],
)  # fmt: skip
def test_quiet_hours_are_by_the_persons_clock(hours: tuple[int, int], offset: int, quiet: bool) -> None:
    local = NOON.astimezone(timezone(timedelta(hours=offset)))
    assert is_quiet(QuietHours(start=hours[0], end=hours[1]), local) is quiet


@pytest.mark.parametrize(
    ("since", "after"),
    [
        (None, True),
        (LogEnds(topic_id="t", ends={0: 7}), True),
        (LogEnds(topic_id="t", ends={0: 8}), False),
        (LogEnds(topic_id="t", ends={1: 100}), True),
        (LogEnds(topic_id="another", ends={0: 100}), True),
    ],
)
def test_what_came_after_a_search_was_saved_is_told_by_the_log_and_no_clock(since: LogEnds | None, after: bool) -> None:
    assert is_after(PLACE, since) is after
    if since is not None:
        assert LogEnds.model_validate_json(since.model_dump_json()) == since, "kept in Kafka as it was"


def test_what_is_written_again_is_not_news_and_what_is_newer_is_whatever_the_time_here() -> None:
    sent = SentTimes({0: 1_000, 1: 5_000})
    sent.learn(0, 3_000)
    sent.learn(0, 2_000)
    assert sent.is_known(0, 3_000, otherwise=9_999_999)
    assert not sent.is_known(0, 3_001, otherwise=9_999_999)
    assert not sent.is_known(1, 5_001, otherwise=0)
    assert sent.is_known(2, 4_000, otherwise=0), "of a partition without records the others say it"
    assert sent.noted() == {0: 3_000, 1: 5_000}
    assert SentTimes[int]({}).is_known(0, 10, otherwise=11)


@pytest.mark.parametrize(
    ("price", "round_ones"),
    [
        (14_990, (14_200, 13_400, 11_900)),
        (6_990, (6_600, 6_200, 5_500)),
        (1_290, (1_200, 1_150, 1_000)),
        (420, (390, 370, 330)),
        (129_990, (123_000, 116_000, 103_000)),
        (25, (20,)),
        (9, ()),
    ],
)
def test_suggested_prices_are_round_and_lower(price: float, round_ones: tuple[int, ...]) -> None:
    assert suggestions(price) == round_ones


@given(st.floats(0.01, 1e9))
def test_every_suggestion_is_lower_than_the_price(price: float) -> None:
    assert all(0 < wanted < price for wanted in suggestions(price))


async def test_where_the_log_ends_is_not_known_while_nobody_follows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_places, "ANSWERS_WITHIN_S", 0.01)
    followed = FollowedProducts()
    with pytest.raises(KafkaError):
        await followed.ends()
    followed.opened(AIOKafkaConsumer(), "t", [])
    followed.closed()
    with pytest.raises(KafkaError):
        await followed.ends()
