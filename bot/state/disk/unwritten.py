"""What was taken and is not in the file yet."""

from collections.abc import Iterable

from bot.state.disk.database import Change


class Unwritten:
    """The newest change of each key, found by its marks too."""

    def __init__(self) -> None:
        self._changes: dict[bytes, Change] = {}
        self._by_mark: dict[bytes, set[bytes]] = {}
        self.size = 0

    def __len__(self) -> int:
        return len(self._changes)

    def __contains__(self, key: bytes) -> bool:
        return key in self._changes

    def get(self, key: bytes) -> Change | None:
        return self._changes.get(key)

    def changes(self) -> tuple[Change, ...]:
        return tuple(self._changes.values())

    def marked(self, mark: bytes) -> Iterable[bytes]:
        """The keys that have the mark by what is in here."""
        return self._by_mark.get(mark, ())

    def put(self, change: Change) -> None:
        """Take in a change that is newer than all others. `size` grows with its bytes."""
        before = self._changes.get(change.key)
        for mark in (before.marks if before is not None else None) or ():
            self._by_mark[mark].discard(change.key)
        if change.marks is None and before is not None:
            change = change._replace(marks=before.marks)
        for mark in change.marks or ():
            self._by_mark.setdefault(mark, set()).add(change.key)
        self._changes[change.key] = change
        self.size += len(change.key) + len(change.value or b"")
