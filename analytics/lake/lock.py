"""Who may write the lake: one job of a lane at a time, and one writer of a part, in whichever process of this host."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, TextIO

from ops.settings import Settings

if TYPE_CHECKING:
    from pipeline.contracts.lake import Table

OnWait = Callable[[str], None]
WAITING = "waiting for another job"


class Lane(StrEnum):
    """Jobs of one lane run one after another; those of the other do not wait for them."""

    INTAKE = "intake"
    """What takes in news: a ban waits for nothing that takes long."""
    LONG = "long"


class Part(StrEnum):
    """Tables that have one writer at a time. A deletion clears away whatever no commit names yet."""

    PRODUCTS = "products"
    PEOPLE = "people"

    @classmethod
    def of(cls, table: Table) -> Part:
        """The part that a table belongs to."""
        return cls.PEOPLE if table.personal else cls.PRODUCTS


@contextmanager
def lake_lock(
    settings: Settings, on_wait: OnWait, lane: Lane = Lane.LONG, parts: Sequence[Part] = tuple(Part)
) -> Iterator[None]:
    """Hold a lane and parts of the lake; waits for whoever holds them, and calls `on_wait` with a line that says so.

    The locks are the operating system's, so they end with their process, however that ends.
    """
    with _held(settings, lane.value, on_wait), part_lock(settings, on_wait, parts):
        yield


@contextmanager
def part_lock(settings: Settings, on_wait: OnWait, parts: Sequence[Part]) -> Iterator[None]:
    """The same for parts alone, for who has a lane already."""
    with ExitStack() as held:
        # Always in one order: two who want both never wait for each other.
        for part in (part for part in Part if part in parts):
            held.enter_context(_held(settings, part.value, on_wait))
        yield


@contextmanager
def free_part(settings: Settings, part: Part) -> Iterator[bool]:
    """Hold a part if nobody else does; whether it is held."""
    with _opened(settings, part.value) as file:
        yield _locked(file, wait=False)


@contextmanager
def _held(settings: Settings, name: str, on_wait: OnWait) -> Iterator[None]:
    with _opened(settings, name) as file:
        if not _locked(file, wait=False):
            on_wait(WAITING)
            _locked(file, wait=True)
        yield


@contextmanager
def _opened(settings: Settings, name: str) -> Iterator[TextIO]:
    path = settings.stack_dir / "run" / f"lake-{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        yield file


def _locked(file: TextIO, *, wait: bool) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True
