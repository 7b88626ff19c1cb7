"""`python -m ops backup DIR`, `restore DIR` and `restore-key DIR`."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
from pydantic import AwareDatetime, BaseModel, ValidationError

from ops.backup import archive, cluster
from ops.backup.archive import SUFFIX
from ops.backup.cluster import BackupTopic
from ops.backup.directory import Backup, NewBackup, writing_backup
from ops.backup.forgotten import NAME as FORGOTTEN
from ops.backup.forgotten import Forgotten
from ops.errors import StartupError
from ops.kafka import Kafka
from ops.private_files import write_private
from ops.settings import Settings

# By this key people become pseudonyms; without it nobody's role, settings and watches are theirs any more.
KEY = "user-hash.key"
STATE, REQUEST = "chat_state", b"forget:"
MADE_AGAIN = (
    "the search index, of filtered_products, by `pipeline index`",
    "the lake's catalogue, of product_history and filtered_products, by the job `ingest`",
    "the views of the services, of their topics, when they start",
    "certificates, passwords and bearers, anew, by the set-up",
)
NOT_KEPT = (
    "requests in the search log of Elasticsearch: reports begin anew",
    "Prometheus' figures, Alertmanager's silences, Grafana's own users, logs",
    "files in the shops' folder, and uploads to HDFS other than the tables",
)
LAKE = "the tables of the lake (request_history, product_history, purchases): made without --lake"


class _ForgetRequest(BaseModel):
    """As much as is needed here of what the bot writes under `forget:<pseudonym>`."""

    at: AwareDatetime


async def backup(kafka: Kafka, target: Path, *, lake: Path | None, passphrase: bytes | None) -> AsyncIterator[str]:
    """Write every topic of state and `lake`, what `python -m analytics export` wrote, to a new directory, with the key
    of the pseudonyms and who asked to be forgotten; yields how far it is, and at the end what is kept.

    Without a passphrase nothing is encrypted, and the key is put beside the directory, to be kept apart from it.
    Raises StartupError when the directory is there already, or Kafka goes away; then there is no backup.
    """
    key = _own_key(kafka).read_bytes()
    now = datetime.now(UTC)
    with writing_backup(target, now, passphrase) as made:
        kept, passing = await cluster.of_state(kafka)
        forgotten = _remembered(kafka, target, lake, now)
        for topic in kept:
            async for line in _topic(kafka, made, topic):
                yield line
        forgotten |= await _asked(kafka, {topic.name: topic for topic in kept}, now)
        for path in _tables(lake):
            made.copy(path, f"the lake's table {path.name.removesuffix(SUFFIX)}")
            yield f"{path.name.removesuffix(SUFFIX)}: copied"
        made.add(FORGOTTEN, forgotten.lines(), "who asked to be forgotten", len(forgotten.until))
        if passphrase is not None:
            made.add(KEY, key, "the key of the pseudonyms")
        lost = tuple(f"the topic {name}, which passes by itself" for name in passing)
        manifest = made.finish(MADE_AGAIN, (*(() if lake else (LAKE,)), *lost, *NOT_KEPT))
        forgotten.save(target.parent / FORGOTTEN)
        if passphrase is None:
            write_private(key_beside(target), key)
    for line in manifest.listing():
        yield line
    if passphrase is None:
        yield f"not encrypted: keep {key_beside(target)} apart from {target}"


async def restore(
    kafka: Kafka, source: Path, *, passphrase: bytes | None, force: bool, only_check: bool = False
) -> AsyncIterator[str]:
    """Send what a backup holds to the topics of this cluster; yields how far it is.

    Nothing is sent before the manifest is compared with every file, every file is read to its end, the key of the
    pseudonyms is the same, and every topic is there and, without `force`, empty. What is about people who have asked
    to be forgotten, be it after the backup was made, is left out.
    Raises StartupError with the one that is not.
    """
    found = load(kafka.settings, source, passphrase, force=force)
    for line in found.manifest.listing():
        yield line
    _same_key(kafka, found)
    there = await cluster.topics(kafka)
    forgotten = forgotten_of(found) | await _asked(kafka, there, datetime.now(UTC))
    chosen = [await _ready(kafka, topic, there, force=force) for topic in _verified(found)]
    if only_check:
        yield "everything is whole, and can be brought back"
        return
    for topic in chosen:
        done = cluster.Written()
        with found.archive(topic.name) as archived:
            async for done in cluster.write(kafka, topic, archived, forgotten):
                yield f"{topic.name}: {done.sent} records so far"
        left_out = f", {done.left_out} left out: their people asked to be forgotten" if done.left_out else ""
        yield f"{topic.name}: {done.sent} records restored{left_out}"


def restore_key(found: Backup, credentials: Path) -> Path:
    """Put the backup's key of the pseudonyms in its place, before any service makes another; the path.

    Raises StartupError when there is another key already.
    """
    path, content = credentials / "bot" / KEY, _key_in(found)
    if path.exists() and path.read_bytes() != content:
        raise StartupError(f"{path} is another key already; restore into a stack that has never been started.")
    write_private(path, content)
    return path


def load(settings: Settings, source: Path, passphrase: bytes | None, *, force: bool) -> Backup:
    """The backup, compared with its manifest. Raises StartupError also when it is older than may return."""
    found = Backup.load(source, passphrase)
    days = settings.backup.returns_within_days
    if not force and found.manifest.taken_at < datetime.now(UTC) - timedelta(days=days):
        raise StartupError(
            f"{source} is older than {days} days (YARMARKA_BACKUP__RETURNS_WITHIN_DAYS): it is no longer known who "
            "asked to be forgotten since then. Delete it, or add --force."
        )
    return found


def forgotten_of(found: Backup) -> Forgotten:
    """Who asked to be forgotten: as of the backup, and as of the newest one that was made beside it."""
    beside = Forgotten.load(found.place.parent / FORGOTTEN)
    return Forgotten.parse(found.read(FORGOTTEN), FORGOTTEN) | beside


def key_beside(target: Path) -> Path:
    """Where the key is put when the backup is not encrypted."""
    return target.with_name(f"{target.name}.{KEY}")


def _tables(lake: Path | None) -> tuple[Path, ...]:
    found = () if lake is None else tuple(sorted(lake.glob(f"*{SUFFIX}")))
    if lake is not None and not found:
        raise StartupError(
            f"--lake: {lake} holds no tables; name the directory that `python -m analytics export` wrote."
        )
    return found


async def _topic(kafka: Kafka, made: NewBackup, topic: BackupTopic) -> AsyncIterator[str]:
    taken_at = made.taken_at.isoformat(timespec="seconds")
    with made.archive(cluster.head(topic, taken_at), f"the topic {topic.name}") as writer:
        async for records in cluster.read(kafka, topic):
            for record in records:
                writer.write(record)
            if records:
                yield f"{topic.name}: {writer.records} records so far"
    yield f"{topic.name}: {writer.records} records"


def _remembered(kafka: Kafka, target: Path, lake: Path | None, now: datetime) -> Forgotten:
    known = Forgotten.load(target.parent / FORGOTTEN)
    if lake is not None:
        known |= Forgotten.load(lake / FORGOTTEN)
    return known.since(now - timedelta(days=kafka.settings.backup.returns_within_days))


async def _asked(kafka: Kafka, topics: dict[str, BackupTopic], now: datetime) -> Forgotten:
    """Who asks now: the job `forget` may not have noted them yet."""
    asked: dict[str, datetime] = {}
    if STATE not in topics:
        return Forgotten()
    async for records in cluster.read(kafka, topics[STATE]):
        for record in records:
            key, value = archive.unpack(record.key) or b"", archive.unpack(record.value)
            if key.startswith(REQUEST) and value:
                try:
                    at = _ForgetRequest.model_validate(orjson.loads(value)).at
                except (ValidationError, orjson.JSONDecodeError):
                    at = now
                asked[key.removeprefix(REQUEST).decode(errors="replace")] = at
    return Forgotten.asked(asked)


def _verified(found: Backup) -> Iterator[str]:
    """Every topic's name, after its file was read to the end; the tables' files are read too."""
    for name in found.archives():
        with found.archive(name) as archived:
            archived.verify()
        if archived.head.topic:
            yield name


def _own_key(kafka: Kafka) -> Path:
    path = kafka.settings.credentials / "bot" / KEY
    if not path.is_file():
        raise StartupError(f"{path} is missing; run this where the key of the pseudonyms is, or copy it there.")
    return path


def _key_in(found: Backup) -> bytes:
    if found.has(KEY):
        return found.read(KEY)
    beside = key_beside(found.place)
    if not beside.is_file():
        raise StartupError(
            f"{beside} is missing: the key of the pseudonyms, which was to be kept apart; bring it back."
        )
    return beside.read_bytes()


def _same_key(kafka: Kafka, found: Backup) -> None:
    own = _own_key(kafka)
    if own.read_bytes() != _key_in(found):
        raise StartupError(
            f"{own} is another key than the backup's, so nobody would be recognised; put the backup's there by "
            "`python -m ops restore-key` before any service starts."
        )


async def _ready(kafka: Kafka, name: str, there: dict[str, BackupTopic], *, force: bool) -> BackupTopic:
    if name not in there:
        raise StartupError(f"Kafka at {kafka.bootstrap} has no topic {name}; `python -m pipeline topics` makes it.")
    if not force and await cluster.filled(kafka, there[name]):
        raise StartupError(f"{name} is not empty; restore into a new cluster, or add --force to write on top.")
    return there[name]
