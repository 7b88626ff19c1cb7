"""The only place where reports and cases are written, except that "forget me" deletes reports."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta

from bot.features.complaints.limits import DAY, Filed, counts_late, refusal
from bot.features.complaints.models import Case, Complaint, Outcome, case_mark
from bot.state.store import Store
from bot.telegram.locks import LocksByKey

KEPT = timedelta(days=90)
# People whose reports of the day are counted beside what is kept, which they may have deleted.
REMEMBERED = 10_000
# People who are told of one case before the other cases have their turn.
TOLD_AT_ONCE = 100


class ComplaintStore:
    """Reports by person and offer, and the cases. `changed` is set when there may be something to show or to tell."""

    def __init__(
        self, complaints: Store[Complaint], cases: Store[Case], clock: Callable[[], datetime], a_day: int
    ) -> None:
        self.changed = asyncio.Event()
        self.a_day = a_day
        self._complaints = complaints
        self._cases = cases
        self.clock = clock
        self._locks = LocksByKey()
        self._lately: OrderedDict[str, list[datetime]] = OrderedDict()
        self._writing: set[str] = set()
        self._deleted: set[str] = set()
        self._open: dict[str, set[str]] = {}
        for name, complaint in complaints.entries():
            self._follow(name, None, complaint)
        complaints.subscribe(self._follow)
        cases.subscribe(lambda *_: self.changed.set())

    def of(self, person: str, offer_id: str) -> Complaint | None:
        """What the person (a pseudonym) reported of the offer."""
        return self._complaints.get(_name(person, offer_id))

    def by_mark(self, person: str, case: str) -> Complaint | None:
        """The same of the offer that a case's mark stands for."""
        return self._complaints.get(f"{person}:{case}")

    def open_of(self, offer_id: str) -> tuple[Complaint, ...]:
        """The reports of the offer that nobody has decided, the oldest first."""
        return tuple(sorted((one for _, one in self._open_of(offer_id)), key=lambda complaint: complaint.at))

    def case(self, name: str) -> Case | None:
        """The case that a mark stands for."""
        return self._cases.get(name)

    def case_of(self, offer_id: str) -> Case | None:
        """The case of an offer."""
        return self._cases.get(case_mark(offer_id))

    def cases(self) -> Iterator[Case]:
        """All cases; do not keep the iterator over an await."""
        return (case for _, case in self._cases.entries())

    def waiting(self) -> tuple[Case, ...]:
        """The cases that nobody has decided, those with the most reports first."""
        undecided = [case for case in self.cases() if case.outcome is None]
        return tuple(sorted(undecided, key=lambda case: (-len(self.open_of(case.offer_id)), case.at)))

    def refused(self, person: str, offer_id: str) -> Filed | None:
        """Why the person may not report this offer now; None: they may."""
        made, now = [one for _, one in self._complaints.of(person)], self.clock()
        lately = sum(now - at < DAY for at in self._lately.get(person, ()))
        return refusal(made, offer_id, now, a_day=self.a_day, lately=lately)

    async def file(self, person: str, complaint: Complaint) -> Filed:
        """Keep a report, with a case when it counts; durable when this returns. Raises KafkaError."""
        offer_id = complaint.offer_id
        async with self._locks.of(person), self._locks.of(offer_id):
            refused = self.refused(person, offer_id)
            if refused is not None:
                return refused
            made = [one for _, one in self._complaints.of(person)]
            late = counts_late(made, self.clock())
            await self._keep(_name(person, offer_id), complaint.model_copy(update={"late": late}))
            self._note(person)
            return Filed.TAKEN

    async def describe(self, person: str, offer_id: str, text: str) -> bool:
        """Put the person's words to their report; False when it is decided or gone. Raises KafkaError."""
        async with self._locks.of(person):
            there = self.of(person, offer_id)
            if there is None or there.outcome is not None:
                return False
            await self._keep(_name(person, offer_id), there.with_text(text))
            return True

    async def open_cases(self) -> None:
        """A case for each offer with a report that counts by itself. Raises KafkaError."""
        for offer_id in list(self._open):
            async with self._locks.of(offer_id):
                case, waiting = self.case_of(offer_id), self.open_of(offer_id)
                if all(one.late for one in waiting) or not _is_over(case, waiting):
                    continue
                opened = Case(offer_id=offer_id, name=waiting[0].name, at=self.clock())
                await self._cases.put(case_mark(offer_id), opened)

    async def decide(self, offer_id: str, outcome: Outcome, by: str = "") -> Case | None:
        """End the open case of the offer; None when there is none. Durable when this returns. Raises KafkaError."""
        async with self._locks.of(offer_id):
            case = self._cases.get(case_mark(offer_id))
            if case is None or case.outcome is not None:
                return None
            ended = case.decided(outcome, self.clock(), by=by, people=len(self.open_of(offer_id)))
            await self._cases.put(case_mark(offer_id), ended)
            return ended

    async def settle(self, case: Case, tell: Callable[[Complaint, Outcome], Awaitable[object]]) -> None:
        """Have those whose reports the case has decided told, and keep that they were; the rest at the next call.

        Raises what `tell` raises, and KafkaError.
        """
        if case.outcome is None or case.decided_at is None:
            return
        decided = [named for named in self._open_of(case.offer_id) if named[1].at <= case.decided_at]
        for name, complaint in decided[:TOLD_AT_ONCE]:
            await tell(complaint, case.outcome)
            there = self._complaints.get(name)
            if there is not None:
                await self._keep(name, there.decided(case.outcome, case.decided_at))

    async def sweep(self) -> int:
        """Delete what is older than ninety days; how many. Raises KafkaError."""
        oldest = self.clock() - KEPT
        old = [name for name, complaint in self._complaints.entries() if complaint.at < oldest]
        for name in old:
            await self._complaints.put(name, None)
        ended = [case.offer_id for case in self.cases() if case.at < oldest]
        for offer_id in ended:
            async with self._locks.of(offer_id):
                await self._cases.put(case_mark(offer_id), None)
        return len(old) + len(ended)

    def _open_of(self, offer_id: str) -> list[tuple[str, Complaint]]:
        found = ((name, self._complaints.get(name)) for name in self._open.get(offer_id, ()))
        return [(name, complaint) for name, complaint in found if complaint is not None]

    async def _keep(self, name: str, complaint: Complaint) -> None:
        self._writing.add(name)
        try:
            await self._complaints.put(name, complaint)
            if name in self._deleted:
                # "Forget me" deleted it while this was on its way: it must not come back.
                await self._complaints.put(name, None)
        finally:
            self._writing.discard(name)
            self._deleted.discard(name)

    def _note(self, person: str) -> None:
        now = self.clock()
        lately = [at for at in self._lately.pop(person, ()) if now - at < DAY]
        self._lately[person] = [*lately, now]
        if len(self._lately) > REMEMBERED:
            self._lately.popitem(last=False)

    def _follow(self, name: str, before: Complaint | None, after: Complaint | None) -> None:
        if after is None and name in self._writing:
            self._deleted.add(name)
        if before is not None:
            names = self._open.get(before.offer_id, set())
            names.discard(name)
            if not names:
                self._open.pop(before.offer_id, None)
        if after is not None and after.outcome is None:
            self._open.setdefault(after.offer_id, set()).add(name)
        self.changed.set()


def _name(person: str, offer_id: str) -> str:
    return f"{person}:{case_mark(offer_id)}"


def _is_over(case: Case | None, waiting: tuple[Complaint, ...]) -> bool:
    """Whether there is no case that these reports belong to: each came after its end, and its own were told."""
    if case is None:
        return True
    ended = case.decided_at
    return ended is not None and all(one.at > ended for one in waiting)
