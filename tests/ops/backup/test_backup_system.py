"""A backup of a real Kafka, brought into a new one: bans, roles and watches are there, and nothing else is written."""

import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.access import GRANTS, RoleGrant
from bot.core.people import SETTINGS, PersonSettings
from bot.features.watches.models import PRICES, PriceWatch
from ops.kafka import Kafka
from ops.settings import Settings
from ops.stack.running import RunningStack
from pipeline.contracts.messages import AuditEntry, Ban, encode
from pipeline.contracts.topics import AUDIT, BANS, CHAT_STATE, CLIENT_REQUESTS
from pipeline.kafka.live_view import LiveView
from tests.conftest import CHECKOUT, own_stack
from tests.pipeline.topic_reader import read_topic

pytestmark = pytest.mark.system


@pytest.fixture
def new_stack() -> Iterator[RunningStack]:
    with own_stack("restored", "topics") as running:
        yield running


def ops(stack: RunningStack, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """`python -m ops …` on that stack."""
    return subprocess.run(
        [sys.executable, "-m", "ops", *arguments],
        env={"YARMARKA_STACK_DIR": str(stack.directory.root), "PATH": "/usr/bin:/bin", "NO_COLOR": "1"},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


async def test_a_new_stack_has_everything_that_was_saved(
    stack: RunningStack, new_stack: RunningStack, unique: str, tmp_path: Path
) -> None:
    kept, lifted = f"product:{unique}", f"product:{unique}-lifted"
    watch = PriceWatch(user_id=7, product_id="x", name="X", price=10.0, currency="RUB")
    async with Kafka(stack.settings, "bot").producer() as producer:
        await producer.send_and_wait(BANS.name, encode(Ban(rule=kept, reason="why", by="somebody")), kept.encode())
        await producer.send_and_wait(BANS.name, encode(Ban(rule=lifted)), lifted.encode())
        await producer.send_and_wait(BANS.name, None, lifted.encode(), headers=[("schema_version", b"1")])
        for key, value in (
            (f"{GRANTS.prefix}{unique}", encode(RoleGrant(role="admin", user_id=7))),
            (f"{SETTINGS.prefix}{unique}", encode(PersonSettings(language="en"))),
            (f"{PRICES.prefix}{unique}", encode(watch)),
        ):
            await producer.send_and_wait(CHAT_STATE.name, value, key.encode(), timestamp_ms=1_700_000_000_000)
        line = AuditEntry(entry_id=unique, actor=unique, action="ban", target=kept)
        await producer.send_and_wait(AUDIT.name, encode(line), unique.encode())
        await producer.send_and_wait(CLIENT_REQUESTS.name, b"{}", unique.encode())

    saved = ops(stack, "backup", str(tmp_path / "backup"))
    assert saved.returncode == 0, saved.stderr
    assert "bans: " in saved.stdout
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "backup").iterdir()}
    assert set(files) >= {
        "products.jsonl.gz",
        "bans.jsonl.gz",
        "chat_state.jsonl.gz",
        "audit.jsonl.gz",
        "user-hash.key",
    }
    assert "client_requests.jsonl.gz" not in files
    assert set(files.values()) == {0o600}
    again = ops(stack, "backup", str(tmp_path / "backup"))
    assert (again.returncode, "has a backup already" in again.stderr) == (2, True), again.stderr

    refused = ops(new_stack, "restore", str(tmp_path / "backup"))
    assert "is another key than the backup's" in refused.stderr
    own_key = new_stack.settings.credentials / "bot" / "user-hash.key"
    shutil.copy(tmp_path / "backup" / "user-hash.key", own_key)
    restored = ops(new_stack, "restore", str(tmp_path / "backup"))
    assert restored.returncode == 0, restored.stderr

    kafka = Kafka(new_stack.settings, "bot")
    async with LiveView(kafka, BANS, Ban) as bans:
        assert bans.get(lifted) is None
        ban = bans.get(kept)
        assert ban is not None and (ban.reason, ban.by) == ("why", "somebody")
    async with (
        LiveView(kafka, CHAT_STATE, RoleGrant, prefix=GRANTS.prefix) as roles,
        LiveView(kafka, CHAT_STATE, PriceWatch, prefix=PRICES.prefix) as prices,
    ):
        role = roles.get(f"{GRANTS.prefix}{unique}")
        assert role is not None and role.user_id == 7
        assert prices.get(f"{PRICES.prefix}{unique}") == watch
    assert await everything(stack.settings, BANS.name) == await everything(new_stack.settings, BANS.name)
    assert await everything(stack.settings, CHAT_STATE.name) == await everything(new_stack.settings, CHAT_STATE.name)

    twice = ops(new_stack, "restore", str(tmp_path / "backup"))
    assert (twice.returncode, "is not empty" in twice.stderr) == (2, True), twice.stderr
    assert ops(new_stack, "restore", str(tmp_path / "backup"), "--force").returncode == 0


async def everything(settings: Settings, topic: str) -> list[tuple[object, ...]]:
    """Each record of a topic of one partition: key, value, headers, time."""
    records = await read_topic(settings, topic)
    return [(one.key, one.value, tuple(one.headers), one.timestamp) for one in records]
