"""The digest: every admin gets it once, whole, whatever breaks off; who is new begins with the next one."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from aiokafka.errors import KafkaConnectionError
from telegram.error import Forbidden, TimedOut

from bot.features.reports.digest import PICTURES, Digest, Reader, trigger
from bot.features.reports.figures import Report
from bot.features.reports.models import DIGESTS, DigestSent
from bot.features.reports.service import ReportService
from bot.products.list_state import ListState
from bot.telegram.outbox import Outbox
from bot.ui.locale import MOSCOW, texts
from bot.ui.reply import Reply
from bot.ui.roles import Role
from tests.bot.world.memory import Clock
from tests.bot.world.ports import MemoryReporter
from tests.bot.world.stores import MemoryStore
from tests.waiting import until

NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Drawn:
    async def pictures(self, report: Report, language: str) -> tuple[bytes, ...]:
        return (b"1", b"2", b"3")


class Desk:
    """A digest whose Telegram breaks off as often as a test says."""

    def __init__(self) -> None:
        self.clock, self.sent = Clock(), MemoryStore(DIGESTS)
        self.clock.moment = NINE - timedelta(minutes=5)
        self.got: list[tuple[int, bytes]] = []
        self.failures: list[Exception] = []
        self.outbox = Outbox(pauses=lambda pause_s: 0.0)

    def digest(self) -> Digest:
        reports = ReportService(MemoryReporter(self.clock), Drawn(), lambda name: MOSCOW, 2)
        return Digest(
            reports,
            self.sent,
            self.outbox,
            send=self._send,
            keep=self._keep,
            people=lambda: {2001: Role.ADMIN, 3001: Role.OPERATOR},
            reader=lambda user_id: Reader(user_id, f"name{user_id}", texts("ru")),
            clock=self.clock,
            cron=trigger("0 9 * * *"),
        )

    async def _send(self, user_id: int, picture: bytes, reply: Reply) -> None:
        if self.failures:
            raise self.failures.pop()
        assert len(reply.text) <= 1024
        self.got.append((user_id, picture))

    async def _keep(self, states: list[ListState]) -> None:
        assert states == []


@pytest.fixture
def desk() -> Desk:
    return Desk()


WHOLE = [(2001, b"1"), (2001, b"2"), (2001, b"3")]


async def _paid(desk: Desk) -> None:
    paying = asyncio.create_task(desk.outbox.run())
    await until(lambda: desk.outbox.waiting == 0, "the outbox is empty")
    paying.cancel()
    await asyncio.gather(paying, return_exceptions=True)


async def test_admins_get_it_once_when_it_is_due(desk: Desk) -> None:
    digest = desk.digest()
    await digest.look()
    await _paid(desk)
    assert desk.got == []
    desk.clock.moment = NINE + timedelta(seconds=20)
    await digest.look()
    await digest.look()
    await _paid(desk)
    await digest.look()
    await _paid(desk)
    assert desk.got == WHOLE
    desk.clock.pass_by(days=1)
    await digest.look()
    await _paid(desk)
    assert desk.got == WHOLE * 2


async def test_what_broke_off_goes_on_where_it_was_after_a_restart_too(desk: Desk) -> None:
    first = desk.digest()
    desk.clock.moment = NINE + timedelta(seconds=20)
    desk.failures = [TimedOut()]
    await first.look()
    await _paid(desk)
    assert desk.got == WHOLE
    desk.sent.set("name2001", DigestSent(due_at=NINE, pictures=PICTURES - 1))
    desk.got.clear()
    await desk.digest().look()
    await _paid(desk)
    assert desk.got == [(2001, b"3")]


async def test_who_has_blocked_the_bot_is_left_alone(desk: Desk) -> None:
    digest = desk.digest()
    desk.clock.moment = NINE + timedelta(seconds=20)
    desk.failures = [Forbidden("blocked")]
    await digest.look()
    await _paid(desk)
    await digest.look()
    await _paid(desk)
    assert desk.got == []


async def test_a_new_marketplace_does_not_begin_with_a_digest(desk: Desk) -> None:
    desk.clock.moment = NINE + timedelta(hours=1)
    digest = desk.digest()
    await digest.look()
    await _paid(desk)
    assert desk.got == []
    desk.sent.down = True
    desk.sent.clear()
    with pytest.raises(KafkaConnectionError):
        await digest.look()


async def test_without_kafka_no_picture_comes_twice_and_all_of_them_come(desk: Desk) -> None:
    digest = desk.digest()
    desk.clock.moment = NINE + timedelta(seconds=20)
    desk.sent.down = True
    reader, due = Reader(2001, "name2001", texts("ru")), NINE
    for _ in range(20):
        with pytest.raises(KafkaConnectionError):
            await digest.tell(reader, due)
    assert desk.got == WHOLE[:1]
    desk.sent.down = False
    await digest.tell(reader, due)
    assert desk.got == WHOLE
    await digest.tell(reader, due)
    assert desk.got == WHOLE
