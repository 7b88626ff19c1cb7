"""How long fed and refused files are kept: by days and by bytes, the oldest go first."""

import re
import time
from calendar import timegm
from dataclasses import dataclass
from pathlib import Path

from ops import logs, metrics
from pipeline.feed.drop_folder import REPORT
from pipeline.feed.dropped import DONE, REFUSED

log = logs.get_logger(__name__)
DAY_S = 86_400
MEBIBYTE = 1 << 20
# Only what was moved here by us is ever removed, and its age is the time at which it was moved.
NAME = re.compile(r"^(\d{8}T\d{6})\.(\d{9})-")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file or a report in `done/` or `refused/`."""

    path: Path
    moved_at: float
    size: int

    def is_report(self) -> bool:
        return self.path.name.endswith(REPORT)


def superfluous(files: list[KeptFile], now: float, keep_days: int, keep_mb: int) -> list[KeptFile]:
    """Which are to go: those older than the days, then the oldest until the rest fits. Reports outlive their files.

    Pure.
    """
    oldest_first = sorted(files, key=lambda file: (file.moved_at, file.path.name))
    gone = [file for file in oldest_first if now - file.moved_at > keep_days * DAY_S]
    kept = oldest_first[len(gone) :]
    held = sum(file.size for file in kept)
    # A report is small, and the shop may still be waiting for it.
    for file in sorted(kept, key=KeptFile.is_report):
        if held <= keep_mb * MEBIBYTE:
            break
        gone.append(file)
        held -= file.size
    return gone


def prune(folder: Path, keep_days: int, keep_mb: int) -> None:
    """Remove what is superfluous in `done/` and `refused/` of all shops together, say so, and measure what is kept."""
    shops = [folder, *(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())]
    for name in (DONE, REFUSED):
        files = [file for shop in shops for file in _kept(shop / name)]
        gone = superfluous(files, time.time(), keep_days, keep_mb)
        removed = [file for file in gone if _remove(file.path)]
        freed = sum(file.size for file in removed)
        metrics.FEED_KEPT.labels(name).set(sum(file.size for file in files) - freed)
        metrics.FEED_REMOVED.labels(name).inc(len(removed))
        if removed:
            log.info("removed by retention", folder=name, files=len(removed), bytes=freed)


def _kept(folder: Path) -> list[KeptFile]:
    found: list[KeptFile] = []
    if folder.is_symlink() or not folder.is_dir():
        return found
    for path in folder.iterdir():
        stamp = NAME.match(path.name)
        if stamp is None:
            continue
        try:
            size = path.lstat().st_size
            moved_at = timegm(time.strptime(stamp.group(1), "%Y%m%dT%H%M%S")) + int(stamp.group(2)) / 1e9
        except (OSError, ValueError):
            continue
        found.append(KeptFile(path, moved_at, size))
    return found


def _remove(path: Path) -> bool:
    try:
        path.unlink()
    except OSError as error:
        log.error("cannot be removed", file=path.name, fault=str(error.strerror))
        return False
    return True
