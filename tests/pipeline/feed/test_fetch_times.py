"""When an address is fetched next: a table of waits, and what hastens or delays them."""

from datetime import UTC, datetime, timedelta

import pytest

from ops.settings import FeedSettings
from pipeline.contracts.feeds import FeedFetch, FeedState, FetchedFile, FetchFault, FetchOutcome, Shop, fetch_of
from pipeline.feed import fetch_steps
from pipeline.feed.fetch_steps import FileFed
from pipeline.feed.fetch_times import due, is_known, wait_after

SETTINGS = FeedSettings(fetch_every_s=21_600, fetch_retry_s=300)
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
SHOP = Shop(store_id="s", address="https://shop.ru/feed.yml")
FILE = FetchedFile(token="t" * 11, etag='"1"')


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def told(shop: Shop = SHOP, at: datetime = NOW, failures: int = 0) -> FeedFetch:
    outcome = FetchOutcome.FAILED if failures else FetchOutcome.FETCHED
    return FeedFetch(store_id="s", of=fetch_of(shop), at=at, outcome=outcome, failures=failures, asked=shop.asked)


@pytest.mark.parametrize(
    ("failures", "waits"),
    [(1, 5), (2, 10), (3, 20), (4, 40), (8, 640), (9, 1280), (10, 1440), (11, 1440), (1_000_000, 1440)],
)
def test_the_wait_doubles_up_to_a_day(failures: int, waits: int) -> None:
    assert wait_after(failures, SETTINGS) == minutes(waits)
    assert due(SHOP, told(failures=failures), SETTINGS, NOW) == NOW + minutes(waits)


def test_what_was_never_fetched_is_fetched_now() -> None:
    assert due(SHOP, None, SETTINGS, NOW) == NOW


def test_the_shops_own_interval_stands_before_that_of_the_settings() -> None:
    assert due(SHOP, told(), SETTINGS, NOW) == NOW + minutes(360)
    hourly = Shop(store_id="s", address=SHOP.address, every_s=3_600)
    assert due(hourly, told(hourly), SETTINGS, NOW) == NOW + minutes(60)


def test_who_asks_has_it_soon_and_once() -> None:
    asks = Shop(store_id="s", address=SHOP.address, asked=NOW)
    assert due(asks, told(at=NOW - minutes(30)), SETTINGS, NOW) == NOW
    assert due(asks, told(at=NOW - minutes(30), failures=9), SETTINGS, NOW) == NOW
    assert due(asks, told(at=NOW), SETTINGS, NOW) == NOW + timedelta(seconds=2)
    assert due(asks, told(asks), SETTINGS, NOW) == NOW + minutes(360)


def test_a_site_that_asks_for_time_has_it_but_not_for_longer_than_a_day() -> None:
    busy = fetch_steps.failed(
        SHOP, None, FetchFault.STATUS, "429", not_before=NOW + minutes(50), now=NOW
    )  # fmt: skip
    assert due(SHOP, busy, SETTINGS, NOW) == NOW + minutes(50)
    years = fetch_steps.failed(SHOP, None, FetchFault.STATUS, "429", not_before=NOW + minutes(10**6), now=NOW)
    assert due(SHOP, years, SETTINGS, NOW) == NOW + minutes(1440)


def test_a_clock_that_was_put_back_does_not_silence_a_shop() -> None:
    assert due(SHOP, told(at=NOW + timedelta(days=400)), SETTINGS, NOW) <= NOW + timedelta(days=1)


def test_what_failed_and_is_well_again() -> None:
    first = fetch_steps.failed(SHOP, None, FetchFault.AWAY, "", not_before=None, now=NOW)
    second = fetch_steps.failed(SHOP, first, FetchFault.SLOW, "", not_before=None, now=NOW + minutes(5))
    assert (second.failures, second.failing_since, second.fault) == (2, NOW, FetchFault.SLOW)
    well = fetch_steps.fetched(SHOP, second, FILE, NOW + minutes(15))
    assert (well.failures, well.failing_since, well.fault, well.pending) == (0, None, None, FILE)
    same = fetch_steps.same(SHOP, fetch_steps.failed(SHOP, well, FetchFault.AWAY, "", not_before=None, now=NOW), NOW)
    assert (same.failures, same.failing_since) == (0, None)


def test_our_own_disk_is_tried_again_without_telling_the_shop() -> None:
    ours = fetch_steps.failed(SHOP, None, FetchFault.OURS, "No space left", not_before=None, now=NOW)
    assert (ours.failures, ours.failing_since) == (1, None)


@pytest.mark.parametrize(
    ("state", "known"),
    [(FeedState.DONE, True), (FeedState.WAITING, True), (FeedState.INCOMPLETE, False), (FeedState.REFUSED, False),
     (FeedState.SUPERSEDED, False)],
)  # fmt: skip
def test_a_file_that_was_not_read_as_a_whole_is_fetched_again_whatever_its_site_says(
    state: FeedState, known: bool
) -> None:
    there = fetch_steps.fetched(SHOP, None, FILE, NOW)
    fed = fetch_steps.fed(there, FileFed(state, sent=3, withdrawn=2, refused=1), NOW)
    assert (fed.pending, fed.came, fed.sent, fed.withdrawn, fed.refused) == (None, state, 3, 2, 1)
    assert is_known(fed, NOW + minutes(60)) == known
    assert not is_known(fed, NOW + timedelta(days=8)), "after a week it is read anyhow"


def test_a_file_of_which_nobody_knows_what_came_is_fetched_again() -> None:
    assert not is_known(fetch_steps.fed(fetch_steps.fetched(SHOP, None, FILE, NOW), None, NOW), NOW)


def test_another_address_or_scope_begins_anew() -> None:
    known = told()
    assert fetch_steps.of_shop(SHOP, known) is known
    for other in (
        Shop(store_id="s", address="https://shop.ru/other.yml"),
        Shop.model_validate(SHOP.model_dump() | {"scope": "whole"}),
    ):
        assert fetch_steps.of_shop(other, known) is None
