"""Who asked to be forgotten, kept in HDFS, where it survives Kafka: no backup that comes back may know them again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from analytics.lake.hdfs import Hdfs
from ops.backup.forgotten import Forgotten
from ops.settings import Settings
from pipeline.contracts.lake import ROOT

PLACE = f"{ROOT}/forgotten.jsonl"


def remembered(hdfs: Hdfs) -> Forgotten:
    """Everybody who is noted. Raises HdfsFault, and StartupError when the file cannot be understood."""
    return Forgotten.parse(hdfs.read_replaced(PLACE), PLACE)


def remember(hdfs: Hdfs, settings: Settings, asked: Forgotten) -> Forgotten:
    """Note who asks, durable when it returns, and drop those who asked before any backup that may return; all."""
    before = remembered(hdfs)
    oldest = datetime.now(UTC) - timedelta(days=settings.backup.returns_within_days)
    after = (before | asked).since(oldest)
    if after != before:
        hdfs.replace(PLACE, after.lines())
    return after
