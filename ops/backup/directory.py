"""A backup on disk: a directory of files and a manifest, which is there whole or not at all.

It is written beside its place and gets its name when everything is on the disk. The manifest says what is kept, what
is made again from it, what is not kept, and for each file its size, its SHA-256 (`sha256sum` says the same), and how
many records are in it; nothing is brought back before all of that is compared.
"""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from ops.backup.archive import SUFFIX, ArchiveHead, Reader, Writer, faults, writing
from ops.backup.sealing import KeyDerivation, SealingKey, Sink
from ops.errors import StartupError

MANIFEST = "manifest.json"
SEALED = ".sealed"
FORMAT = 2
BLOCK = 1 << 20
LARGEST_MANIFEST = 4 << 20
NAME = r"^[a-z0-9][a-z0-9._-]{0,120}$"


class Member(BaseModel):
    """One file of the backup, by the name that it has before it is sealed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=NAME)
    what: str
    records: int
    size: int
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """What a backup is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = FORMAT
    taken_at: AwareDatetime
    key: KeyDerivation | None = None
    members: tuple[Member, ...] = ()
    made_again: tuple[str, ...] = ()
    not_kept: tuple[str, ...] = ()
    tag: str = ""
    """With a passphrase, that this is what its owner wrote."""

    def untagged(self) -> bytes:
        return self.model_copy(update={"tag": ""}).model_dump_json().encode()

    def listing(self) -> Iterator[str]:
        """For people: what comes back, and what does not."""
        sealed = "encrypted" if self.key else "not encrypted"
        yield f"backup of {self.taken_at:%Y-%m-%d %H:%M:%S} UTC, {sealed}"
        yield from (f"kept: {one.what}, {one.records} records, {one.size} bytes" for one in self.members)
        yield from (f"made again: {line}" for line in self.made_again)
        yield from (f"not kept: {line}" for line in self.not_kept)


class NewBackup:
    """A backup that is being written; `writing_backup` makes one."""

    def __init__(self, draft: Path, taken_at: AwareDatetime, passphrase: bytes | None) -> None:
        self._draft = draft
        self.taken_at = taken_at
        self._derivation = KeyDerivation() if passphrase is not None else None
        self._key = self._derivation.key(passphrase) if self._derivation and passphrase is not None else None
        self._members: list[Member] = []

    @contextlib.contextmanager
    def archive(self, head: ArchiveHead, what: str) -> Iterator[Writer]:
        """A topic's or table's file, under the head's name."""
        name = f"{head.name}{SUFFIX}"
        with self._file(name) as sink, writing(sink, head) as writer:
            yield writer
        self._note(name, what, writer.records)

    def add(self, name: str, content: bytes, what: str, records: int = 1) -> None:
        """Add a small file, whole and at once."""
        with self._file(name) as sink:
            sink.write(content)
        self._note(name, what, records)

    def copy(self, source: Path, what: str) -> None:
        """An archive that is there already. Raises StartupError when it is not whole."""
        with source.open("rb") as raw:
            records = Reader(raw, str(source)).verify()
            raw.seek(0)
            with self._file(source.name) as sink:
                while block := raw.read(BLOCK):
                    sink.write(block)
        self._note(source.name, what, records)

    def finish(self, made_again: tuple[str, ...], not_kept: tuple[str, ...]) -> Manifest:
        """Write the manifest, the last file."""
        manifest = Manifest(
            taken_at=self.taken_at,
            key=self._derivation,
            members=tuple(self._members),
            made_again=made_again,
            not_kept=not_kept,
        )
        if self._key is not None:
            manifest = manifest.model_copy(update={"tag": self._key.tag(manifest.untagged())})
        with _private(self._draft / MANIFEST) as raw:
            raw.write(manifest.model_dump_json(indent=2).encode())
        return manifest

    @contextlib.contextmanager
    def _file(self, name: str) -> Iterator[Sink]:
        path = self._draft / (f"{name}{SEALED}" if self._key else name)
        with _private(path) as raw:
            if self._key is None:
                yield raw
            else:
                with self._key.sealing(raw, name) as sealing:
                    yield sealing

    def _note(self, name: str, what: str, records: int) -> None:
        path = self._draft / (f"{name}{SEALED}" if self._key else name)
        size, digest = _digest(path)
        self._members.append(Member(name=name, what=what, records=records, size=size, sha256=digest))


@contextlib.contextmanager
def writing_backup(target: Path, taken_at: AwareDatetime, passphrase: bytes | None) -> Iterator[NewBackup]:
    """A backup that is at `target` when the block ends well, and nowhere otherwise; everything in it has mode 600.

    Raises StartupError when something is there already.
    """
    if target.exists():
        raise StartupError(f"{target} is there already; name a new directory for the backup.")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    try:
        yield NewBackup(draft, taken_at, passphrase)
        _sync(draft)
        draft.rename(target)
        _sync(target.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


class Backup:
    """A backup whose manifest was read and whose files were compared with it."""

    def __init__(self, place: Path, manifest: Manifest, key: SealingKey | None) -> None:
        self.place = place
        self.manifest = manifest
        self._key = key

    @classmethod
    def load(cls, place: Path, passphrase: bytes | None) -> "Backup":
        """Raises StartupError for what is no backup, a wrong passphrase, and a file that is missing or changed."""
        manifest = _manifest(place)
        if manifest.key is None:
            key = None
        elif passphrase is None:
            raise StartupError(
                f"{place} is encrypted; give its passphrase by --passphrase-file or YARMARKA_BACKUP__PASSPHRASE."
            )
        else:
            key = manifest.key.key(passphrase)
            if key.tag(manifest.untagged()) != manifest.tag:
                raise StartupError(f"{place}: this is not the passphrase it was made with, or {MANIFEST} was changed.")
        found = cls(place, manifest, key)
        for member in manifest.members:
            found._compare(member)
        return found

    def has(self, name: str) -> bool:
        return any(member.name == name for member in self.manifest.members)

    @contextlib.contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """A file's content. Raises StartupError when the backup has none of that name, or it is damaged."""
        path = self._path(name)
        with faults(str(path)), path.open("rb") as raw:
            yield raw if self._key is None else self._key.opening(raw, name)

    def read(self, name: str) -> bytes:
        """A small file, whole."""
        with self.opened(name) as content:
            return content.read()

    @contextlib.contextmanager
    def archive(self, name: str) -> Iterator[Reader]:
        """A topic's or table's file."""
        with self.opened(f"{name}{SUFFIX}") as content:
            yield Reader(content, str(self._path(f"{name}{SUFFIX}")))

    def archives(self) -> Iterator[str]:
        """The names of its topics and tables."""
        for member in self.manifest.members:
            if member.name.endswith(SUFFIX):
                yield member.name.removesuffix(SUFFIX)

    def _path(self, name: str) -> Path:
        if not self.has(name):
            raise StartupError(
                f"{self.place} has no {name}; it has {', '.join(m.name for m in self.manifest.members)}."
            )
        return self.place / (f"{name}{SEALED}" if self._key else name)

    def _compare(self, member: Member) -> None:
        path = self._path(member.name)
        with faults(str(path)):
            size, digest = _digest(path)
            if (size, digest) != (member.size, member.sha256):
                said = f"{member.size} bytes and SHA-256 {member.sha256[:12]}…"
                raise ValueError(f"{MANIFEST} says {said}, it has {size} and {digest[:12]}…")


def _manifest(place: Path) -> Manifest:
    path = place / MANIFEST
    try:
        with path.open("rb") as raw:
            found = Manifest.model_validate_json(raw.read(LARGEST_MANIFEST))
    except OSError:
        raise StartupError(f"{place} holds no backup; name the directory that `python -m ops backup` wrote.") from None
    except ValidationError as error:
        raise StartupError(f"{path} cannot be understood ({error.errors()[0]['msg']}); take another copy.") from None
    if found.format != FORMAT:
        raise StartupError(f"{path} has format {found.format}, and this version reads {FORMAT}.")
    return found


@contextlib.contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as raw:
        yield raw
        raw.flush()
        os.fsync(raw.fileno())


def _digest(path: Path) -> tuple[int, str]:
    with path.open("rb") as raw:
        digest = hashlib.file_digest(raw, "sha256")
        return raw.tell(), digest.hexdigest()


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
