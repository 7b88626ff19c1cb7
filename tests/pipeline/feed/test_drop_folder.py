"""Files that shops drop: whole ones only, once each, the oldest first, and moved whatever their name and the disk."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ops.errors import StartupError
from pipeline.feed.drop_folder import REPORT, DropFolder, Moved, shortened
from pipeline.feed.dropped import Dropped

SHOP = "s"
LONG_AGO = 1_700_000_000
QUIET_S = 30.0
CHECKOUT = Path(__file__).resolve().parents[3]


def drop(folder: Path, name: str, content: str = "[]", at: float = LONG_AGO) -> Path:
    path = folder / SHOP / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    os.utime(path, (at, at))
    return path


def whole(folder: DropFolder) -> list[Dropped]:
    return [file for file in folder.whole_files() if folder.may_be_taken(file)]


def names(folder: DropFolder) -> list[str]:
    return [file.path.name for file in whole(folder)]


def only(folder: DropFolder) -> Dropped:
    folder.whole_files()
    (file,) = whole(folder)
    return file


def test_a_file_is_whole_at_the_second_look(tmp_path: Path) -> None:
    folder = DropFolder(tmp_path, QUIET_S)
    drop(tmp_path, "b.json")
    drop(tmp_path, "a.json", at=LONG_AGO + 1)
    assert names(folder) == []
    assert names(folder) == ["b.json", "a.json"]


def test_a_file_that_grows_is_left_alone(tmp_path: Path) -> None:
    folder = DropFolder(tmp_path, QUIET_S)
    drop(tmp_path, "a.json")
    assert names(folder) == []
    drop(tmp_path, "a.json", "[1", at=LONG_AGO + 1)
    assert names(folder) == []
    (tmp_path / SHOP / "a.json").write_text("[1]")  # just now
    assert names(folder) == []
    assert names(folder) == []


def test_a_paused_upload_is_left_alone_however_long_it_pauses(tmp_path: Path) -> None:
    folder = DropFolder(tmp_path, QUIET_S)
    path = drop(tmp_path, "a.json")
    with path.open("ab"):
        os.utime(path, (LONG_AGO, LONG_AGO))
        assert [names(folder) for _ in range(4)] == [[], [], [], []]
    assert names(folder) == ["a.json"]


def test_a_file_that_is_renamed_into_place_need_not_come_to_rest(tmp_path: Path) -> None:
    folder = DropFolder(tmp_path, QUIET_S)
    part = drop(tmp_path, "a.json.part", at=time.time())
    assert names(folder) == []
    part.rename(tmp_path / SHOP / "a.json")
    assert names(folder) == []
    assert names(folder) == ["a.json"]


def test_a_time_of_change_in_the_future_is_told_and_does_not_hold_the_file(tmp_path: Path) -> None:
    folder = DropFolder(tmp_path, 0.05)
    drop(tmp_path, "a.json", at=time.time() + 86_400)
    folder.whole_files()
    time.sleep(0.06)
    (file,) = whole(folder)
    assert "in the future; check the clock" in file.note
    assert file.order[0] <= time.time_ns()


def test_unfinished_uploads_and_folders_are_left_alone(tmp_path: Path) -> None:
    folder = DropFolder(tmp_path, QUIET_S)
    for name in (".a.json", "a.json.part", "a.tmp", "a.json.FILEPART"):
        drop(tmp_path, name)
    (tmp_path / SHOP / "folder.json").mkdir()
    os.mkfifo(tmp_path / SHOP / "pipe.json")
    names(folder)
    assert names(folder) == []


def test_a_link_is_refused_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    secret = drop(tmp_path, "secret.json")
    folder = DropFolder(tmp_path / "drop", QUIET_S)
    (tmp_path / "drop" / SHOP).mkdir()
    (tmp_path / "drop" / SHOP / "a.json").symlink_to(secret)
    (tmp_path / "drop" / SHOP / "b.json").symlink_to(tmp_path / "nowhere")
    (tmp_path / "drop" / "c").symlink_to(tmp_path / SHOP)
    assert [names(folder), names(folder)] == [[], []]
    reports = sorted(path.read_text() for path in (tmp_path / "drop").rglob(f"*{REPORT}"))
    assert [report.split(",")[0] for report in reports] == [
        f"{name}: it is a link" for name in ("a.json", "b.json", "c")
    ]
    assert secret.exists()


def test_what_was_fed_is_moved_with_a_report(tmp_path: Path) -> None:
    folder = DropFolder(tmp_path, QUIET_S)
    for _ in range(2):  # a shop sends the same name every night
        drop(tmp_path, "a.json")
        assert folder.finish(only(folder), ["a.json: 3 sent"], refused=False) is Moved.MOVED
    assert [path.read_text() for path in (tmp_path / SHOP / "done").glob(f"*{REPORT}")] == ["a.json: 3 sent\n"] * 2
    assert len(list((tmp_path / SHOP / "done").glob("*-a.json"))) == 2
    assert names(folder) == []


@pytest.mark.parametrize("change", ["content", "inode"])
def test_a_file_that_changed_meanwhile_stays(tmp_path: Path, change: str) -> None:
    folder = DropFolder(tmp_path, QUIET_S)
    drop(tmp_path, "a.json")
    file = only(folder)
    if change == "content":
        drop(tmp_path, "a.json", "[1]", at=LONG_AGO + 5)
    else:  # another file of the same size and time
        drop(tmp_path, "b.part").rename(tmp_path / SHOP / "a.json")
    assert folder.finish(file, [], refused=False) is Moved.CHANGED
    assert (tmp_path / SHOP / "a.json").exists()
    assert not (tmp_path / SHOP / "done").exists()


@pytest.mark.parametrize(
    "name", ["я" * 115 + ".xml", "x" * 246 + ".jsonl.gz", os.fsdecode(b"\xff\xfe.json"), "a\nb.json"]
)
def test_every_name_can_be_moved(tmp_path: Path, name: str) -> None:
    folder = DropFolder(tmp_path, QUIET_S)
    drop(tmp_path, name)
    file = only(folder)
    assert folder.finish(file, [f"{file.name}: refused"], refused=True) is Moved.MOVED
    moved = sorted(path.name for path in (tmp_path / SHOP / "refused").iterdir())
    assert len(moved) == 2
    assert moved[0].endswith(file.name[-5:])
    assert moved[1] == moved[0] + REPORT
    assert file.name.isprintable()


def test_names_are_shortened_in_the_middle() -> None:
    assert shortened("a.json") == "a.json"
    short = shortened("ж" * 150 + "-2026.xml.gz")
    assert len(short.encode()) <= 200
    assert short.endswith("-2026.xml.gz")


FULL_DISK = """
import resource, sys
from pathlib import Path
from pipeline.feed.drop_folder import DropFolder

folder = DropFolder(Path(sys.argv[1]), 30.0)
folder.whole_files()
(file,) = folder.whole_files()
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # no byte can be written, and a rename works: as on a full disk
print(folder.finish(file, ["a.json: 3 sent"], refused=False))
"""


def test_a_file_is_moved_though_its_report_cannot_be_written(tmp_path: Path) -> None:
    drop(tmp_path, "a.json")
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert "Moved.MOVED" in done.stdout
    assert "a.json: 3 sent" in done.stdout, "the log says what the report would have said"
    assert [path.name.split("-", 1)[1] for path in (tmp_path / SHOP / "done").iterdir()] == ["a.json"]


def test_a_file_that_cannot_be_moved_is_not_fed_again_and_moved_later(tmp_path: Path) -> None:
    folder = DropFolder(tmp_path, QUIET_S)
    drop(tmp_path, "a.json")
    file = only(folder)
    (tmp_path / SHOP / "done").write_text("somebody's file")
    assert folder.finish(file, ["a.json: 3 sent"], refused=False) is Moved.WAITS
    assert [names(folder), names(folder)] == [[], []]
    (tmp_path / SHOP / "done").unlink()
    folder._again_at = 0.0
    assert names(folder) == []
    assert [path.name.split("-", 1)[1] for path in sorted((tmp_path / SHOP / "done").iterdir())] == [
        "a.json",
        f"a.json{REPORT}",
    ]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StartupError, match="--watch"):
        DropFolder(tmp_path / "nowhere", QUIET_S)


def test_refused_may_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "refused").symlink_to(tmp_path)
    with pytest.raises(StartupError, match="is a link"):
        DropFolder(tmp_path / "drop", QUIET_S)


def test_a_shops_own_done_may_not_lead_out_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    folder = DropFolder(tmp_path, QUIET_S)
    path = drop(tmp_path, "a.json")
    (tmp_path / SHOP / "done").symlink_to(tmp_path / "other")
    assert folder.finish(only(folder), ["a.json: 3 sent"], refused=False) is Moved.WAITS
    assert (path.exists(), list((tmp_path / "other").iterdir())) == (True, [])


def test_a_file_is_its_folders_shops(tmp_path: Path) -> None:
    folder = DropFolder(tmp_path, QUIET_S)
    for shop in ("Север", "s"):
        (tmp_path / shop).mkdir()
        (tmp_path / shop / "a.json").write_text("[]")
        os.utime(tmp_path / shop / "a.json", (LONG_AGO, LONG_AGO))
    folder.whole_files()
    assert sorted((file.shop, file.name) for file in whole(folder)) == [("s", "s/a.json"), ("Север", "Север/a.json")]


@pytest.mark.parametrize("place", ["a.json", " s/a.json", "s\n/a.json", "x" * 201 + "/a.json"])
def test_what_lies_in_no_shops_folder_is_refused(tmp_path: Path, place: str) -> None:
    folder = DropFolder(tmp_path, QUIET_S)
    path = tmp_path / place
    path.parent.mkdir(exist_ok=True)
    path.write_text("[]")
    os.utime(path, (LONG_AGO, LONG_AGO))
    assert [names(folder), names(folder)] == [[], []]
    (report,) = path.parent.glob(f"refused/*{REPORT}")
    assert "put it into the folder that has the shop's id for a name" in report.read_text()
    assert not path.exists()


def test_a_shops_folder_that_cannot_be_read_is_nobody_elses_trouble(tmp_path: Path) -> None:
    folder = DropFolder(tmp_path, QUIET_S)
    drop(tmp_path, "a.json")
    (tmp_path / "locked").mkdir(mode=0o300)
    try:
        folder.whole_files()
        assert names(folder) == ["a.json"]
    finally:
        (tmp_path / "locked").chmod(0o700)
