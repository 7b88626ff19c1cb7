"""A backup of a real Kafka, brought into a new one: bans, roles and watches are there, and nobody who was forgotten."""

import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.access import GRANTS, RoleGrant
from bot.core.people import SETTINGS, PersonSettings
from bot.features.watches.models import PRICES, PriceWatch
from ops.backup import command
from ops.backup.directory import Backup
from ops.backup.forgotten import NAME, Forgotten
from ops.errors import StartupError
from ops.kafka import Kafka
from ops.settings import Settings
from ops.stack.running import RunningStack
from pipeline.contracts.messages import AuditEntry, Ban, encode
from pipeline.contracts.topics import AUDIT, BANS, CHAT_STATE, CLIENT_REQUESTS
from pipeline.kafka.live_view import LiveView
from tests.conftest import CHECKOUT, own_stack
from tests.pipeline.topic_reader import read_topic

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]
PHRASE = b"correct horse battery"
WATCH = PriceWatch(user_id=7, offer_id="x", name="X", price=10.0, currency="RUB")
LONG_AGO_MS = 1_700_000_000_000


@pytest.fixture
def new_stack() -> Iterator[RunningStack]:
    with own_stack("restored", "topics") as running:
        yield running


async def fill(settings: Settings, unique: str) -> None:
    """A ban and one that was lifted; a role, settings and a watch; settings and a watch of somebody who will go."""
    kept, lifted, gone = f"product:{unique}", f"product:{unique}-lifted", f"{unique}-gone"
    async with Kafka(settings, "bot").producer() as producer:
        await producer.send_and_wait(BANS.name, encode(Ban(rule=kept, reason="why", by="somebody")), kept.encode())
        await producer.send_and_wait(BANS.name, encode(Ban(rule=lifted)), lifted.encode())
        await producer.send_and_wait(BANS.name, None, lifted.encode(), headers=[("schema_version", b"1")])
        for key, value in (
            (f"{SETTINGS.prefix}{unique}", encode(PersonSettings(language="en"))),
            (f"{PRICES.prefix}{unique}", encode(WATCH)),
            (f"{SETTINGS.prefix}{gone}", encode(PersonSettings(language="en"))),
            (f"{PRICES.prefix}{gone}:x", encode(WATCH)),
        ):
            await producer.send_and_wait(CHAT_STATE.name, value, key.encode(), timestamp_ms=LONG_AGO_MS)
        for person in (unique, gone):
            grant = encode(RoleGrant(role="admin", user_id=7))
            await producer.send_and_wait(GRANTS.topic.name, grant, person.encode(), timestamp_ms=LONG_AGO_MS)
        line = AuditEntry(entry_id=unique, actor=unique, action="ban", target=kept)
        await producer.send_and_wait(AUDIT.name, encode(line), unique.encode())
        await producer.send_and_wait(CLIENT_REQUESTS.name, b"{}", unique.encode())


async def backup(stack: RunningStack, target: Path) -> list[str]:
    kafka = Kafka(stack.settings, "admin")
    return [line async for line in command.backup(kafka, target, lake=None, passphrase=PHRASE)]


async def restore(stack: RunningStack, source: Path, *, force: bool = False, check: bool = False) -> list[str]:
    kafka = Kafka(stack.settings, "admin")
    told = command.restore(kafka, source, passphrase=PHRASE, force=force, only_check=check)
    return [line async for line in told]


async def test_a_new_stack_has_everything_that_was_saved(
    stack: RunningStack, new_stack: RunningStack, unique: str, tmp_path: Path
) -> None:
    await fill(stack.settings, unique)
    place = tmp_path / "backups" / "one"
    listing = "\n".join(await backup(stack, place))
    assert "kept: the topic bans, " in listing
    assert "not kept: the topic client_requests" in listing
    assert "not kept: the tables of the lake" in listing
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in place.iterdir()}
    topics = (f"{topic}.jsonl.gz.sealed" for topic in ("products", "bans", "chat_state", "roles", "audit"))
    assert set(files) >= {*topics, "user-hash.key.sealed", "manifest.json"}
    assert set(files.values()) == {0o600}

    # Somebody asks to be forgotten after the backup was made; a later backup has noted it beside this one.
    asked = Forgotten.load(place.parent / NAME) | Forgotten.asked({f"{unique}-gone": datetime.now(UTC)})
    asked.save(place.parent / NAME)
    with pytest.raises(StartupError, match="is another key than the backup's"):
        await restore(new_stack, place)
    # The new stack has made a key of its own already; a stack that was never started has none.
    credentials = new_stack.settings.credentials
    (credentials / "bot" / "user-hash.key").unlink()
    command.restore_key(Backup.load(place, PHRASE), credentials)
    assert (await restore(new_stack, place, check=True))[-1].startswith("everything is whole")
    assert await read_topic(new_stack.settings, BANS.name) == [], "a check changes nothing"
    restored = await restore(new_stack, place)
    assert any("2 left out: their people asked to be forgotten" in line for line in restored), restored

    await has_everything_of(new_stack.settings, unique)
    assert await everything(stack.settings, BANS.name) == await everything(new_stack.settings, BANS.name)
    before = await everything(stack.settings, CHAT_STATE.name)
    staying = [row for row in before if f"{unique}-gone".encode() not in (row[0] or b"")]
    assert await everything(new_stack.settings, CHAT_STATE.name) == staying
    assert len(before) - len(staying) == 2

    with pytest.raises(StartupError, match="is not empty"):
        await restore(new_stack, place)
    await restore(new_stack, place, force=True)


async def test_without_a_passphrase_the_key_of_the_pseudonyms_is_kept_apart(
    stack: RunningStack, tmp_path: Path
) -> None:
    kafka, place = Kafka(stack.settings, "admin"), tmp_path / "plain"
    lines = [line async for line in command.backup(kafka, place, lake=None, passphrase=None)]
    key, apart = (stack.settings.credentials / "bot" / "user-hash.key").read_bytes(), tmp_path / "plain.user-hash.key"
    assert lines[-1] == f"not encrypted: keep {apart} apart from {place}"
    assert apart.read_bytes() == key
    assert stat.S_IMODE(apart.stat().st_mode) == 0o600
    assert not any(key in path.read_bytes() for path in place.iterdir())


async def has_everything_of(settings: Settings, unique: str) -> None:
    """The views of the services show what was saved."""
    kafka = Kafka(settings, "bot")
    async with LiveView(kafka, BANS, Ban) as bans:
        assert bans.get(f"product:{unique}-lifted") is None
        ban = bans.get(f"product:{unique}")
        assert ban is not None and (ban.reason, ban.by) == ("why", "somebody")
    async with (
        LiveView(kafka, GRANTS.topic, RoleGrant) as roles,
        LiveView(kafka, CHAT_STATE, PriceWatch, prefix=PRICES.prefix) as prices,
    ):
        for person in (unique, f"{unique}-gone"):
            role = roles.get(person)
            assert role is not None and role.user_id == 7, "a role is the marketplace's to take"
        assert prices.get(f"{PRICES.prefix}{unique}") == WATCH
        assert prices.get(f"{PRICES.prefix}{unique}-gone:x") is None


async def everything(settings: Settings, topic: str) -> list[tuple[bytes | None, bytes | None, object, int]]:
    """Each record of a topic of one partition: key, value, headers, time."""
    records = await read_topic(settings, topic)
    return [(one.key, one.value, tuple(one.headers), one.timestamp) for one in records]


def test_the_command_asks_for_a_passphrase(stack: RunningStack, tmp_path: Path) -> None:
    (tmp_path / "phrase").write_text("short\n")
    for options, said in (
        ((), "A backup is encrypted: name a --passphrase-file, or say --plain."),
        (("--passphrase-file", str(tmp_path / "phrase")), "is too short; it needs 12 characters"),
        (("--passphrase-file", str(tmp_path / "nothing")), "cannot read"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "ops", "backup", str(tmp_path / "backup"), *options],
            env={"YARMARKA_STACK_DIR": str(stack.directory.root), "PATH": "/usr/bin:/bin"},
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr
