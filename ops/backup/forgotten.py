"""Who asked to be forgotten: what a backup brings back must not be about them.

Their pseudonyms are kept as SHA-256, each with the time up to which everything is to be forgotten, for as long as a
backup may return (YARMARKA_BACKUP__RETURNS_WITHIN_DAYS): in the lake, in each backup, and beside the backups in
`forgotten.jsonl`, where the newest is found even if an old backup is the one that is restored.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from ops.backup.archive import faults
from ops.private_files import write_private

NAME = "forgotten.jsonl"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What "forget me" leaves: the request itself, and the records of administration, whose keys are pseudonyms too.
STAYS = frozenset({b"forget", b"forgetting"})
TOPICS_THAT_STAY = frozenset({"roles", "audit"})


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    person: str = Field(pattern=r"^[0-9a-f]{64}$")
    until: AwareDatetime


@dataclass(frozen=True)
class Forgotten:
    """Hash of a pseudonym → until when everything about that person is to be forgotten."""

    until: Mapping[str, datetime] = field(default_factory=dict)

    @classmethod
    def asked(cls, people: Mapping[str, datetime]) -> "Forgotten":
        """Those who asked for it, by their pseudonyms."""
        return cls({hashed(person): at for person, at in people.items()})

    @classmethod
    def parse(cls, content: bytes, place: str) -> "Forgotten":
        """As `lines` wrote it. Raises StartupError that names `place`."""
        with faults(place):
            lines = [_Line.model_validate_json(line) for line in content.splitlines() if line]
        return cls({line.person: line.until for line in lines})

    @classmethod
    def load(cls, path: Path) -> "Forgotten":
        """What the file holds; nobody when there is none. Raises StartupError when it cannot be understood."""
        if not path.exists():
            return cls()
        with faults(str(path)):
            return cls.parse(path.read_bytes(), str(path))

    def save(self, path: Path) -> None:
        """Replace the file, mode 600, in one step."""
        write_private(path, self.lines())

    def lines(self) -> bytes:
        rows = sorted(self.until.items())
        return b"".join(orjson.dumps({"person": who, "until": at.isoformat()}) + b"\n" for who, at in rows)

    def __or__(self, other: "Forgotten") -> "Forgotten":
        """Both; the later time where somebody asked twice."""
        both = dict(self.until)
        for who, at in other.until.items():
            both[who] = max(at, both.get(who, at))
        return Forgotten(both)

    def since(self, oldest: datetime) -> "Forgotten":
        """Without those who asked so long ago that no backup from before may return."""
        return Forgotten({who: at for who, at in self.until.items() if at >= oldest})

    def covers(self, topic: str, key: bytes | None, timestamp_ms: int) -> bool:
        """True when a record of the topic is about somebody who asked to be forgotten later than that.

        A person's keys are `<pseudonym>`, `<kind>:<pseudonym>` or `<kind>:<pseudonym>:<more>`.
        """
        if not self.until or not key or topic in TOPICS_THAT_STAY:
            return False
        at = EPOCH + timedelta(milliseconds=timestamp_ms)
        return any(at <= self.until.get(_sha(part), EPOCH - timedelta(days=1)) for part in _parts(key))


def hashed(pseudonym: str) -> str:
    """What is kept of a pseudonym."""
    return _sha(pseudonym.encode())


def _parts(key: bytes) -> Iterator[bytes]:
    kind, *name = key.split(b":")[:2]
    if kind not in STAYS:
        yield from (kind, *name)


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
