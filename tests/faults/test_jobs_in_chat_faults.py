"""A job that fails is a card with its reason, and people are answered from its last results meanwhile."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import aiohttp
import pytest

from ops.stack.running import RunningStack
from tests.bot.world.operations import GROUP
from tests.bot.world.person import Person, Seen
from tests.conftest import own_stack
from tests.faults.lake import LakeUser
from tests.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.faults, pytest.mark.timeout(1_200)]
PARTS = ("filter", "indexer", "catalogue", "history", "bot", "sandbox", "analytics", "prometheus", "alertmanager")
WITHIN_S = 400.0
RUN = "▶️ Запустить"
SAFE_MODE = "HDFS is in safe mode"
CUSTOMER, ADMIN, OPERATOR = 1001, 2001, 3001


@pytest.fixture(scope="module")
def shop() -> Iterator[RunningStack]:
    """The demo without what is of no matter here."""
    with own_stack("jobs", *PARTS) as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def newest(seen: Callable[[], Awaitable[list[Seen]]], wanted: Callable[[Seen], bool], what: str) -> Seen:
    """The newest message for which this holds, as soon as there is one."""
    messages: list[Seen] = []

    async def there() -> bool:
        messages[:] = await seen()
        return any(map(wanted, messages))

    await until(there, what, within_s=WITHIN_S, saw=lambda: messages[-1:], look_s=0.5)
    return next(message for message in reversed(messages) if wanted(message))


async def run_now(admin: Person, job: str, outcome: str) -> Seen:
    """Press Run now, and see the same message come to its end: the first run on it is the last."""
    await admin.writes("/jobs")
    jobs = await admin.sees(button=job)
    await admin.presses(jobs, job)
    page = await admin.sees_change(jobs, button=RUN)
    await admin.presses(page, RUN)

    def same(message: Seen) -> bool:
        return message.message_id == page.message_id

    await newest(admin.history, lambda one: same(one) and RUN not in one.labels, f"{job} to begin")
    done = await newest(admin.history, lambda one: same(one) and RUN in one.labels, f"{job} to end")
    assert done.text.split("\n\n")[1].startswith(outcome), done.text
    return done


async def test_a_job_that_fails_is_a_card_and_the_last_results_stay(
    shop: RunningStack, session: aiohttp.ClientSession
) -> None:
    address, lake = shop.part("sandbox").address, LakeUser(shop)
    customer, admin = (Person(session, address, who, deadline_s=WITHIN_S) for who in (CUSTOMER, ADMIN))
    operator = Person(session, address, OPERATOR, GROUP, deadline_s=WITHIN_S)
    for person in (customer, admin):
        await person.writes("/language ru")
    await run_now(admin, "ingest", "✅")
    await run_now(admin, "recommend", "✅")
    await customer.writes("/recommend")
    before = await customer.sees("1.")
    lake.dfsadmin("-safemode", "enter")
    try:
        assert SAFE_MODE in (await run_now(admin, "ingest", "❌")).text
        card = await newest(operator.history, lambda one: "ingest" in one.text and SAFE_MODE in one.text, "the card")
        await customer.writes("/recommend")
        assert (await customer.sees("1.")).text == before.text
    finally:
        lake.dfsadmin("-safemode", "leave")
    await run_now(admin, "ingest", "✅")
    await newest(
        operator.history, lambda one: one.message_id == card.message_id and one.text.startswith("✅"), "the card's end"
    )
