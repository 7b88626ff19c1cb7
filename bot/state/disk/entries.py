"""The entries of one prefix of a topic on disk, decoded when they are asked for; the latest stay in memory."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from pydantic import BaseModel

from bot.state.disk.view import DiskView
from ops import logs, metrics
from ops.errors import UnprocessableMessage
from pipeline.contracts.messages import decode

log = logs.get_logger(__name__)
M = TypeVar("M", bound=BaseModel)
# Of the largest kind, lists of recommendations, one takes 12 kB.
CACHED = 1_000


class DiskEntries(Generic[M]):
    """Entries by the part of their key after the prefix. One that is not understood is logged, counted, and not there.

    Reading one takes a tenth of a millisecond, or a microsecond when it is one of the last 1,000 that were asked for.
    `changed` has to be called with each key that is put into the view.
    """

    def __init__(self, view: DiskView, model: type[M], prefix: str = "", *, cached: int = CACHED) -> None:
        self._view = view
        self._model = model
        self._prefix = prefix
        self._cached = cached
        self._decoded: OrderedDict[str, M | None] = OrderedDict()

    def get(self, name: str) -> M | None:
        """The entry as it is now, or None. Raises BrokenFileError."""
        if name in self._decoded:
            self._decoded.move_to_end(name)
            return self._decoded[name]
        value = self._view.get(self._key(name))
        entry = None if value is None else self._understood(name, value)
        self._decoded[name] = entry
        if len(self._decoded) > self._cached:
            self._decoded.popitem(last=False)
        return entry

    def entries(self) -> Iterator[tuple[str, M]]:
        """All entries; do not keep the iterator over an await."""
        for page in self.pages():
            yield from page

    def pages(self) -> Iterator[list[tuple[str, M]]]:
        """The same in short lists, between which others may go on: what comes late may be missing."""
        for page in self._view.pages(self._prefix.encode()):
            named = ((self._name(key), value) for key, value in page)
            yield [(name, entry) for name, value in named if (entry := self._understood(name, value)) is not None]

    def of(self, person: str) -> tuple[tuple[str, M], ...]:
        """The entries whose names are `<person>` or begin with `<person>:`, in the order of their names."""
        own = self.get(person)
        found = {} if own is None else {person: own}
        for key, value in self._view.items(self._key(f"{person}:")):
            name = self._name(key)
            if (entry := self._understood(name, value)) is not None:
                found[name] = entry
        return tuple(sorted(found.items(), key=lambda named: named[0]))

    def marked(self, mark: str) -> tuple[str, ...]:
        """The names of the entries that have this mark."""
        return tuple(map(self._name, self._view.marked(self._key(mark))))

    def has(self, name: str) -> bool:
        """Whether there is such an entry, whatever it says."""
        return self._view.has(self._key(name))

    def count(self) -> int:
        """How many there are; costs their number."""
        return self._view.count(self._prefix.encode())

    def put(self, name: str, value: bytes | None, marks: Iterable[str] = ()) -> None:
        """The entry is another one now; None: there is none any more."""
        self._view.put(self._key(name), value, tuple(map(self._key, marks)))
        self.changed(name)

    def changed(self, name: str) -> None:
        """The entry is another one now."""
        self._decoded.pop(name, None)

    def _key(self, name: str) -> bytes:
        return f"{self._prefix}{name}".encode()

    def _name(self, key: bytes) -> str:
        return key.decode("utf-8", "replace").removeprefix(self._prefix)

    def _understood(self, name: str, value: bytes) -> M | None:
        try:
            return decode(self._model, value)
        except UnprocessableMessage as error:
            metrics.DEAD_LETTERS.labels(self._view.topic.name, "undecodable_state").inc()
            log.error("state_not_understood", topic=self._view.topic.name, name=name, fault=str(error))
            return None
