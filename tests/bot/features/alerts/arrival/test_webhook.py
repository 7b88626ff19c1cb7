"""The webhook over real HTTP: what Alertmanager is told, and when."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import orjson
import pytest
from aiokafka.errors import KafkaConnectionError

from bot.features.alerts.arrival.inbox import AlertInbox
from bot.features.alerts.arrival.webhook import LARGEST_BYTES, listening
from bot.features.alerts.models import Notification
from ops.settings import Settings
from tests.bot.world.alert_samples import alert, payload

TOKEN = "secret-of-the-webhook"


class Store:
    """Keeps notifications, or fails as Kafka does."""

    def __init__(self) -> None:
        self.kept: list[Notification] = []
        self.fails = False
        self.hangs = False

    async def __call__(self, notification: Notification) -> None:
        if self.fails:
            raise KafkaConnectionError("no broker")
        if self.hangs:
            await asyncio.Event().wait()
        self.kept.append(notification)


@contextlib.asynccontextmanager
async def webhook(tmp_path: Path, store: Store) -> AsyncIterator[str]:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "webhook.token").write_text(TOKEN, encoding="ascii")
    async with listening(Settings(credentials=tmp_path), store, AlertInbox()) as address:
        yield address


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
async def address(tmp_path: Path, store: Store) -> AsyncIterator[str]:
    async with webhook(tmp_path, store) as listens:
        yield listens


async def post(address: str, body: bytes, authorization: str | None = f"Bearer {TOKEN}") -> int:
    headers = {} if authorization is None else {"Authorization": authorization}
    async with aiohttp.ClientSession() as session, session.post(address, data=body, headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer wrong", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer тайна"]
)
async def test_strangers_are_told_401_and_nothing_is_kept(
    address: str, store: Store, authorization: str | None
) -> None:
    assert await post(address, orjson.dumps(payload()), authorization) == 401
    assert not store.kept


async def test_a_space_after_the_header_is_no_part_of_the_secret(address: str, store: Store) -> None:
    assert await post(address, orjson.dumps(payload()), f"Bearer {TOKEN} ") == 200
    assert len(store.kept) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        orjson.dumps(payload(version="3")),
        orjson.dumps(payload(groupKey="")),
        orjson.dumps(payload(alerts=[{"status": "firing"}])),
        orjson.dumps(payload(alerts=[alert(status="odd")])),
        orjson.dumps(payload(truncatedAlerts=-1)),
    ],
)
async def test_garbage_is_told_400(address: str, store: Store, body: bytes) -> None:
    assert await post(address, body) == 400
    assert not store.kept


async def test_what_is_too_large_is_told_413(address: str, store: Store) -> None:
    body = orjson.dumps(payload())
    assert await post(address, body + b" " * (LARGEST_BYTES + 1 - len(body))) == 413
    assert not store.kept
    assert await post(address, body + b" " * (LARGEST_BYTES - len(body))) == 200


async def test_a_hundred_alerts_and_unknown_fields_are_kept_whole(address: str, store: Store) -> None:
    alerts = [alert(fingerprint=f"f{number}", unheardOf={"x": [1]}) for number in range(100)]
    body = orjson.dumps(payload("Many", "all", *alerts, truncatedAlerts=17, newField=True))
    assert await post(address, body) == 200
    assert (len(store.kept[0].alerts), store.kept[0].truncated_alerts) == (100, 17)


async def test_without_kafka_it_is_503_so_that_alertmanager_tries_again(address: str, store: Store) -> None:
    store.fails = True
    assert await post(address, orjson.dumps(payload())) == 503
    assert not store.kept
    store.fails = False
    assert await post(address, orjson.dumps(payload())) == 200
    assert len(store.kept) == 1


async def test_a_kafka_that_does_not_confirm_in_time_is_503(address: str, store: Store) -> None:
    store.hangs = True
    assert await post(address, orjson.dumps(payload())) == 503
