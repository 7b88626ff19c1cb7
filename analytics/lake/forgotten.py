"""Who asked to be forgotten, kept in HDFS, where it survives Kafka: no backup that comes back may know them again.

Nor may a request that comes late, off the disk of a bot that could not send it: so it is kept as long as the log too.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from analytics.lake.hdfs import Hdfs
from ops.backup.forgotten import Forgotten
from ops.settings import Settings
from pipeline.contracts.lake import ROOT

PLACE = f"{ROOT}/forgotten.jsonl"
LONGEST_MONTH = 31


def remembered(hdfs: Hdfs) -> Forgotten:
    """Everybody who is noted. Raises HdfsFault, and StartupError when the file cannot be understood."""
    return Forgotten.parse(hdfs.read_replaced(PLACE), PLACE)


def remember(hdfs: Hdfs, settings: Settings, asked: Forgotten) -> Forgotten:
    """Note who asks, durable when it returns, and drop those of whom neither a backup nor the log may know; all."""
    before = remembered(hdfs)
    days = max(settings.backup.returns_within_days, LONGEST_MONTH * settings.search.request_retention_months)
    oldest = datetime.now(UTC) - timedelta(days=days)
    after = (before | asked).since(oldest)
    if after != before:
        hdfs.replace(PLACE, after.lines())
    return after
