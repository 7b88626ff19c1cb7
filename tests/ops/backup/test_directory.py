"""A backup's directory: whole or not there, and compared with its manifest before anything is believed of it."""

import io
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from ops.backup import sealing
from ops.backup.archive import ArchiveHead, writing
from ops.backup.directory import MANIFEST, Backup, Manifest, writing_backup
from ops.errors import StartupError
from tests.conftest import CHECKOUT
from tests.ops.backup.test_archive import BAN, HEAD, TOMBSTONE

PHRASE = b"correct horse battery"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def cheap_guesses(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.function is not test_a_guess_at_the_passphrase_takes_its_time:
        monkeypatch.setattr(sealing, "COST", 1 << 14)


def made(place: Path, passphrase: bytes | None = PHRASE) -> Manifest:
    with writing_backup(place, NOW, passphrase) as new:
        with new.archive(HEAD, "the topic bans") as writer:
            for record in (TOMBSTONE, BAN):
                writer.write(record)
        new.add("user-hash.key", b"the key itself", "the key of the pseudonyms")
        return new.finish(("the index",), ("logs",))


@pytest.mark.parametrize("passphrase", [PHRASE, None])
def test_what_was_kept_comes_back_and_nobody_else_reads_it(passphrase: bytes | None, tmp_path: Path) -> None:
    made(tmp_path / "backup", passphrase)
    found = Backup.load(tmp_path / "backup", passphrase)
    with found.archive("bans") as archived:
        assert list(archived.records()) == [TOMBSTONE, BAN]
    assert found.read("user-hash.key") == b"the key itself"
    assert list(found.archives()) == ["bans"]
    files = {path.name: path for path in (tmp_path / "backup").iterdir()}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o700
    readable = any(b"the key itself" in path.read_bytes() for path in files.values())
    assert readable is (passphrase is None)
    assert [path.name for path in tmp_path.iterdir()] == ["backup"]


def test_the_listing_says_what_is_kept_made_again_and_not_kept(tmp_path: Path) -> None:
    lines = list(made(tmp_path / "backup").listing())
    assert lines[0] == "backup of 2026-01-01 00:00:00 UTC, encrypted"
    assert lines[1].startswith("kept: the topic bans, 2 records, ")
    assert lines[-2:] == ["made again: the index", "not kept: logs"]


def test_a_passphrase_is_asked_for_and_must_be_the_right_one(tmp_path: Path) -> None:
    made(tmp_path / "backup")
    with pytest.raises(StartupError, match="is encrypted; give its passphrase by --passphrase-file"):
        Backup.load(tmp_path / "backup", None)
    with pytest.raises(StartupError, match="this is not the passphrase it was made with"):
        Backup.load(tmp_path / "backup", b"incorrect horse")


def lose(place: Path) -> None:
    (place / "bans.jsonl.gz.sealed").unlink()


def cut(place: Path) -> None:
    path = place / "bans.jsonl.gz.sealed"
    os.truncate(path, path.stat().st_size - 1)


def change(place: Path) -> None:
    path = place / "bans.jsonl.gz.sealed"
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)


def forge(place: Path) -> None:
    """Somebody without the passphrase leaves a file out, with the manifest to fit."""
    said = orjson.loads((place / MANIFEST).read_bytes())
    said["members"] = said["members"][1:]
    (place / MANIFEST).write_bytes(orjson.dumps(said))


def empty(place: Path) -> None:
    (place / MANIFEST).write_bytes(b"")


def lose_manifest(place: Path) -> None:
    (place / MANIFEST).unlink()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lose, r"bans\.jsonl\.gz\.sealed is not a complete backup \(.*No such file"),
        (cut, r"manifest\.json says \d+ bytes"),
        (change, r"manifest\.json says \d+ bytes and SHA-256"),
        (forge, r"or manifest\.json was changed"),
        (empty, r"manifest\.json cannot be understood"),
        (lose_manifest, "holds no backup; name the directory"),
    ],
)
def test_what_is_missing_or_changed_is_found_before_anything_is_brought_back(
    spoil: Callable[[Path], None], said: str, tmp_path: Path
) -> None:
    made(tmp_path / "backup")
    spoil(tmp_path / "backup")
    with pytest.raises(StartupError, match=said):
        Backup.load(tmp_path / "backup", PHRASE)


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), writing_backup(tmp_path / "backup", NOW, PHRASE) as new:
        new.add("user-hash.key", b"x", "the key")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


KILLED = """\
import pathlib, sys, time
from tests.ops.backup.test_directory import HEAD, NOW, PHRASE, TOMBSTONE
from ops.backup.directory import writing_backup
with writing_backup(pathlib.Path(sys.argv[1]), NOW, PHRASE) as new:
    new.add("user-hash.key", b"x", "the key")
    with new.archive(HEAD, "bans") as writer:
        writer.write(TOMBSTONE)
        print("half", flush=True)
        time.sleep(60)
"""


def test_a_killed_one_leaves_nothing_that_looks_like_a_backup(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path / "backup")], cwd=CHECKOUT, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"half\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert not (tmp_path / "backup").exists()
    assert not list(tmp_path.rglob(MANIFEST))
    made(tmp_path / "backup")
    assert Backup.load(tmp_path / "backup", PHRASE).has("user-hash.key")


def test_nothing_is_written_over_another_backup(tmp_path: Path) -> None:
    made(tmp_path / "backup")
    with pytest.raises(StartupError, match="is there already; name a new directory"):
        made(tmp_path / "backup")


def test_a_table_that_was_exported_is_taken_along_only_if_it_is_whole(tmp_path: Path) -> None:
    raw = io.BytesIO()
    with writing(raw, ArchiveHead(table="purchases", columns="`user` STRING", taken_at="2026-01-01")) as writer:
        writer.row(b'{"user":"x"}')
    path = tmp_path / "purchases.jsonl.gz"
    path.write_bytes(raw.getvalue()[:-30])
    with (
        pytest.raises(StartupError, match=r"purchases\.jsonl\.gz is not a complete backup"),
        writing_backup(tmp_path / "backup", NOW, PHRASE) as new,
    ):
        new.copy(path, "purchases")
    path.write_bytes(raw.getvalue())
    with writing_backup(tmp_path / "backup", NOW, PHRASE) as new:
        new.copy(path, "purchases")
        new.finish((), ())
    with Backup.load(tmp_path / "backup", PHRASE).archive("purchases") as archived:
        assert list(archived.rows()) == [b'{"user":"x"}']


def test_a_guess_at_the_passphrase_takes_its_time() -> None:
    began = time.perf_counter()
    Manifest.model_validate({"taken_at": NOW, "key": {}}).key.key(b"guess")  # type: ignore[union-attr]
    assert time.perf_counter() - began > 0.02
