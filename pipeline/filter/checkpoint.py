"""What a worker leaves behind with its committed offset: the rules under which everything below it was decided."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson

# Tombstones of `bans` are kept for 30 days; a checkpoint that is nearly as old may have missed an unban.
OLDEST = timedelta(days=25)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A state of the rules: all of `bans` below `bans_offset`, as in force at `as_of`."""

    bans_offset: int
    as_of: datetime

    def encode(self) -> str:
        """The text that travels as the metadata of the committed offset."""
        return orjson.dumps({"bans_offset": self.bans_offset, "as_of": self.as_of}).decode()


def parse_checkpoint(text: str, now: datetime) -> Checkpoint | None:
    """The checkpoint in a commit's metadata; None (then everything must be decided anew) if it cannot be trusted."""
    try:
        fields = orjson.loads(text)
        checkpoint = Checkpoint(int(fields["bans_offset"]), datetime.fromisoformat(fields["as_of"]))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None
    if checkpoint.as_of.tzinfo is None:
        checkpoint = Checkpoint(checkpoint.bans_offset, checkpoint.as_of.replace(tzinfo=UTC))
    return checkpoint if now - checkpoint.as_of < OLDEST else None


@dataclass(frozen=True, slots=True)
class Mark:
    """What may be committed for a partition: everything below `offset` is durably decided as `checkpoint` says."""

    offset: int
    checkpoint: Checkpoint
