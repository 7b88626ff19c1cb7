"""Files that shops drop: complete ones only, once each, the oldest first."""

import os
from pathlib import Path

import pytest

from ops.errors import StartupError
from pipeline.feed.drop_folder import DropFolder
from pipeline.feed.summary import Summary

LONG_AGO = 1_700_000_000


def drop(folder: Path, name: str, content: str = "[]", at: int = LONG_AGO) -> Path:
    path = folder / name
    path.write_text(content)
    os.utime(path, (at, at))
    return path


def names(folder: DropFolder) -> list[str]:
    return [file.path.name for file in folder.complete()]


def test_a_file_is_complete_at_the_second_look(tmp_path: Path) -> None:
    folder = DropFolder(tmp_path)
    drop(tmp_path, "b.json")
    drop(tmp_path, "a.json", at=LONG_AGO + 1)
    assert names(folder) == []
    assert names(folder) == ["b.json", "a.json"]


def test_a_file_that_grows_is_left_alone(tmp_path: Path) -> None:
    folder = DropFolder(tmp_path)
    drop(tmp_path, "a.json")
    assert names(folder) == []
    drop(tmp_path, "a.json", "[1", at=LONG_AGO + 1)
    assert names(folder) == []
    (tmp_path / "a.json").write_text("[1]")  # just now
    assert names(folder) == []
    assert names(folder) == []


def test_unfinished_uploads_and_folders_are_left_alone(tmp_path: Path) -> None:
    folder = DropFolder(tmp_path)
    for name in (".a.json", "a.json.part", "a.tmp", "a.json.FILEPART"):
        drop(tmp_path, name)
    (tmp_path / "folder.json").mkdir()
    names(folder)
    assert names(folder) == []


def test_what_was_fed_is_moved_with_a_report(tmp_path: Path) -> None:
    folder = DropFolder(tmp_path)
    moved = set()
    for _ in range(2):  # a shop sends the same name every night
        drop(tmp_path, "a.json")
        names(folder)
        (file,) = folder.complete()
        path = folder.finish(file, Summary(sent=3))
        assert path is not None
        moved.add(path)
        assert path.with_name(path.name + ".report.txt").read_text() == "a.json: 3 sent, 0 refused\n"
    assert {path.parent.name for path in moved} == {"done"}
    assert len(moved) == 2
    assert names(folder) == []


def test_a_file_that_changed_meanwhile_stays(tmp_path: Path) -> None:
    folder = DropFolder(tmp_path)
    drop(tmp_path, "a.json")
    names(folder)
    (file,) = folder.complete()
    drop(tmp_path, "a.json", "[1]", at=LONG_AGO + 5)
    assert folder.finish(file, Summary()) is None
    assert (tmp_path / "a.json").exists()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StartupError, match="--watch"):
        DropFolder(tmp_path / "nowhere")
