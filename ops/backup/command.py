"""`python -m ops backup DIR` and `restore DIR`."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from ops.backup import archive, cluster
from ops.backup.archive import SUFFIX
from ops.backup.cluster import BackupTopic
from ops.errors import StartupError
from ops.kafka import Kafka
from ops.private_files import write_private

# By this key people become pseudonyms; without it nobody's role, settings and watches are theirs any more.
KEY = "user-hash.key"


async def backup(kafka: Kafka, target: Path) -> AsyncIterator[str]:
    """Write every topic of state to `target`, a file each, and the key of the pseudonyms; yields how far it is.

    Every file has mode 600.

    Raises StartupError when the directory has a backup already, or Kafka goes away.
    """
    _new(target)
    write_private(target / KEY, _own_key(kafka).read_bytes())
    now = datetime.now(UTC).isoformat(timespec="seconds")
    for topic in await cluster.of_state(kafka):
        path = target / f"{topic.name}{SUFFIX}"
        with archive.writing(path, cluster.head(topic, now)) as writer:
            async for records in cluster.read(kafka, topic):
                for record in records:
                    writer.write(record)
                if records:
                    yield f"{topic.name}: {writer.records} records so far"
        yield f"{topic.name}: {writer.records} records, {path.stat().st_size} bytes"


async def restore(kafka: Kafka, source: Path, *, force: bool) -> AsyncIterator[str]:
    """Send what a backup holds to the topics of this cluster; yields how far it is.

    Nothing is sent before every file is read to its end, the key of the pseudonyms is the same, and every topic is
    there and, without `force`, empty.
    Raises StartupError with the one that is not.
    """
    paths = _files(source)
    _same_key(kafka, source)
    there = await cluster.topics(kafka)
    chosen = [(path, await _ready(kafka, path, there, force=force)) for path in paths]
    for path, topic in chosen:
        done = 0
        async for done in cluster.write(kafka, topic, path):
            yield f"{topic.name}: {done} records so far"
        yield f"{topic.name}: {done} records restored"


def _new(target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(target.glob(f"*{SUFFIX}")):
        raise StartupError(f"{target} has a backup already; name a new directory.")


def _own_key(kafka: Kafka) -> Path:
    path = kafka.settings.credentials / "bot" / KEY
    if not path.is_file():
        raise StartupError(f"{path} is missing; run this where the key of the pseudonyms is, or copy it there.")
    return path


def _same_key(kafka: Kafka, source: Path) -> None:
    own = _own_key(kafka)
    if own.read_bytes() != (source / KEY).read_bytes():
        raise StartupError(
            f"{own} is another key than the backup's, so nobody would be recognised; copy {source / KEY} over it "
            "before any service starts."
        )


def _files(source: Path) -> list[Path]:
    paths = sorted(source.glob(f"*{SUFFIX}"))
    if not paths or not (source / KEY).is_file():
        raise StartupError(f"{source} holds no backup; name the directory that `python -m ops backup` wrote.")
    return paths


async def _ready(kafka: Kafka, path: Path, there: dict[str, BackupTopic], *, force: bool) -> BackupTopic:
    archive.verify(path)
    name = archive.head_of(path).topic
    if name not in there:
        raise StartupError(f"Kafka at {kafka.bootstrap} has no topic {name}; `python -m pipeline topics` makes it.")
    if not force and await cluster.filled(kafka, there[name]):
        raise StartupError(f"{name} is not empty; restore into a new cluster, or add --force to write on top.")
    return there[name]
