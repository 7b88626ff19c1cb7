"""`python -m pipeline ban|unban|bans` on real Kafka."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from elasticsearch import ApiError

from ops.elasticsearch import client as connect
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.bans import parse_rule
from pipeline.catalog.catalog import Catalog
from pipeline.catalog.request import SearchRequest
from tests.pipeline.filter import market
from tests.pipeline.filter.workers import CHECKOUT, Worker
from tests.pipeline.topic_reader import audit_entries

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]


def pipeline(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"YARMARKA_STACK_DIR": str(settings.stack_dir.resolve())}
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments],
        cwd=CHECKOUT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def listed(settings: Settings) -> dict[str, dict[str, str | None]]:
    return {ban["rule"]: ban for ban in orjson.loads(pipeline(settings, "bans", "--json").stdout)}


async def audit(settings: Settings, target: str) -> list[str]:
    found = await audit_entries(settings, target)
    return [entry.action for entry in found if entry.target == target and entry.result == "done"]


async def test_ban_list_unban(settings: Settings, unique: str) -> None:
    rule = f"brand:{unique}"
    done = pipeline(settings, "ban", f"brand: {unique.upper()}", "--reason", "fakes", "--until", "7d")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"banned {rule} until ")
    assert listed(settings)[rule]["reason"] == "fakes"
    assert rule in pipeline(settings, "list_banned").stdout
    assert pipeline(settings, "unban", rule).returncode == 0
    assert rule not in listed(settings)
    assert await audit(settings, rule) == ["ban", "unban"]
    again = pipeline(settings, "unban", rule)
    assert again.returncode == 1
    assert "is not banned" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ban", "prodct:1"), "product"),
        (("ban", "17"), "keyword:WORDS"),
        (("ban", "product:1", "--until", "yesterday"), "7d"),
        (("bans", "--apply", "no-such-file.json"), "no-such-file.json"),
    ],
)
def test_a_wrong_argument_is_told(settings: Settings, arguments: tuple[str, ...], said: str) -> None:
    done = pipeline(settings, *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_start_file_is_applied_once(settings: Settings, unique: str, tmp_path: Path) -> None:
    path = tmp_path / f"{unique}.json"
    path.write_bytes(orjson.dumps([f"{unique}-1", {"rule": f"seller:{unique}", "reason": "closed", "until": "7d"}]))
    rules = {f"product:{unique}-1", f"seller:{unique}"}
    assert pipeline(settings, "bans", "--apply", str(path), "--once").returncode == 0
    assert rules <= listed(settings).keys()
    pipeline(settings, "unban", f"product:{unique}-1")
    assert "applied before" in pipeline(settings, "bans", "--apply", str(path), "--once").stdout
    assert f"product:{unique}-1" not in listed(settings)
    pipeline(settings, "unban", f"seller:{unique}")


async def test_what_a_rule_hits_is_counted_before_the_ban(settings: Settings, unique: str) -> None:
    command = [sys.executable, "-m", "pipeline", "index"]
    environment = os.environ | {"YARMARKA_STACK_DIR": str(settings.stack_dir.resolve())}
    worker = Worker(settings)
    indexer = await asyncio.create_subprocess_exec(*command, env=environment, stderr=asyncio.subprocess.DEVNULL)
    try:
        await worker.ready()
        async with Kafka(settings, "feed").producer() as producer:
            for number in range(7):
                await (await market.send(producer, market.offer(f"{unique}/{number}")))
        rule = f"seller:{unique}"
        await _until_indexed(settings, unique, 7)
        done = pipeline(settings, "ban", rule)
        assert "hits 7 products in the index, for example\n  Чайник электрический" in done.stdout
        pipeline(settings, "unban", rule)
    finally:
        indexer.terminate()
        await indexer.wait()
        worker.stop()


def yml(name: str) -> str:
    """A shop's whole catalogue: one offer, and its number is 1."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><yml_catalog date="2026-11-20 12:30"><shop><name>Лавка</name>'
        '<categories><category id="1">Дом</category></categories><offers><offer id="1" available="true">'
        f"<name>{name}</name><price>1990</price><currencyId>RUR</currencyId><categoryId>1</categoryId></offer>"
        "</offers></shop></yml_catalog>"
    )


async def test_two_shops_that_number_from_one_have_two_offers(settings: Settings, unique: str, tmp_path: Path) -> None:
    number, shops = unique, (f"{unique}-north", f"{unique}-south")
    command = [sys.executable, "-m", "pipeline", "index"]
    environment = os.environ | {"YARMARKA_STACK_DIR": str(settings.stack_dir.resolve())}
    worker = Worker(settings)
    indexer = await asyncio.create_subprocess_exec(*command, env=environment, stderr=asyncio.subprocess.DEVNULL)
    try:
        await worker.ready()
        for shop in shops:
            path = tmp_path / "yml.xml"
            path.write_text(yml(f"Лампа {shop}").replace('id="1" available', f'id="{number}" available'))
            assert pipeline(settings, "feed", str(path), "--store", shop).returncode == 0
        for shop in shops:
            await _until_indexed(settings, shop, 1)
        several = pipeline(settings, "ban", f"product:{number}")
        assert several.returncode == 1
        assert f"product:{number} may mean 2 offers, write one of them" in several.stderr
        assert all(f"product:{shop}/{number} (Лампа {shop})" in several.stderr for shop in shops)
        start = tmp_path / f"{unique}.json"
        start.write_bytes(orjson.dumps([{"product_id": number}, f"{unique}-none"]))
        applied = pipeline(settings, "bans", "--apply", str(start))
        assert (applied.returncode, "may mean 2 offers" in applied.stderr) == (1, True)
        assert not [rule for rule in listed(settings) if rule.endswith(f"/{number}") or rule == f"product:{number}"]

        banned = pipeline(settings, "ban", f"product:{shops[0]}/{number}")
        assert f"hits 1 products in the index, for example\n  Лампа {shops[0]} ({shops[0]}/{number})" in banned.stdout
        await _until_indexed(settings, shops[0], 0)
        assert await _shown(settings, number) == [f"{shops[1]}/{number}"]
        assert pipeline(settings, "unban", f"product:{number}").stdout == f"unbanned product:{shops[0]}/{number}\n"
        await _until_indexed(settings, shops[0], 1)
        assert await _shown(settings, number) == [f"{shop}/{number}" for shop in shops]
        pipeline(settings, "unban", f"product:{unique}-none")
    finally:
        indexer.terminate()
        await indexer.wait()
        worker.stop()


async def _shown(settings: Settings, text: str) -> list[str]:
    """What a search for exactly this id finds first, by id."""
    async with connect(settings, "cli") as client:
        page = await Catalog(client, settings.search.alias).search(SearchRequest(text=text))
    best = max(page.scores, default=0.0)
    return sorted(one.offer_id for one, score in zip(page.products, page.scores, strict=True) if score > best / 2)


async def _until_indexed(settings: Settings, store_id: str, count: int) -> None:
    async with connect(settings, "cli") as client, asyncio.timeout(120):
        catalog = Catalog(client, settings.search.alias)
        while await _count(catalog, f"seller:{store_id}") != count:
            await asyncio.sleep(0.1)


async def _count(catalog: Catalog, rule: str) -> int:
    try:
        return await catalog.count(parse_rule(rule))
    except ApiError:
        return 0  # the indexer has not made the index yet, or just now
