"""What the ban ledger has written when it returns, and when it raises, on the real broker."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError

from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.bans import Kind, Rule
from pipeline.bans.ledger import BanLedger
from pipeline.contracts.messages import Ban, decode
from pipeline.contracts.topics import AUDIT, BANS
from pipeline.kafka.audit import Actor
from pipeline.kafka.confirming_producer import ConfirmingProducer, WrittenRecord
from tests.pipeline.topic_reader import audit_entries, read_topic

pytestmark = [pytest.mark.system, pytest.mark.timeout(60)]
UNTIL = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)


@pytest.fixture
def maria(unique: str) -> Actor:
    return Actor(f"pseudonym-{unique}", "Мария", "admin")


@pytest.fixture
async def producer(settings: Settings, rule: Rule) -> AsyncIterator[AIOKafkaProducer]:
    """A producer that may write bans; the rule is lifted at the end, whatever the test wrote."""
    async with Kafka(settings, "cli").producer(linger_ms=0) as open_producer:
        yield open_producer
        await open_producer.send_and_wait(BANS.name, None, key=rule.id.encode())


@pytest.fixture
def rule(unique: str) -> Rule:
    return Rule(Kind.PRODUCT, unique)


class OneTopicAway:
    """A producer that cannot reach one topic, and passes everything else on."""

    def __init__(self, producer: ConfirmingProducer, topic: str) -> None:
        self._producer = producer
        self._away = topic

    async def send_and_wait(
        self, topic: str, value: bytes | None, key: bytes, *, headers: list[tuple[str, bytes]]
    ) -> WrittenRecord:
        if topic == self._away:
            raise KafkaError(f"{topic} is away")
        return await self._producer.send_and_wait(topic, value, key, headers=headers)


async def bans(settings: Settings, rule: Rule) -> list[Ban | None]:
    """Every version of the rule in `bans`, None where it was lifted."""
    records = [one for one in await read_topic(settings, BANS.name, "cli") if one.key == rule.id.encode()]
    return [None if one.value is None else decode(Ban, one.value) for one in records]


async def test_a_ban_is_durable_with_its_entry_when_it_returns(
    settings: Settings, producer: AIOKafkaProducer, rule: Rule, maria: Actor
) -> None:
    written = await BanLedger(producer).ban(rule, maria, reason="подделка", until=UNTIL)
    (found,) = [one for one in await read_topic(settings, BANS.name, "cli") if one.key == rule.id.encode()]
    assert (found.partition, found.offset) == (written.partition, written.offset)
    ban = decode(Ban, found.value)
    assert (ban.rule, ban.reason, ban.by, ban.until) == (rule.id, "подделка", "Мария", UNTIL)
    (entry,) = await audit_entries(settings, rule.id)
    assert (entry.actor, entry.actor_name, entry.role) == (maria.id, "Мария", "admin")
    assert (entry.action, entry.result) == ("ban", "done")
    assert entry.detail == f"подделка · until {UNTIL:%Y-%m-%d %H:%M} UTC"


async def test_lifting_is_a_tombstone_with_its_entry(
    settings: Settings, producer: AIOKafkaProducer, rule: Rule, maria: Actor
) -> None:
    ledger = BanLedger(producer)
    await ledger.ban(rule, Actor("terminal:me"))
    await ledger.unban(rule, maria, reason="ошибка")
    first, second = await bans(settings, rule)
    assert (first and first.by, second) == ("terminal:me", None)
    assert [(one.action, one.actor, one.detail) for one in await audit_entries(settings, rule.id)] == [
        ("ban", "terminal:me", ""),
        ("unban", maria.id, "ошибка"),
    ]


async def test_without_its_entry_nothing_is_banned_or_lifted(
    settings: Settings, producer: AIOKafkaProducer, rule: Rule, maria: Actor
) -> None:
    ledger = BanLedger(OneTopicAway(producer, AUDIT.name))
    with pytest.raises(KafkaError, match="audit is away"):
        await ledger.ban(rule, maria)
    with pytest.raises(KafkaError, match="audit is away"):
        await ledger.unban(rule, maria)
    assert await bans(settings, rule) == []
    assert await audit_entries(settings, rule.id) == []


@pytest.mark.parametrize("action", ["ban", "unban"])
async def test_a_change_that_kafka_refuses_is_told_as_failed(
    settings: Settings, rule: Rule, maria: Actor, action: str
) -> None:
    # `replay` may write to the audit and not to the bans.
    async with Kafka(settings, "replay").producer(linger_ms=0) as producer:
        ledger = BanLedger(producer)
        with pytest.raises(TopicAuthorizationFailedError):
            await (ledger.ban if action == "ban" else ledger.unban)(rule, maria, reason="why")
    assert await bans(settings, rule) == []
    done, failed = await audit_entries(settings, rule.id)
    assert [(one.action, one.detail, one.result) for one in (done, failed)] == [
        (action, "why", "done"),
        (action, "why", "failed"),
    ]
    assert done.entry_id != failed.entry_id


async def test_an_entry_has_the_id_that_was_given(
    settings: Settings, producer: AIOKafkaProducer, rule: Rule, maria: Actor, unique: str
) -> None:
    ledger = BanLedger(producer)
    await ledger.put(Ban(rule=rule.id), maria, entry_id=f"{unique}-1")
    await ledger.unban(rule, maria, entry_id=f"{unique}-2")
    assert [one.entry_id for one in await audit_entries(settings, rule.id)] == [f"{unique}-1", f"{unique}-2"]


async def test_what_was_announced_before_has_no_second_entry(
    settings: Settings, producer: AIOKafkaProducer, rule: Rule, maria: Actor
) -> None:
    ledger = BanLedger(producer)
    await ledger.put(Ban(rule=rule.id, reason="раньше"), maria, announced=True)
    await ledger.unban(rule, maria, announced=True)
    first, second = await bans(settings, rule)
    assert (first and first.reason, second) == ("раньше", None)
    assert await audit_entries(settings, rule.id) == []


async def test_an_announced_change_that_fails_is_told_all_the_same(
    settings: Settings, producer: AIOKafkaProducer, rule: Rule, maria: Actor
) -> None:
    ledger = BanLedger(OneTopicAway(producer, BANS.name))
    with pytest.raises(KafkaError, match="bans is away"):
        await ledger.put(Ban(rule=rule.id), maria, announced=True)
    assert [one.result for one in await audit_entries(settings, rule.id)] == ["failed"]
