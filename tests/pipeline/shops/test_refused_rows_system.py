"""The refused rows of a run, read back from a real Kafka as the bot reads them."""

import subprocess
import sys
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ops.kafka import Kafka
from ops.stack.running import RunningStack
from pipeline.contracts.feeds import FaultCode, FeedRun, RefusedRow
from pipeline.contracts.messages import DeadLetter, decode
from pipeline.kafka.dead_letters import DeadLetters
from pipeline.shops.refused_rows import AT_ONCE, MOST_ROWS, KafkaRefusedRows
from tests.conftest import CHECKOUT
from tests.pipeline.topic_reader import read_topic

pytestmark = [pytest.mark.system, pytest.mark.timeout(480)]
GOOD = '{{"product_id": "p{n}", "name": "Tea", "price": {{"amount": 5, "currency": "RUB"}}}}'


def fed(stack: RunningStack, path: Path, shop: str, state: Path) -> None:
    """Feed the file by the command, with a store of its own."""
    own = {
        "YARMARKA_STACK_DIR": str(state),
        "YARMARKA_KAFKA__BOOTSTRAP": stack.settings.kafka.bootstrap,
        "YARMARKA_CREDENTIALS": str(stack.settings.credentials),
    }
    command = [sys.executable, "-m", "pipeline", "feed", str(path), "--store", shop]
    subprocess.run(command, cwd=CHECKOUT, env={**stack.environment, **own}, check=False, timeout=120)


async def run_of(stack: RunningStack, shop: str) -> FeedRun:
    records = await read_topic(stack.settings, "feed_runs")
    runs = {record.key: decode(FeedRun, record.value) for record in records}
    return max((run for run in runs.values() if run.store_id == shop), key=lambda run: run.run_id)


async def rows_of(stack: RunningStack, run: FeedRun) -> list[RefusedRow]:
    return await KafkaRefusedRows(Kafka(stack.settings, "bot")).of(run)


def state_of(tmp_path: Path) -> Path:
    state = tmp_path / "state"
    state.mkdir(exist_ok=True)
    return state


async def test_the_rows_of_a_run_come_back_with_their_faults_and_those_of_other_runs_do_not(
    stack: RunningStack, tmp_path: Path, unique: str
) -> None:
    path = tmp_path / "prices:май.jsonl"
    path.write_text('{"product_id": "old", "name": "Tea"}\n' + GOOD.format(n=0))
    fed(stack, path, unique, state_of(tmp_path))
    other = tmp_path / "other.jsonl"
    other.write_text('{"product_id": "other", "name": "Tea"}\n' + GOOD.format(n=0))
    bad = ['{"product_id": "a", "name": "Чай"}', "{]", '{"product_id": "b", "name": "Tea", "price": "1,299 руб"}']
    path.write_text("\n".join([GOOD.format(n=1), bad[0], GOOD.format(n=2), bad[1], bad[2]]))
    fed(stack, path, unique, state_of(tmp_path))
    run = await run_of(stack, unique)
    fed(stack, other, unique, state_of(tmp_path))
    rows = await rows_of(stack, run)
    assert [(row.line, row.row) for row in rows] == [(2, bad[0]), (4, bad[1]), (5, bad[2])]
    faults = [row.fault for row in rows if row.fault is not None]
    assert [fault.code for fault in faults] == [FaultCode.MISSING, FaultCode.BAD_JSON, FaultCode.TWO_READINGS]
    assert faults[2].values == {"value": "1,299 руб", "high": "1299", "low": "1.299"}
    assert {row.reason for row in rows} == {row.reason for row in run.examples}


async def test_a_run_without_refused_rows_has_none_also_when_nothing_was_written_since(
    stack: RunningStack, tmp_path: Path, unique: str
) -> None:
    path = tmp_path / "good.jsonl"
    path.write_text(GOOD.format(n=1))
    fed(stack, path, unique, state_of(tmp_path))
    run = await run_of(stack, unique)
    assert await rows_of(stack, run) == []
    later = FeedRun.model_validate(run.model_dump() | {"began": datetime.now(UTC) + timedelta(hours=1)})
    assert await rows_of(stack, later) == []


async def test_of_very_many_rows_the_first_thousand_of_the_file_come_back(stack: RunningStack, unique: str) -> None:
    began = datetime.now(UTC) - timedelta(seconds=1)
    run = FeedRun(run_id="0000000001", store_id=unique, file=f"{unique}/a.csv", began=began)
    lines = range(1, MOST_ROWS + 2 * AT_ONCE)
    letters = [
        DeadLetter(
            source=f"feed:{run.file}:{line}:{line * 10}", topic="", value=b64encode(b"row").decode(),
            reason="refused_row", detail="price: no number", service="feed",
        )
        for line in lines
    ]  # fmt: skip
    async with Kafka(stack.settings, "feed").producer() as producer:
        await DeadLetters(producer, "feed").put_all(letters)
    rows = await rows_of(stack, run)
    assert [row.line for row in rows] == list(lines[:MOST_ROWS])
