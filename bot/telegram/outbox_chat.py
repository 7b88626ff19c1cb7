"""What one chat has to be shown, in the order in which it will be."""

import heapq
from dataclasses import dataclass, field

from bot.telegram.outbox_item import OutboxItem, Urgency


@dataclass(slots=True)
class Entry:
    """An item in the outbox. `lined` is the urgency at which it stands in its chat's line, None while it does not."""

    item: OutboxItem
    number: int
    not_before: float = 0.0
    failures: int = 0
    lined: Urgency | None = None


@dataclass(slots=True)
class ChatItems:
    """A chat's items: `waiting` by key, and the keys of those `in_work`.

    `offered` is the chat's place in the outbox's line; `asleep`: nothing as urgent as this, or less, fits now.
    """

    waiting: dict[str, Entry] = field(default_factory=dict)
    in_work: set[str] = field(default_factory=set)
    offered: tuple[int, int, int] | None = None
    asleep: Urgency | None = None
    _line: list[tuple[int, int, str]] = field(default_factory=list)

    def put(self, item: OutboxItem, number: int) -> Entry:
        """Take the item; the entry that now stands for its key. The later state replaces what is no more urgent."""
        entry = self.waiting.get(item.key)
        if entry is None:
            entry = self.waiting[item.key] = Entry(item, number)
        elif item.urgency <= entry.item.urgency:
            entry.item = item
        if item.urgency is Urgency.NOW:
            entry.not_before = 0.0
        return entry

    def line_up(self, entry: Entry, now: float) -> None:
        """Let the entry be delivered in its turn, if its time has come and none of its key is in work."""
        urgency = entry.item.urgency
        if entry.item.key in self.in_work or entry.not_before > now:
            return
        if entry.lined is None or urgency < entry.lined:
            entry.lined = urgency
            heapq.heappush(self._line, (urgency, entry.number, entry.item.key))

    def first(self) -> Entry | None:
        """Whose turn it is; it stays in line."""
        while self._line:
            urgency, number, key = self._line[0]
            entry = self.waiting.get(key)
            if entry is not None and entry.number == number and entry.lined == urgency:
                return entry
            heapq.heappop(self._line)
        return None

    def begin(self, entry: Entry) -> None:
        """The entry, which is the first, is in work from now on."""
        heapq.heappop(self._line)
        del self.waiting[entry.item.key]
        self.in_work.add(entry.item.key)
        entry.lined = None

    @property
    def idle(self) -> bool:
        """Whether nothing is left to be done."""
        return not self.waiting and not self.in_work
