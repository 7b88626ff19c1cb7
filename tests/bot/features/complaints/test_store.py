"""The store of reports where several things happen at once."""

import asyncio
from collections import Counter

from bot.features.complaints.limits import Filed
from bot.features.complaints.models import CASES_KEPT, COMPLAINTS_KEPT, Complaint, Outcome
from bot.features.complaints.store import TOLD_AT_ONCE, ComplaintStore
from tests.bot.world.memory import Clock
from tests.bot.world.stores import MemoryStore


class Reports:
    """A store of its own over memory that takes a moment for each write, as Kafka does."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.kept = MemoryStore(COMPLAINTS_KEPT, self._moment)
        self.cases = MemoryStore(CASES_KEPT, self._moment)
        self.store = ComplaintStore(self.kept, self.cases, self.clock, 5)
        self.meanwhile: list[str] = []
        self.told: Counter[int] = Counter()

    async def file(self, person: int, offer_id: str) -> Filed:
        complaint = Complaint(user_id=person, offer_id=offer_id, name="Часы", reason="fake", at=self.clock())
        return await self.store.file(f"p{person}", complaint)

    async def tell(self, complaint: Complaint, _: Outcome) -> None:
        self.told[complaint.user_id] += 1

    async def _moment(self) -> None:
        await asyncio.sleep(0)
        for name in self.meanwhile:
            self.kept.set(name, None)
        self.meanwhile.clear()


async def test_presses_at_the_same_moment_do_not_slip_past_the_limits() -> None:
    reports = Reports()
    filed = await asyncio.gather(*(reports.file(1, f"shop{n % 10}/1") for n in range(40)))
    assert Counter(filed)[Filed.TAKEN] == len(reports.kept.kept) == 5
    same = await asyncio.gather(*(reports.file(2, "shop/1") for _ in range(5)))
    assert Counter(same) == {Filed.TAKEN: 1, Filed.REPEATED: 4}


async def test_a_report_that_is_deleted_while_words_are_put_to_it_does_not_come_back() -> None:
    reports = Reports()
    await reports.file(1, "shop/1")
    reports.meanwhile = list(reports.kept.kept)
    await reports.store.describe("p1", "shop/1", "подделка")
    assert reports.kept.kept == {}


async def test_many_are_told_once_each_some_at_a_time_and_who_reports_meanwhile_opens_the_next_case() -> None:
    reports = Reports()
    people = range(TOLD_AT_ONCE + 20)
    await asyncio.gather(*(reports.file(person, "shop/1") for person in people))
    await reports.store.open_cases()
    case = await reports.store.decide("shop/1", "dismissed", by="Мария")
    assert case is not None
    assert case.people == len(people)
    reports.clock.pass_by(seconds=1)
    await reports.file(999, "shop/1")
    await reports.store.settle(case, reports.tell)
    assert len(reports.told) == TOLD_AT_ONCE
    await reports.store.open_cases()
    assert reports.store.case_of("shop/1") == case, "some are still to be told"
    await reports.store.settle(case, reports.tell)
    assert reports.told == Counter(people)
    await reports.store.open_cases()
    opened = reports.store.case_of("shop/1")
    assert opened is not None
    assert (opened.outcome, len(reports.store.open_of("shop/1"))) == (None, 1)


async def test_of_two_decisions_the_first_stands() -> None:
    reports = Reports()
    await reports.file(1, "shop/1")
    await reports.store.open_cases()
    first, second = await asyncio.gather(
        reports.store.decide("shop/1", "dismissed", by="Мария"), reports.store.decide("shop/1", "banned")
    )
    assert first is not None
    assert second is None
    assert reports.store.case_of("shop/1") == first
