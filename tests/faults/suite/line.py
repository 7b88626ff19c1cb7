"""One line of `make faults`, and the table that the lines make."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import orjson
from pydantic import BaseModel, ConfigDict
from rich.table import Table

NONE = "–"
HEADS = ("part", "what was done", "lost", "doubled", "ready, s", "answered, s", "operators knew, s", "counted")


class Line(BaseModel):
    """What was done to the stack, and what it cost. None where the part has nothing of the kind to measure."""

    model_config = ConfigDict(frozen=True)

    part: str
    what: str
    lost: int | None = None
    """Messages lost: products, bans, answers, cards and requests that are not as they must be, all together."""
    doubled: int | None = None
    """Effects doubled: second answers and cards, requests counted twice; without those that say they may be repeats."""
    ready_s: float | None = None
    """The longest time until what was broken was ready again: from the kill, or from the end of a fault that lasted."""
    answered_s: float | None = None
    """The longest that somebody waited who wrote after the fault began."""
    known_s: float | None = None
    """The longest time until the operators' group was told; None when it was over before anybody had to be."""
    said: str = ""
    """What was counted, and what is wrong."""
    broken: str = ""
    """Why the line could not be measured to its end."""

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled or self.broken)

    def cells(self) -> tuple[str, ...]:
        """The line as text, under `HEADS`."""
        return (
            self.part,
            self.what,
            _count(self.lost),
            _count(self.doubled),
            _seconds(self.ready_s),
            _seconds(self.answered_s),
            _seconds(self.known_s),
            " ".join(f"{self.said} {self.broken}".split()),
        )


def write(directory: Path, lines: Sequence[Line]) -> None:
    """`faults.json`, and the same as a table in `faults.md`; lines of other parts in the file stay."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "faults.json"
    parts = {line.part for line in lines}
    kept = [Line.model_validate(one) for one in orjson.loads(path.read_bytes())] if path.exists() else []
    every = [line for line in kept if line.part not in parts] + list(lines)
    _replace(path, orjson.dumps([line.model_dump() for line in every], option=orjson.OPT_INDENT_2))
    _replace(directory / "faults.md", markdown(every).encode())


def markdown(lines: Iterable[Line]) -> str:
    """The table for a document."""
    rows = [HEADS, tuple("---" for _ in HEADS), *(line.cells() for line in lines)]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |\n" for row in rows)


def table(lines: Iterable[Line]) -> Table:
    """The table for a terminal."""
    shown = Table(*HEADS)
    for line in lines:
        shown.add_row(*line.cells(), style=None if line.good else "red")
    return shown


def longest(seconds: Iterable[float | None]) -> float | None:
    """The longest of those that were measured."""
    measured = [one for one in seconds if one is not None]
    return max(measured) if measured else None


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)


def _count(number: int | None) -> str:
    return NONE if number is None else str(number)


def _seconds(number: float | None) -> str:
    return NONE if number is None else f"{number:.1f}"
