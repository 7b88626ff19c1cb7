"""What every repository of bans promises, in memory and in Kafka: who changes a rule is on record before it changes."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError

from bot.features.bans.effects import BanEffects
from bot.features.bans.repository import BanRepository, KafkaBanRepository
from bot.products.visibility import BansView, VisibilityPolicy
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.bans import parse_rule
from pipeline.bans.ledger import BanLedger
from pipeline.contracts.messages import HEADERS, AuditEntry, Ban, decode, encode
from pipeline.contracts.topics import AUDIT, BANS
from pipeline.kafka.audit import Actor
from pipeline.kafka.confirming_producer import WrittenRecord
from pipeline.kafka.live_view import LiveView
from tests.bot.world.memory import Clock, MemoryBans, MemoryCatalog, product
from tests.bot.world.ports import MemoryAudit, MemoryBanRepository
from tests.pipeline.topic_reader import read_topic
from tests.waiting import until

MARIA = Actor("pseudonym", "Мария", "admin")
UNTIL = datetime(2099, 1, 1, 12, tzinfo=UTC)


class Backend(Protocol):
    """A repository, what the visibility policy sees of it, and what `audit` says."""

    @property
    def repository(self) -> BanRepository: ...

    @property
    def view(self) -> BansView: ...

    async def audit(self, rule: str) -> list[AuditEntry]:
        """What was done to the rule, in order."""

    def refuse(self, step: str) -> None:
        """Kafka does not take the next write of this step: audit or ban."""


@dataclass
class MemoryBackend:
    """The repository of the conversation tests."""

    repository: MemoryBanRepository
    view: MemoryBans
    written: MemoryAudit

    async def audit(self, rule: str) -> list[AuditEntry]:
        return [entry for entry in self.written.written if entry.target == rule]

    def refuse(self, step: str) -> None:
        self.repository.dies_before = step


@dataclass
class RefusingProducer:
    """A producer that refuses the next record of a topic, and knows in which order the others came."""

    producer: AIOKafkaProducer
    refused: str = ""
    # A ban that another process writes just before a rule is lifted.
    faster: Ban | None = None

    async def send_and_wait(
        self, topic: str, value: bytes | None, key: bytes, *, headers: list[tuple[str, bytes]]
    ) -> WrittenRecord:
        if topic == self.refused:
            self.refused = ""
            raise KafkaConnectionError("no broker")
        if topic == BANS.name and value is None and self.faster is not None:
            faster, self.faster = self.faster, None
            await self.producer.send_and_wait(topic, encode(faster), key=key, headers=headers)
        written: WrittenRecord = await self.producer.send_and_wait(topic, value, key, headers=headers)
        return written


@dataclass
class KafkaBackend:
    """The repository of the bot."""

    settings: Settings
    producer: RefusingProducer
    repository: KafkaBanRepository
    view: LiveView[Ban]

    async def audit(self, rule: str) -> list[AuditEntry]:
        return [entry for entry in await self.everything(rule) if entry.result != "failed"]

    async def everything(self, rule: str) -> list[AuditEntry]:
        """What the audit has of the rule, failures too."""
        records = await read_topic(self.settings, AUDIT.name, "bot")
        return [entry for record in records if (entry := decode(AuditEntry, record.value)).target == rule]

    def refuse(self, step: str) -> None:
        self.producer.refused = {"audit": AUDIT.name, "ban": BANS.name}[step]


def _memory() -> MemoryBackend:
    bans, audit, clock = MemoryBans(), MemoryAudit(), Clock()
    return MemoryBackend(MemoryBanRepository(bans, MemoryCatalog(), audit, clock), bans, audit)


@contextlib.asynccontextmanager
async def _kafka(settings: Settings) -> AsyncIterator[KafkaBackend]:
    kafka = Kafka(settings, "bot")
    async with kafka.producer() as producer, LiveView(kafka, BANS, Ban) as view:
        refusing = RefusingProducer(producer)
        yield KafkaBackend(settings, refusing, KafkaBanRepository(view, BanLedger(refusing), kafka), view)


@pytest.fixture(params=["memory", pytest.param("kafka", marks=[pytest.mark.system, pytest.mark.timeout(120)])])
async def backend(request: pytest.FixtureRequest) -> AsyncIterator[Backend]:
    """In memory, and in Kafka."""
    if request.param == "memory":
        yield _memory()
        return
    async with _kafka(request.getfixturevalue("settings")) as made:
        yield made


@pytest.fixture
def rule(unique: str) -> str:
    """A rule that no other test makes."""
    return f"product:{unique}"


def _entry_id() -> str:
    return uuid.uuid4().hex


async def _put(backend: Backend, ban: Ban, *, announced: bool = False) -> str:
    entry_id = _entry_id()
    await backend.repository.put(ban, MARIA, entry_id=entry_id, announced=announced)
    return entry_id


async def _lift(backend: Backend, rule: str, *, reason: str = "", announced: bool = False) -> str:
    entry_id = _entry_id()
    assert await backend.repository.lift(
        parse_rule(rule), MARIA, standing=backend.repository.get(rule), reason=reason, entry_id=entry_id,
        announced=announced,
    )  # fmt: skip
    return entry_id


async def test_a_ban_is_in_force_when_it_returns_and_a_lifted_one_is_not(backend: Backend, rule: str) -> None:
    policy = VisibilityPolicy(backend.view, Clock())
    offer = product(parse_rule(rule).value, "Часы")
    assert policy.allows(offer)
    ban = Ban(rule=rule, reason="подделка", by="Мария", at=UNTIL - timedelta(days=30), until=UNTIL)
    await _put(backend, ban)
    assert backend.repository.get(rule) == ban
    assert dict(backend.repository.items())[rule] == ban
    assert not policy.allows(offer)
    await _lift(backend, rule)
    assert backend.repository.get(rule) is None
    assert rule not in dict(backend.repository.items())
    assert policy.allows(offer)


async def test_the_audit_says_who_did_what_to_which_rule_and_why(backend: Backend, rule: str) -> None:
    put = await _put(backend, Ban(rule=rule, reason="подделка", until=UNTIL))
    without_reason = await _put(backend, Ban(rule=rule))
    lifted = await _lift(backend, rule, reason="ошибка")
    said = await backend.audit(rule)
    assert [(entry.entry_id, entry.action, entry.detail) for entry in said] == [
        (put, "ban", "подделка · until 2099-01-01 12:00 UTC"),
        (without_reason, "ban", ""),
        (lifted, "unban", "ошибка"),
    ]
    assert {(entry.actor, entry.actor_name, entry.role, entry.result) for entry in said} == {
        ("pseudonym", "Мария", "admin", "done")
    }


async def test_what_was_announced_before_is_done_without_another_line(backend: Backend, rule: str) -> None:
    await _put(backend, Ban(rule=rule), announced=True)
    assert backend.repository.get(rule) is not None
    await _lift(backend, rule, announced=True)
    assert backend.repository.get(rule) is None
    assert await backend.audit(rule) == []


async def test_what_the_audit_does_not_take_is_not_done(backend: Backend, rule: str) -> None:
    backend.refuse("audit")
    with pytest.raises(KafkaError):
        await _put(backend, Ban(rule=rule))
    assert backend.repository.get(rule) is None
    await _put(backend, Ban(rule=rule))
    backend.refuse("audit")
    with pytest.raises(KafkaError):
        await _lift(backend, rule)
    assert backend.repository.get(rule) is not None
    assert [entry.action for entry in await backend.audit(rule)] == ["ban"]


async def test_a_change_that_is_not_taken_is_on_record_before_and_can_be_finished_without_another_line(
    backend: Backend, rule: str
) -> None:
    backend.refuse("ban")
    with pytest.raises(KafkaError):
        await _put(backend, Ban(rule=rule))
    assert backend.repository.get(rule) is None
    assert [entry.action for entry in await backend.audit(rule)] == ["ban"]
    await _put(backend, Ban(rule=rule), announced=True)
    backend.refuse("ban")
    with pytest.raises(KafkaError):
        await _lift(backend, rule)
    assert backend.repository.get(rule) is not None
    assert [entry.action for entry in await backend.audit(rule)] == ["ban", "unban"]
    await _lift(backend, rule, announced=True)
    assert backend.repository.get(rule) is None
    assert len(await backend.audit(rule)) == 2


async def test_the_later_ban_of_a_rule_stands_and_a_rule_that_is_not_there_can_be_lifted(
    backend: Backend, rule: str
) -> None:
    await _put(backend, Ban(rule=rule, reason="first"))
    await _put(backend, Ban(rule=rule, reason="second"))
    standing = backend.repository.get(rule)
    assert standing is not None and standing.reason == "second"
    for _ in range(2):
        await _lift(backend, rule)
        assert backend.repository.get(rule) is None


@pytest.mark.system
@pytest.mark.timeout(120)
async def test_a_ban_that_another_process_has_renewed_is_not_lifted_by_its_former_end(
    settings: Settings, rule: str
) -> None:
    """The bot's view is held back, as on a loaded machine, while a terminal renews the ban."""
    over = Ban(rule=rule, until=datetime(2026, 1, 1, tzinfo=UTC))
    renewed = Ban(rule=rule, reason="renewed", until=UNTIL)
    async with _kafka(settings) as bot:
        effects = BanEffects(bot.repository, MemoryAudit().log(Clock()))
        await _put(bot, over)
        may_read = asyncio.Event()

        async def hold_back(*_: object) -> None:
            await may_read.wait()

        bot.view.subscribe(hold_back)
        other = f"{rule}-other"
        await _write(bot, Ban(rule=other))
        await until(lambda: other in bot.view, "the view is held back behind this")
        await _write(bot, renewed)
        assert bot.repository.get(rule) == over
        with pytest.raises(KafkaError):
            await effects.end(over)
        may_read.set()
        assert not await effects.end(over)
        await bot.repository.refresh()
        assert bot.repository.get(rule) == renewed
    async with _kafka(settings) as restarted:
        assert restarted.repository.get(rule) == renewed


@pytest.mark.system
@pytest.mark.timeout(120)
async def test_a_ban_that_comes_in_the_moment_in_which_the_one_before_is_lifted_is_put_back(
    settings: Settings, rule: str
) -> None:
    over, renewed = Ban(rule=rule, reason="over"), Ban(rule=rule, reason="renewed", by="Pavel", until=UNTIL)
    async with _kafka(settings) as bot:
        await _put(bot, over)
        bot.producer.faster = renewed
        effects = BanEffects(bot.repository, MemoryAudit().log(Clock()))
        assert not await effects.end(over)
        assert bot.repository.get(rule) == renewed
        assert [entry.action for entry in await bot.audit(rule)] == ["ban", "unban", "ban"]
        assert await effects.end(renewed), "nothing stands in the way of the next one"
        assert bot.repository.get(rule) is None
    async with _kafka(settings) as restarted:
        assert restarted.repository.get(rule) is None


async def _write(backend: KafkaBackend, ban: Ban) -> None:
    await backend.producer.send_and_wait(BANS.name, encode(ban), ban.rule.encode(), headers=HEADERS)


@pytest.mark.system
async def test_a_change_that_kafka_refuses_is_on_record_as_failed(settings: Settings, rule: str) -> None:
    async with _kafka(settings) as backend:
        backend.refuse("ban")
        with pytest.raises(KafkaError):
            await _put(backend, Ban(rule=rule))
        said = await backend.everything(rule)
    assert [(entry.action, entry.result) for entry in said] == [("ban", "done"), ("ban", "failed")]
    assert len({entry.entry_id for entry in said}) == 2
