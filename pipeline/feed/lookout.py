"""Which files of the shops' folders are whole: the folders are looked at again and again."""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from ops import logs
from pipeline.contracts.feeds import address_token, chat_token
from pipeline.feed.dropped import AHEAD_S, MOVED_TO, Dropped, FileState, is_taken, shop_of, shown

log = logs.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Sighting:
    state: FileState
    since: float
    """When it was first seen so, by the monotonic clock."""
    seen_ns: int
    """The same by the clock on the wall."""
    whole: bool = False
    """It was renamed from an unfinished name to this one, as the bot and fetches do: whoever did that has finished."""


class Lookout:
    """Remembers how each file looked, and so knows which have come to rest."""

    def __init__(self, folder: Path, quiet_s: float) -> None:
        self._folder = folder
        self._quiet_s = quiet_s
        self._before: dict[Path, _Sighting] = {}
        self._unfinished: set[tuple[int, int]] = set()
        self._told: set[tuple[Path, str]] = set()

    def look(self, known: Collection[Path] = ()) -> tuple[list[Dropped], list[Path]]:
        """The whole files, the oldest first, and the links; `known` ones are left out.

        A file is whole when it was seen unchanged before, and either it was renamed into place from an unfinished
        name, or nothing has changed for `quiet_s` seconds: by its time of change, or, when that lies in the future,
        since we first saw it so. Raises OSError when the folder cannot be read.
        """
        now, unfinished = time.monotonic(), set[tuple[int, int]]()
        sightings: dict[Path, _Sighting] = {}
        links: list[Path] = []
        for path in self._entries():
            state = FileState.of(path)
            if state is None:
                if path.is_symlink() and is_taken(path.name):
                    links.append(path)
            elif not is_taken(path.name):
                unfinished.add((state.device, state.inode))
            elif path not in known:
                sightings[path] = self._sighting(path, state, now)
        self._told = {told for told in self._told if told[0] in sightings or told[0].is_dir()}
        found = [self._dropped(path, seen) for path, seen in sightings.items() if self._is_whole(path, seen, now)]
        self._before, self._unfinished = sightings, unfinished
        return sorted(found, key=lambda file: file.order), links

    def _entries(self) -> Iterator[Path]:
        """What lies in the folder itself, and in the folders in it, which are the shops'; no deeper."""
        for entry in self._folder.iterdir():
            yield entry
            if entry.name.startswith(".") or entry.name in MOVED_TO or entry.is_symlink() or not entry.is_dir():
                continue
            try:
                yield from [path for path in entry.iterdir() if path.name not in MOVED_TO]
            except OSError as error:
                # One shop's folder is nobody else's trouble.
                self.tell(entry, f"the shop's folder cannot be read ({error.strerror})")

    def _sighting(self, path: Path, state: FileState, now: float) -> _Sighting:
        before = self._before.get(path)
        if before is not None and before.state == state:
            return before
        ours = bool(chat_token(path.name) or address_token(path.name))
        renamed = (state.device, state.inode) in self._unfinished or ours
        return _Sighting(state, now, time.time_ns(), renamed)

    def _is_whole(self, path: Path, seen: _Sighting, now: float) -> bool:
        if self._before.get(path) is not seen:
            return False
        age_s = (time.time_ns() - seen.state.changed_ns) / 1e9
        if age_s < -AHEAD_S:
            self.tell(path, "its time of change lies in the future; it is taken by the time it was first seen")
        quiet_s = max(age_s, now - seen.since)
        return seen.whole or quiet_s >= self._quiet_s

    def _dropped(self, path: Path, seen: _Sighting) -> Dropped:
        ahead_s = (seen.state.changed_ns - seen.seen_ns) / 1e9
        note = ""
        if ahead_s > AHEAD_S:
            note = f"its time of change lay {ahead_s:.0f} s in the future; check the clock of the computer that sends"
        shop = shop_of(path.parent) if path.parent != self._folder else ""
        name = f"{shown(path.parent)}/{shown(path)}" if path.parent != self._folder else shown(path)
        return Dropped(path, seen.state, (min(seen.state.changed_ns, seen.seen_ns), str(path)), name, note, shop)

    def tell(self, path: Path, what: str) -> None:
        """Say why a file waits, once as long as it lies here."""
        if (path, what) not in self._told:
            self._told.add((path, what))
            log.warning("file waits", file=shown(path), why=what)
