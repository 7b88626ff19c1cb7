"""Kills and faults in the middle of jobs: the next run has every row once, and readers never saw a mix."""

import pytest

from analytics.hdfs import Hdfs
from ops.stack.running import RunningStack
from pipeline.contracts.lake import PRODUCT_HISTORY, TABLES_AT
from tests.faults.lake import LakeUser

pytestmark = [pytest.mark.faults, pytest.mark.system, pytest.mark.timeout(1_200)]


async def check(user: LakeUser) -> None:
    """The catalogue is the compacted topic, and the history has no record twice."""
    catalogue = {str(row["product_id"]): str(row["name"]) for row in user.rows("catalogue")}
    assert catalogue == await user.accepted()
    places = [(row["partition"], row["offset"]) for row in user.rows("product_history")]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("stage", ["reading filtered_products", "reading client_requests", "putting the catalogue"])
async def test_a_driver_that_is_killed_leaves_nothing_half_done(
    lake_stack: RunningStack, unique: str, stage: str
) -> None:
    user = LakeUser(lake_stack)
    await user.send({f"{unique}-{n}": f"first {n}" for n in range(300)})
    user.analytics("run", "ingest")
    await user.send({f"{unique}-{n}": None if n % 3 == 0 else f"second {n}" for n in range(0, 300, 2)})
    before = user.rows("catalogue")
    user.kill_in("ingest", stage)
    seen = user.rows("catalogue")
    key = lambda row: str(row["product_id"])  # noqa: E731 - the order of rows is of no meaning
    assert sorted(seen, key=key) == sorted(before, key=key)
    user.analytics("run", "ingest")
    await check(user)
    # Once more changes nothing.
    assert "0 rows in, 0 rows out" in user.analytics("run", "ingest")


async def test_faults_of_hdfs_are_one_sentence_and_the_last_tables_stay(lake_stack: RunningStack, unique: str) -> None:
    user = LakeUser(lake_stack)
    await user.send({unique: "before"})
    user.analytics("run", "ingest")
    await user.send({unique: "after"})
    user.dfsadmin("-safemode", "enter")
    try:
        assert "HDFS is in safe mode" in user.analytics("run", "ingest", status=1)
    finally:
        user.dfsadmin("-safemode", "leave")
    user.dfsadmin("-setSpaceQuota", "1", TABLES_AT)
    try:
        assert "quota" in user.analytics("run", "ingest", status=1)
    finally:
        user.dfsadmin("-clrSpaceQuota", TABLES_AT)
    user.analytics("run", "ingest")
    await check(user)


async def test_a_lost_checkpoint_is_named_and_can_be_resumed(lake_stack: RunningStack, unique: str) -> None:
    user = LakeUser(lake_stack)
    await user.send({unique: "before"})
    user.analytics("run", "ingest")
    Hdfs(lake_stack.settings).delete(PRODUCT_HISTORY.checkpoint)
    await user.send({unique: "after"})
    assert "python -m analytics resume" in user.analytics("run", "ingest", status=1)
    user.analytics("resume")
    await check(user)
