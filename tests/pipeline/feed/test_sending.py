"""Feeds to real Kafka: what is sent, what is put aside, and what the command says of it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ops.settings import Settings
from ops.stack.running import RunningStack
from pipeline.contracts.messages import DeadLetter, Product, decode
from tests.pipeline.feed.conftest import Write
from tests.pipeline.topic_reader import read_topic

pytestmark = pytest.mark.system
CHECKOUT = Path(__file__).resolve().parents[3]
Command = list[str]


def row(identifier: str, amount: object = 1990) -> str:
    price = {"amount": amount, "currency": "RUB"}
    return json.dumps({"product_id": identifier, "name": "Умные часы", "price": price, "store_id": "s"})


def command(*arguments: str | Path) -> Command:
    return [sys.executable, "-m", "pipeline", "feed", *map(str, arguments)]


def feed(stack: RunningStack, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        cwd=CHECKOUT,
        env=stack.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


async def sent(settings: Settings, prefix: str) -> dict[str, Product]:
    """The latest product of every id of the shop `s` that begins with the prefix, by its id."""
    records = await read_topic(settings, "products")
    return {
        record.key.decode().removeprefix("s/"): decode(Product, record.value)
        for record in records
        if record.key and record.key.decode().startswith(f"s/{prefix}") and record.value
    }


async def test_rows_and_refusals(stack: RunningStack, settings: Settings, write: Write, unique: str) -> None:
    rows = [row(f"{unique}-{number}") for number in range(1_200)]
    rows[7] = row(f"{unique}-7", "дорого")
    rows[9] = "{broken"
    rows.append(row(f"{unique}-0", 2))
    done = feed(stack, write(f"{unique}.jsonl", "\n".join(rows)))
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines()[0] == f"{unique}.jsonl: 1199 sent, 2 refused"
    assert "(line 8)" in done.stdout
    assert f"the last one counts ({unique}-0)" in done.stdout
    products = await sent(settings, unique)
    assert sorted(products) == sorted(f"{unique}-{number}" for number in range(1_200) if number not in {7, 9})
    assert products[f"{unique}-0"].price.amount == 2
    dead_letters = [
        decode(DeadLetter, record.value)
        for record in await read_topic(settings, "dead_letters")
        if record.value and unique in record.key.decode()
    ]
    assert [(dead_letter.source.rsplit(":", 1)[0], dead_letter.reason) for dead_letter in dead_letters] == [
        (f"feed:{unique}.jsonl:8", "refused_row"),
        (f"feed:{unique}.jsonl:10", "refused_row"),
    ]
    assert b64decode(dead_letters[1].value) == b"{broken"


@pytest.mark.parametrize(
    ("content", "status"),
    [("[ROW]", 0), ("[]", 0), ("[{}]", 1), ("a;b", 2)],
)
def test_exit_status(stack: RunningStack, write: Write, unique: str, content: str, status: int) -> None:
    done = feed(stack, write("feed", content.replace("ROW", row(unique))))
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr


def test_one_file_that_cannot_be_read_does_not_stop_the_others(stack: RunningStack, write: Write, unique: str) -> None:
    done = feed(stack, write("what.csv", "a;b"), write("good.json", f"[{row(unique)}]"))
    assert (done.returncode, done.stdout) == (2, "good.json: 1 sent, 0 refused\n")
    assert done.stderr.startswith("what.csv: it is neither JSON nor YML")


def test_without_kafka_the_command_says_so(stack: RunningStack, write: Write, unique: str) -> None:
    environment = {**stack.environment, "YARMARKA_KAFKA__BOOTSTRAP": "localhost:1"}
    done = subprocess.run(
        command(write("good.json", f"[{row(unique)}]")), cwd=CHECKOUT, env=environment, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "YARMARKA_KAFKA__BOOTSTRAP" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def watching(stack: RunningStack, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start watchers of `tmp_path/drop`; all of them end with the test."""
    (tmp_path / "drop" / "s").mkdir(parents=True)
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        with (tmp_path / f"watch-{len(started)}.log").open("wb") as log:
            process = subprocess.Popen(
                command("--watch", tmp_path / "drop"), cwd=CHECKOUT, env=stack.environment, stdout=log, stderr=log
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


async def until(holds: Callable[[], bool], what: Callable[[], object], within: float = 60.0) -> None:
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, f"not within {within:g} s: {what()}"
        await asyncio.sleep(0.1)


async def test_dropped_files_survive_a_kill(
    settings: Settings, tmp_path: Path, unique: str, watching: Callable[[], subprocess.Popen[bytes]]
) -> None:
    drop = tmp_path / "drop" / "s"
    names = [f"{number}.jsonl" for number in range(3)]
    first = watching()
    for file, name in enumerate(names):
        # Renamed in, as shops should do it.
        part = drop / f"{name}.part"
        part.write_text("\n".join(row(f"{unique}-{file}-{number}") for number in range(4_000)))
        os.utime(part, (time.time() - 10, time.time() - 10))
        part.rename(drop / name)
    (drop / "bad.csv").write_text("a;b")
    await until(lambda: any((drop / "done").glob("*.jsonl")), lambda: list(drop.rglob("*")))
    first.send_signal(signal.SIGKILL)
    first.wait()
    watching()
    await until(
        lambda: len(list((drop / "done").glob("*.jsonl"))) == 3 and any((drop / "refused").glob("*.csv")),
        lambda: list(drop.rglob("*")),
    )
    assert [path for path in drop.iterdir() if path.is_file()] == []
    products = await sent(settings, unique)
    assert len(products) == 12_000
