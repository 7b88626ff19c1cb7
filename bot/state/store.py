"""Stores: what the bot remembers under one prefix of a topic, read from memory and written to Kafka."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from pydantic import BaseModel

from bot.ui.locale import Html, Texts
from pipeline.contracts.topics import CHAT_STATE, Topic

M = TypeVar("M", bound=BaseModel)
LONG_PAGE = 50
PAUSE_S = 0.03
# Called after each change: the entry's name, what it was, what it is now (None: not there).
Listener: TypeAlias = Callable[[str, M | None, M | None], None]


def first_part(name: str) -> str:
    """Whose entry it is when its name begins with the person's pseudonym: `<pseudonym>` or `<pseudonym>:…`."""
    return name.partition(":")[0]


def once(_: BaseModel) -> int:
    """An entry counts as one thing that is kept."""
    return 1


@dataclass(frozen=True, slots=True)
class Personal(Generic[M]):
    """A store whose entries are about people: `/privacy` counts them, "forget me" deletes them.

    `words` is the line of `/privacy` for so many things; `count` says how many things an entry is.
    """

    words: Callable[[int, Texts], Html]
    count: Callable[[M], int] = once
    owner: Callable[[str], str] = first_part


@dataclass(frozen=True, slots=True)
class StoreSpec(Generic[M]):
    """A store: the prefix of its keys, the model of its entries, and whose they are (None: nobody's).

    A store with a `topic` of its own has the empty prefix, which is that of all its keys.

    A `large` one may have more entries than there is memory for: they stay on disk, and the latest of them in memory.
    `marks` are what its entries are found by beside their names. Raises ValueError for a large store whose entries'
    names do not begin with the person.
    """

    prefix: str
    model: type[M]
    personal: Personal[M] | None = None
    topic: Topic = CHAT_STATE
    large: bool = False
    marks: Callable[[M], Iterable[str]] | None = None

    def __post_init__(self) -> None:
        if self.large and self.personal is not None and self.personal.owner is not first_part:
            raise ValueError(f"the store {self.name} is large: the names of its entries must begin with the person")

    def marks_of(self, entry: M | None) -> tuple[str, ...]:
        """What an entry is found by; of what is deleted nothing."""
        return () if entry is None or self.marks is None else tuple(self.marks(entry))

    @property
    def name(self) -> str:
        """The store's name in metrics and logs."""
        return self.prefix.rstrip(":") or self.topic.name


AnySpec: TypeAlias = StoreSpec[Any]


class Store(Protocol[M]):
    """Entries by the part of their key after the prefix."""

    def get(self, name: str) -> M | None:
        """The entry as it is now, or None."""

    def entries(self) -> Iterator[tuple[str, M]]:
        """All entries; do not keep the iterator over an await. Of a large store use `each`."""

    def pages(self) -> Iterator[list[tuple[str, M]]]:
        """All entries in lists, between which others may go on: what is written meanwhile may be missing."""

    def marked(self, mark: str) -> tuple[str, ...]:
        """The names of the entries that have this mark; costs what there is of them."""

    def of(self, person: str) -> tuple[tuple[str, M], ...]:
        """The entries of one person (a pseudonym); costs what there is of that person."""

    def subscribe(self, listener: Listener[M]) -> None:
        """Call `listener` after each change, whoever made it; it must not wait and not raise."""

    async def put(self, name: str, entry: M | None) -> None:
        """Write the entry, or delete it with None; durable, and readable by `get`, when this returns.

        Raises KafkaError when Kafka cannot take it.
        """


async def each(store: Store[M]) -> AsyncIterator[tuple[str, M]]:
    """All entries, also of a large store: nobody is held up meanwhile, and what is written meanwhile may be missing."""
    for page in store.pages():
        for named in page:
            yield named
        # Half a million entries take some seconds of work: spread over minutes nobody notices them.
        await asyncio.sleep(PAUSE_S if len(page) >= LONG_PAGE else 0)
