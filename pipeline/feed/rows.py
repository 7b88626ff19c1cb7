"""What a feed file is taken apart into: rows as they stand in the file, and refusals."""

from dataclasses import dataclass

ROW_LIMIT = 512 * 1024
"""Bytes of the largest row that is read; a message must fit Kafka's 1 MiB with room for its envelope."""

RAW_KEPT = 64 * 1024
"""Bytes of a refused row that are kept in `dead_letters`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `line` counts from 1, `offset` in bytes of the (unpacked) file from 0."""

    line: int
    offset: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that no product could be made of, and why, in words for the shop.

    `raw` is the row as it stands in the file, cut at `RAW_KEPT` bytes.
    """

    line: int
    offset: int
    reason: str
    raw: bytes


class RowRefused(Exception):
    """This row cannot become a product; the text says which field and why."""


class UnreadableFile(Exception):
    """Nothing at all can be read from the file; the text is one sentence with a next step."""


def refuse(row: Row, reason: str) -> Refusal:
    """The refusal of a whole row."""
    return Refusal(row.line, row.offset, reason, row.raw[:RAW_KEPT])
