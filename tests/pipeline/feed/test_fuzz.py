"""Thousands of broken files through the real folder service: it never ends, and every file is dealt with.

`make fuzz` takes 20,000; Kafka is one that keeps, since what broken files may break is all before it.
"""

import os
import time
from pathlib import Path

import pytest

from pipeline.feed.drop_folder import REPORT
from tests.pipeline.feed.mutations import mutated
from tests.pipeline.feed.shops_folder import watched

FILES = 20_000 if os.environ.get("HYPOTHESIS_PROFILE") == "fuzz" else 400
AT_ONCE = 200


@pytest.mark.timeout(7_200)
async def test_mutated_files_end_nothing(tmp_path: Path) -> None:
    async with watched(tmp_path, stall_timeout_s=20) as shops:
        slowest = 0.0
        for start in range(0, FILES, AT_ONCE):
            began = time.monotonic()
            for number in range(start, min(start + AT_ONCE, FILES)):
                shops.drop(*mutated(number))
            await shops.until_empty(within=600)
            slowest = max(slowest, time.monotonic() - began)
            if (start // AT_ONCE) % 10 == 0:
                print(f"{start + AT_ONCE} of {FILES}, {slowest:.0f} s for the slowest {AT_ONCE}")  # noqa: T201
        reports = [path for folder in ("done", "refused") for path in (tmp_path / "s" / folder).glob(f"*{REPORT}")]
        assert len(reports) == FILES
        assert shops.kafka.products(), "some rows survive their file"
        unforeseen = [text for path in reports if "tell the operators" in (text := path.read_text())]
        assert not unforeseen, unforeseen[:3]
