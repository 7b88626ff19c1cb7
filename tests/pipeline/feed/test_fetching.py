"""Feeds from addresses: the real folder service over real HTTP and a Kafka that keeps."""

import asyncio
import logging
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from pipeline.contracts.feeds import (
    FeedFetch,
    FeedRun,
    FeedState,
    FetchedFile,
    FetchFault,
    FetchOutcome,
    Shop,
    address_file,
    fetch_of,
)
from pipeline.contracts.messages import now
from pipeline.feed.address_folder import name_of
from tests.pipeline.feed.feed_site import FeedSite, feed_site
from tests.pipeline.feed.keeping import KeepingKafka, KeptShops
from tests.pipeline.feed.shops_folder import ShopsFolder, catalogue, offer, watched


def lab(
    folder: Path,
    shops: KeptShops | None = None,
    *,
    kafka: KeepingKafka | None = None,
    states: dict[str, FeedFetch] | None = None,
    fetch_at_once: int = 4,
) -> AbstractAsyncContextManager[ShopsFolder]:
    """The service, which may fetch from this machine. No interval is shorter than a minute: asking hastens it."""
    return watched(folder, kafka, shops, states, fetch_private=True, fetch_retry_s=0.2, fetch_at_once=fetch_at_once)


def hidden(folder: Path) -> list[str]:
    """Files that are written just now, or were left unfinished."""
    return [path.name for path in folder.glob("*/.address-*.part")]


def everywhere(folder: Path) -> str:
    """The names of all that lies in the folder, and what the reports say."""
    return "\n".join([*map(str, folder.rglob("*")), *(path.read_text() for path in folder.rglob("*.report.txt"))])


def shop(site: FeedSite, store_id: str = "s", path: str = "/feed.yml", **more: object) -> Shop:
    return Shop.model_validate({"store_id": store_id, "address": site.url + path} | more)


def registry(*shops: Shop) -> KeptShops:
    return KeptShops({one.store_id: one for one in shops})


async def ask(shops: KeptShops, store_id: str = "s") -> None:
    """Somebody wants it fetched now."""
    await shops.put(store_id, Shop.model_validate(shops.all[store_id].model_dump() | {"asked": now()}))


def told(folder: ShopsFolder, outcome: FetchOutcome) -> list[FeedFetch]:
    """What was told of fetches that ended so and left nothing to be fed."""
    return [one for one in folder.kafka.fetches() if one and one.outcome is outcome and one.pending is None]


def runs(folder: ShopsFolder) -> list[FeedRun]:
    return [run for run in folder.kafka.runs().values() if run.state is not FeedState.RUNNING]


async def test_an_address_is_fetched_fed_and_unchanged_the_second_time(tmp_path: Path) -> None:
    async with feed_site(catalogue(offer("1"), offer("2"))) as site:
        shops = registry(shop(site))
        async with lab(tmp_path, shops) as folder:
            await folder.until(lambda: bool(told(folder, FetchOutcome.FETCHED)))
            (fetch,) = told(folder, FetchOutcome.FETCHED)
            assert (fetch.came, fetch.sent, fetch.failures) == (FeedState.DONE, 2, 0)
            (run,) = runs(folder)
            assert (run.channel, run.file, run.store_id, run.sent) == ("address", f"s/{site.address}", "s", 2)
            written = len(folder.kafka.written())
            await ask(shops)
            await folder.until(lambda: bool(told(folder, FetchOutcome.SAME)))
            first, second = runs(folder)
            assert (second.state, second.same_file, second.sent, second.channel) == ("done", True, 0, "address")
            assert second.run_id > first.run_id
            assert len(folder.kafka.written()) == written
            assert "If-None-Match" in site.asked[1].headers
            site.content = catalogue(offer("1"))
            await ask(shops)
            await folder.until(lambda: len(told(folder, FetchOutcome.FETCHED)) == 2)
            assert told(folder, FetchOutcome.FETCHED)[1].withdrawn == 1
            assert folder.left() == []


async def test_what_was_told_outlives_a_restart(tmp_path: Path) -> None:
    kafka, states = KeepingKafka(), dict[str, FeedFetch]()
    async with feed_site(catalogue(offer("1"))) as site:
        shops = registry(shop(site))
        async with lab(tmp_path, shops, kafka=kafka, states=states) as folder:
            await folder.until(lambda: bool(told(folder, FetchOutcome.FETCHED)))
        assert states["s"].known is not None
        async with lab(tmp_path, shops, kafka=kafka, states=states) as folder:
            await asyncio.sleep(0.3)
            assert len(site.asked) == 1, "it is not due yet"
            await ask(shops)
            await folder.until(lambda: bool(told(folder, FetchOutcome.SAME)))


async def test_a_busy_site_is_left_alone_as_long_as_it_asks(tmp_path: Path) -> None:
    async with feed_site(catalogue(offer("1"))) as site:
        site.status = 503
        async with lab(tmp_path, registry(shop(site))) as folder:
            await folder.until(lambda: len(told(folder, FetchOutcome.FAILED)) >= 1)
            first = told(folder, FetchOutcome.FAILED)[0]
            assert (first.fault, first.detail, first.failures) == (FetchFault.STATUS, "503", 1)
            assert first.not_before is not None, "the site asks for two minutes"
            await asyncio.sleep(0.5)
            assert len(site.asked) == 1


async def test_it_is_tried_again_sooner_and_later_until_it_is_well(tmp_path: Path) -> None:
    async with feed_site(catalogue(offer("1"))) as site:
        shops = registry(shop(site, path="/cut"))
        async with lab(tmp_path, shops) as folder:
            await folder.until(lambda: len(told(folder, FetchOutcome.FAILED)) == 3)
            failed = told(folder, FetchOutcome.FAILED)
            assert [each.failures for each in failed] == [1, 2, 3]
            assert len({each.failing_since for each in failed}) == 1
            assert (failed[2].at - failed[1].at).total_seconds() >= 0.4
            assert {each.fault for each in failed} == {FetchFault.CUT_OFF}
            assert runs(folder) == [], "what was cut off is not fed, and withdraws nothing"
            assert hidden(tmp_path) == folder.left() == []
            await shops.put("s", shop(site))
            await folder.until(lambda: bool(told(folder, FetchOutcome.FETCHED)))
            assert told(folder, FetchOutcome.FETCHED)[0].failing_since is None


async def test_a_file_that_cannot_be_read_is_fetched_as_a_whole_the_next_time(tmp_path: Path) -> None:
    async with feed_site(b"<html>Maintenance</html>") as site:
        shops = registry(shop(site))
        async with lab(tmp_path, shops) as folder:
            await folder.until(lambda: bool(told(folder, FetchOutcome.FETCHED)))
            assert told(folder, FetchOutcome.FETCHED)[0].came is FeedState.REFUSED
            await ask(shops)
            await folder.until(lambda: len(told(folder, FetchOutcome.FETCHED)) == 2)
            assert "If-None-Match" not in site.asked[1].headers


async def test_one_at_a_time_a_shop_and_few_in_all(tmp_path: Path) -> None:
    async with feed_site(catalogue(offer("1"))) as site:
        site.slow_s = 0.2
        shops = registry(*(shop(site, f"s{number}") for number in range(6)))
        async with lab(tmp_path, shops, fetch_at_once=2) as folder:
            for number in range(6):
                await ask(shops, f"s{number}")
                await ask(shops, f"s{number}")
            await folder.until(lambda: len(told(folder, FetchOutcome.FETCHED)) >= 6)
            assert site.most == 2
            assert len(site.asked) == 6, "asked for while it is fetched, it is fetched again only after a while"


async def test_an_address_that_is_taken_away_is_fetched_no_more(tmp_path: Path) -> None:
    async with feed_site(catalogue(offer("1"))) as site:
        shops = registry(shop(site, path="/endless"))
        async with lab(tmp_path, shops) as folder:
            await folder.until(lambda: bool(hidden(tmp_path)))
            await shops.put("s", Shop(store_id="s"))
            await folder.until(lambda: site.now == 0)
            assert hidden(tmp_path) == []
            await shops.put("s", shop(site))
            await folder.until(lambda: bool(told(folder, FetchOutcome.FETCHED)))
            await shops.put("s", None)
            assert folder.kafka.fetches()[-1] is None


async def test_a_stop_leaves_no_junk_and_a_kill_none_after_the_next_start(tmp_path: Path) -> None:
    async with feed_site() as site:
        async with lab(tmp_path, registry(shop(site, path="/endless"))) as folder:
            await folder.until(lambda: bool(hidden(tmp_path)))
        assert hidden(tmp_path) == []
        (tmp_path / "s" / ".address-killed.part").write_bytes(b"x")
        (tmp_path / "s" / "upload.part").write_bytes(b"x")
        async with lab(tmp_path):
            assert hidden(tmp_path) == []
            assert "upload.part" in everywhere(tmp_path), "what is another's stays"


async def test_a_file_that_was_fetched_before_a_kill_is_fed_and_settled_after_it(tmp_path: Path) -> None:
    async with feed_site(catalogue(offer("1"))) as site:
        one = shop(site)
        file = FetchedFile(token="t" * 11, etag='"7"')
        left = FeedFetch(store_id="s", of=fetch_of(one), at=now(), outcome=FetchOutcome.FETCHED, pending=file)
        (tmp_path / "s").mkdir()
        (tmp_path / "s" / address_file(file.token, "feed.yml")).write_bytes(catalogue(offer("1"), offer("2")))
        states = {"s": left}
        async with lab(tmp_path, registry(one), states=states) as folder:
            await folder.until(lambda: bool(told(folder, FetchOutcome.FETCHED)))
            assert (states["s"].known, states["s"].sent) == (file, 2)
            assert site.asked == [], "it is not due"
            assert runs(folder)[0].channel == "address"


async def test_a_file_that_is_gone_keeps_nobody_waiting(tmp_path: Path) -> None:
    async with feed_site(catalogue(offer("1"))) as site:
        one = shop(site)
        file = FetchedFile(token="t" * 11, etag='"7"')
        states = {"s": FeedFetch(store_id="s", of=fetch_of(one), at=now(), outcome=FetchOutcome.FETCHED, pending=file)}
        shops = registry(one)
        async with lab(tmp_path, shops, states=states) as folder:
            await folder.until(lambda: states["s"].pending is None)
            assert states["s"].known is None


async def test_a_shop_that_can_have_no_folder_is_our_own_fault(tmp_path: Path) -> None:
    async with feed_site() as site, lab(tmp_path, registry(shop(site, ".hidden"))) as folder:
        await folder.until(lambda: bool(told(folder, FetchOutcome.FAILED)))
        fetch = told(folder, FetchOutcome.FAILED)[0]
        assert (fetch.fault, fetch.failing_since) == (FetchFault.OURS, None)


async def test_passwords_stand_nowhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with feed_site(catalogue(offer("1"), "<offer id='2'></offer>")) as site:
            one = Shop(store_id="s", address=site.with_password())
            shops = registry(one)
            async with lab(tmp_path, shops) as folder:
                await folder.until(lambda: bool(told(folder, FetchOutcome.FETCHED)))
                (run,) = runs(folder)
                assert run.file == f"s/{site.url.replace('://', '://•••@')}/feed.yml?token=•••"
                assert run.refused == 1
                site.status = 403
                await ask(shops)
                await folder.until(lambda: bool(told(folder, FetchOutcome.FAILED)))
                everything = b"".join(value or b"" for _, _, value in folder.kafka.records)
                keys = "".join(key for _, key, _ in folder.kafka.records)
    for place in (everything.decode(), keys, everywhere(tmp_path), caplog.text):
        assert "s3cret" not in place


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://shop.ru/s3cret-key/feed.yml?token=s3cret", "feed.yml"),
        ("https://shop.ru/all.JSONL.GZ", "feed.jsonl.gz"),
        ("https://shop.ru/all.zip", "feed.zip"),
        ("https://shop.ru/export.php?a=b.yml", "feed"),
        ("https://shop.ru/", "feed"),
        ("https://[", "feed"),
    ],
)
def test_a_fetched_file_is_called_by_its_ending_alone(address: str, name: str) -> None:
    assert name_of(address) == name
