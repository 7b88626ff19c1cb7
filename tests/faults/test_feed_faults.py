"""The shops' folder on a real Kafka: half a million bad rows of one shop, and a disk without a free byte."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from ops.settings import Settings
from ops.stack.running import RunningStack
from pipeline.contracts.messages import DeadLetter, Product, decode
from tests.conftest import CHECKOUT
from tests.pipeline.feed.shops_folder import row
from tests.pipeline.topic_reader import read_topic

pytestmark = [pytest.mark.system, pytest.mark.faults, pytest.mark.timeout(900)]
BAD = 500_000
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def service(stack: RunningStack, tmp_path: Path) -> Iterator[Start]:
    """Start the folder service, behind a command if one is given; it must still run at the end."""
    started: list[subprocess.Popen[bytes]] = []

    def start(folder: Path, *before: str, settings: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        command = [*before, sys.executable, "-m", "pipeline", "feed", "--watch", str(folder)]
        with (tmp_path / "feed.log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=CHECKOUT, env={**stack.environment, **(settings or {})}, stdout=log, stderr=log
            )
        started.append(process)
        return process

    yield start
    for process in started:
        assert process.poll() is None, (tmp_path / "feed.log").read_text()[-2_000:]
        process.terminate()
        assert process.wait(30) == 0


async def until(holds: Callable[[], bool], within: float, seen: Callable[[], object]) -> float:
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < within, f"not within {within:g} s: {seen()}"
        await asyncio.sleep(0.1)
    return time.monotonic() - began


def put(folder: Path, name: str, content: str) -> None:
    part = folder / f"{name}.part"
    part.write_text(content)
    part.rename(folder / name)


def moved(folder: Path, kind: str, name: str) -> list[Path]:
    return list((folder / kind).glob(f"*-{name}")) if (folder / kind).is_dir() else []


async def test_half_a_million_bad_rows_hold_nobody(
    settings: Settings, tmp_path: Path, unique: str, service: Start
) -> None:
    folder = tmp_path / "shops"
    folder.mkdir()
    service(folder)
    put(folder, "bad.jsonl", "\n".join(row(f"{unique}-{number}", "дорого") for number in range(BAD)))
    await asyncio.sleep(3)
    put(folder, "good.jsonl", row(f"{unique}-good", store_id="another"))
    waited = await until(lambda: bool(moved(folder, "done", "good.jsonl")), 60, lambda: list(folder.rglob("*")))
    took = await until(lambda: bool(moved(folder, "refused", "bad.jsonl")), 600, lambda: list(folder.rglob("*")))
    print(f"another shop's file after {waited:.1f} s, the bad one after {3 + waited + took:.0f} s")  # noqa: T201
    assert waited < 20
    (report,) = (folder / "refused").glob("*-bad.jsonl.report.txt")
    assert report.read_text().startswith(f"bad.jsonl: 0 sent, {BAD} refused\n  refused: more than 1000 rows are wrong")
    letters = [
        decode(DeadLetter, record.value)
        for record in await read_topic(settings, "dead_letters")
        if record.value and record.key.startswith(b"feed:bad.jsonl:")
    ]
    assert len({letter.source for letter in letters}) == 1_001


async def test_a_full_disk_ends_nothing_and_feeds_nothing_twice(
    settings: Settings, tmp_path: Path, unique: str, service: Start
) -> None:
    folder = tmp_path / "shops"
    folder.mkdir()
    # A file system of its own, of 256 KiB, which only this process sees.
    mount = f'mount -t tmpfs -o size=256k tmpfs "{folder}" && exec "$@"'
    process = service(folder, "unshare", "--map-root-user", "--mount", "sh", "-c", mount, "sh")
    inside = Path(f"/proc/{process.pid}/root{folder}")
    await until((inside / "refused").is_dir, 60, lambda: (tmp_path / "feed.log").read_text()[-1_000:])
    for number in range(3):
        put(inside, f"a{number}.jsonl", row(f"{unique}-{number}"))
    put(inside, "b.csv", "a;b")
    filler = inside / ".filler"
    with pytest.raises(OSError, match="No space left"):
        filler.write_bytes(b"x" * 300_000)
    await until(
        lambda: len(list((inside / "done").glob("*.jsonl"))) == 3 and bool(moved(inside, "refused", "b.csv")),
        60,
        lambda: (tmp_path / "feed.log").read_text()[-2_000:],
    )
    filler.unlink()
    put(inside, "c.jsonl", row(f"{unique}-c"))
    await until(lambda: bool(moved(inside, "done", "c.jsonl.report.txt")), 60, lambda: list(inside.rglob("*")))
    keys = [
        record.key.decode()
        for record in await read_topic(settings, "products")
        if record.key and record.key.startswith(f"s/{unique}".encode()) and decode(Product, record.value)
    ]
    assert sorted(keys) == [f"s/{unique}-{which}" for which in ("0", "1", "2", "c")]
