"""Kills and faults in the middle of jobs: the next run has every row once, and readers never saw a mix."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass

import pytest
import pytest_asyncio

from analytics.lake.hdfs import Hdfs
from analytics.runs.worker_protocol import Failed, Finished
from ops.kafka import Kafka
from ops.stack.running import RunningStack
from pipeline.contracts.jobs import FORGET, ForgetRequest
from pipeline.contracts.lake import CATALOGUE, PRODUCT_HISTORY, REQUEST_HISTORY, TABLES_AT, Table
from pipeline.contracts.messages import HEADERS, ClientRequest, RequestKind, encode
from pipeline.contracts.topics import CHAT_STATE, CLIENT_REQUESTS, RECOMMENDATIONS
from tests.faults.warm_lake import Kill, Rows, WarmLake, warm_lake

pytestmark = [
    pytest.mark.faults,
    pytest.mark.system,
    pytest.mark.timeout(1_200),
    pytest.mark.asyncio(loop_scope="module"),
]
PRODUCTS, PEOPLE, VIEWS = 60, 40, 6
SERVERS = ("datanode", "kafka")
SHOWN = {
    CATALOGUE: ("offer_id", "name", "partition", "offset"),
    PRODUCT_HISTORY: ("offer_id", "raw", "deleted", "partition", "offset"),
    REQUEST_HISTORY: ("user", "request_id", "offer_id", "partition", "offset"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def warm(lake_stack: RunningStack) -> AsyncIterator[WarmLake]:
    async with warm_lake(lake_stack) as made:
        await made.user.send({f"shelf-{n}": f"lamp number {n}" for n in range(PRODUCTS)})
        await look_around(made, "crowd", PEOPLE)
        await made.until_done("ingest")
        yield made


async def look_around(warm: WarmLake, crowd: str, people: int) -> None:
    """People open cards, more often those of low numbers."""
    chance = random.Random(crowd)  # noqa: S311 - sample data
    async with Kafka(warm.stack.settings, "bot").producer() as producer:
        for person in range(people):
            for number in range(VIEWS):
                seen = ClientRequest(
                    request_id=f"{crowd}-{person}-{number}", user=f"{crowd}-{person}", kind=RequestKind.VIEW,
                    offer_id=f"s/shelf-{int(chance.random() ** 2 * PRODUCTS)}",
                )  # fmt: skip
                await producer.send(CLIENT_REQUESTS.name, encode(seen), key=seen.user.encode(), headers=HEADERS)


# Each makes work for its job, and gives what the watched table must hold when the job is done.


async def change_products(warm: WarmLake, unique: str) -> Rows | None:
    await warm.user.send({f"{unique}-{n}": f"first {n}" for n in range(200)})
    await warm.user.send({f"{unique}-{n}": None if n % 3 == 0 else f"second {n}" for n in range(0, 200, 2)})
    return None


async def make_small_files(warm: WarmLake, unique: str) -> Rows | None:
    for number in range(3):
        await warm.user.send({f"{unique}-{number}": "of a small file"})
        await look_around(warm, f"{unique}{number}", 2)
        await warm.until_done("ingest")
    return await warm.rows(PRODUCT_HISTORY, *SHOWN[PRODUCT_HISTORY])


async def ask_to_be_forgotten(warm: WarmLake, unique: str) -> Rows | None:
    await look_around(warm, unique, 3)
    await warm.until_done("ingest")
    leaving = f"{unique}-1"
    async with Kafka(warm.stack.settings, "bot").producer() as producer:
        key = f"{FORGET}{leaving}".encode()
        await producer.send_and_wait(CHAT_STATE.name, encode(ForgetRequest()), key=key, headers=HEADERS)
    rows = await warm.rows(REQUEST_HISTORY, *SHOWN[REQUEST_HISTORY])
    left = frozenset(row for row in rows if row[0] != leaving)
    assert len(rows) - len(left) == VIEWS
    return left


async def look_around_more(warm: WarmLake, unique: str) -> Rows | None:
    await look_around(warm, unique, 5)
    await warm.until_done("ingest")
    return await warm.rows(CATALOGUE, *SHOWN[CATALOGUE])


@dataclass(frozen=True)
class Trial:
    """A job, the moments in it, the table that its readers look at, how work is made, and what of its driver dies.

    It dies within `latest_kill_s` of its moment, which is less than the rest of the job takes.
    """

    job: str
    table: Table
    stages: tuple[str, ...]
    prepare: Callable[[WarmLake, str], Awaitable[Rows | None]]
    drivers: tuple[str, ...]
    latest_kill_s: float = 0.8


TRIALS = (
    Trial(
        "ingest", CATALOGUE, ("reading filtered", "putting the catalogue", "reading filtered"), change_products,
        ("jvm", "python", "worker"),
    ),
    Trial("compact", PRODUCT_HISTORY, ("files of product_history", "files of catalogue"), make_small_files, ("jvm",)),
    Trial(
        "forget", REQUEST_HISTORY, ("deleting the rows", "reading client", "request index"), ask_to_be_forgotten,
        ("worker",),
    ),
    Trial(
        "recommend", CATALOGUE, ("reading the history", "learning", "writing what"), look_around_more,
        ("python", "jvm", "worker"), latest_kill_s=0.1,
    ),
)  # fmt: skip


@pytest.mark.parametrize("side", ["driver", "servers"])
@pytest.mark.parametrize("trial", TRIALS, ids=[trial.job for trial in TRIALS])
async def test_a_kill_in_the_middle_leaves_nothing_half_done(
    warm: WarmLake, unique: str, trial: Trial, side: str
) -> None:
    """Each victim once, at a moment of its own; a run that survives the kill of a server is as good as a repeat."""
    victims = trial.drivers if side == "driver" else SERVERS
    chance = random.Random(f"{trial.job} {victims}")  # noqa: S311 - moments of kills
    failed = 0
    for place, victim in enumerate(victims):
        final = await trial.prepare(warm, f"{unique}-{place}")
        old = await warm.rows(trial.table, *SHOWN[trial.table])
        recommended = await everything_recommended(warm, trial)
        kill = Kill(victim, trial.stages[place % len(trial.stages)], chance.uniform(0, trial.latest_kill_s))
        async with warm.read_meanwhile(trial.table, *SHOWN[trial.table]) as seen:
            first = await warm.run(trial.job, kill)
            failed += isinstance(first, Failed)
            await warm.until_done(trial.job)
        new = await warm.rows(trial.table, *SHOWN[trial.table])
        assert seen
        assert seen <= {old, new}, f"after {kill} a reader saw a mix"
        assert final is None or new == final
        await everything_is_right(warm)
        assert recommended is None or await warm.recommendations() == recommended
        if trial.job in {"ingest", "recommend"}:
            assert (await warm.until_done(trial.job)).written == 0, "once more changes nothing"
    if side == "driver":
        assert failed, "no kill came in the middle"


async def everything_recommended(warm: WarmLake, trial: Trial) -> dict[str, tuple[object, ...]] | None:
    """What a run that nobody kills writes where nothing is, taken back again; None for jobs that write none."""
    if trial.job != "recommend":
        return None
    # A list that is as good as it was stays what it was: what is made anew is compared with what is made anew.
    await take_back(warm, await warm.recommendations())
    await warm.until_done("recommend")
    found = await warm.recommendations()
    assert len(found) > PEOPLE
    await take_back(warm, found)
    return found


async def take_back(warm: WarmLake, keys: Iterable[str]) -> None:
    """Delete these lists."""
    async with Kafka(warm.stack.settings, "spark").producer() as producer:
        for key in keys:
            await producer.send(RECOMMENDATIONS.name, None, key=key.encode())


async def everything_is_right(warm: WarmLake) -> None:
    """The catalogue is the compacted topic; no table has a row twice."""
    catalogue = await warm.rows(CATALOGUE, "offer_id", "name")
    assert catalogue == frozenset((await warm.user.accepted()).items())
    for table, columns in SHOWN.items():
        await warm.rows(table, *columns)


async def refused(warm: WarmLake, job: str) -> str:
    """The sentence that the job fails with; the last results stay."""
    before = await warm.rows(CATALOGUE, *SHOWN[CATALOGUE])
    answer = await warm.run(job)
    assert isinstance(answer, Failed), f"{job} went well: {answer}"
    assert await warm.rows(CATALOGUE, *SHOWN[CATALOGUE]) == before
    return answer.reason


async def test_hdfs_in_safe_mode_is_one_sentence_and_the_last_tables_stay(warm: WarmLake, unique: str) -> None:
    await warm.user.send({unique: "in safe mode"})
    warm.user.dfsadmin("-safemode", "enter")
    try:
        assert "HDFS is in safe mode" in await refused(warm, "ingest")
        assert "HDFS is in safe mode" in await refused(warm, "compact")
    finally:
        warm.user.dfsadmin("-safemode", "leave")
    await warm.until_done("ingest")
    await everything_is_right(warm)


async def test_a_full_quota_is_one_sentence_and_the_last_tables_stay(warm: WarmLake, unique: str) -> None:
    await warm.user.send({unique: "without room"})
    warm.user.dfsadmin("-setSpaceQuota", "1", TABLES_AT)
    try:
        assert "quota" in await refused(warm, "ingest")
    finally:
        warm.user.dfsadmin("-clrSpaceQuota", TABLES_AT)
    await warm.until_done("ingest")
    await everything_is_right(warm)


async def test_a_lost_checkpoint_is_named_and_can_be_resumed(warm: WarmLake, unique: str) -> None:
    await warm.user.send({f"{unique}-1": "before"})
    await warm.until_done("ingest")
    Hdfs(warm.stack.settings).delete(PRODUCT_HISTORY.checkpoint)
    await warm.user.send({f"{unique}-2": "after"})
    assert "python -m analytics resume" in await refused(warm, "ingest")
    warm.user.analytics("resume")
    await everything_is_right(warm)
    assert isinstance(await warm.run("ingest"), Finished)
