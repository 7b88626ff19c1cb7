"""What a worker leaves behind with its committed offset, by which the next one knows what everything below it is worth.

The rules under which it was decided, the topic and epoch in which it was read, and how far the decisions are written.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson

from pipeline.kafka.log_position import LogNote

# Tombstones of `bans` are kept for 30 days; a checkpoint that is nearly as old may have missed an unban.
OLDEST = timedelta(days=25)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A state of the rules: all of `bans` below `bans_offset`, as in force at `as_of`; `bans` says of which log."""

    bans_offset: int
    as_of: datetime
    bans: LogNote | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """What may be committed for a partition: everything below `offset` is durably decided as `checkpoint` says.

    The decisions end below `written` in the partition of `filtered_products`. `orphans`: there may be products of which
    `products` holds nothing any more.
    """

    offset: int
    checkpoint: Checkpoint
    written: int = 0
    orphans: bool = False


@dataclass(frozen=True, slots=True)
class Commit:
    """What was read of a commit's metadata; a part that is not there, or cannot be trusted, is None."""

    checkpoint: Checkpoint | None = None
    note: LogNote | None = None
    written: int = 0
    output: LogNote | None = None
    orphans: bool = False


def encode_mark(mark: Mark, note: LogNote, output: LogNote | None) -> str:
    """The text that travels as the metadata of the committed offset; `note` and `output` say of which logs."""
    checkpoint = mark.checkpoint
    fields: dict[str, object] = {"bans_offset": checkpoint.bans_offset, "as_of": checkpoint.as_of}
    if checkpoint.bans is not None:
        fields["bans"] = checkpoint.bans.fields()
    return _encoded(fields, note, output, mark.written, orphans=mark.orphans)


def encode_anew(note: LogNote, *, orphans: bool) -> str:
    """The metadata of a partition in which everything is to be decided again."""
    return _encoded({}, note, None, 0, orphans=orphans)


def _encoded(fields: dict[str, object], note: LogNote, output: LogNote | None, written: int, *, orphans: bool) -> str:
    fields |= note.fields()
    if output is not None:
        fields |= {"output": output.fields(), "written": written}
    if orphans:
        fields["orphans"] = True
    return orjson.dumps(fields).decode()


def parse_commit(metadata: str, now: datetime) -> Commit:
    """What a commit's metadata says. Without a checkpoint everything must be decided anew."""
    try:
        fields = orjson.loads(metadata)
    except orjson.JSONDecodeError:
        return Commit()
    if not isinstance(fields, dict):
        return Commit()
    written = fields.get("written")
    return Commit(
        _checkpoint(fields, now),
        LogNote.of(fields),
        written if isinstance(written, int) else 0,
        LogNote.of(fields.get("output")),
        fields.get("orphans") is True,
    )


def _checkpoint(fields: dict[str, object], now: datetime) -> Checkpoint | None:
    try:
        as_of = datetime.fromisoformat(str(fields["as_of"]))
        bans_offset = int(str(fields["bans_offset"]))
    except (KeyError, TypeError, ValueError):
        return None
    as_of = as_of if as_of.tzinfo is not None else as_of.replace(tzinfo=UTC)
    return Checkpoint(bans_offset, as_of, LogNote.of(fields.get("bans"))) if now - as_of < OLDEST else None
