"""Uploads and a shop's sales, into the real HDFS."""

import hashlib
import os
import re
from pathlib import Path, PurePosixPath

import pytest

from analytics.lake.faults import LakeFault
from analytics.lake.hdfs import Hdfs, connect
from analytics.lake.purchases import content_id
from analytics.lake.upload import CHUNK, PART, HdfsUpload
from ops.stack.running import RunningStack
from pipeline.contracts.lake import UPLOADS_AT
from tests.faults.lake import LakeUser

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]
SIZE = 8 * CHUNK + 12_345


class Cut(Exception):
    """The line breaks."""


@pytest.fixture
def file(tmp_path: Path, unique: str) -> Path:
    path = tmp_path / f"{unique}.bin"
    path.write_bytes(os.urandom(SIZE))
    return path


def at(path: Path) -> PurePosixPath:
    return PurePosixPath(UPLOADS_AT) / path.name


def put(stack: RunningStack, path: Path, *, cut_at: int | None = None) -> list[int]:
    """Bytes that were there, at each report; the line breaks when `cut_at` bytes are."""
    reported: list[int] = []

    def on_progress(done: int, size: int) -> None:
        assert size == path.stat().st_size
        reported.append(done)
        if cut_at is not None and done >= cut_at:
            raise Cut

    digest = HdfsUpload(stack.settings).put(path, at(path), on_progress)
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()
    return reported


def test_an_upload_is_reported_compared_and_not_sent_twice(lake_stack: RunningStack, file: Path) -> None:
    reported = put(lake_stack, file)
    assert reported == sorted(reported)
    assert (reported[0], reported[-1], len(reported)) == (0, SIZE, 10)
    assert Hdfs(lake_stack.settings).read(str(at(file))) == file.read_bytes()
    assert put(lake_stack, file) == [SIZE]
    file.write_bytes(b"other content")
    put(lake_stack, file)
    assert Hdfs(lake_stack.settings).read(str(at(file))) == b"other content"


def test_an_upload_that_broke_off_goes_on_where_it_was(lake_stack: RunningStack, file: Path) -> None:
    hdfs = Hdfs(lake_stack.settings)
    with pytest.raises(Cut):
        put(lake_stack, file, cut_at=5 * CHUNK)
    assert not hdfs.exists(str(at(file))), "half a file has no name"
    reported = put(lake_stack, file)
    assert 0 < reported[0] <= 5 * CHUNK
    assert hdfs.read(str(at(file))) == file.read_bytes()
    assert not hdfs.exists(f"{at(file)}{PART}")


def test_a_part_of_another_file_is_not_gone_on_with(lake_stack: RunningStack, file: Path) -> None:
    connect(lake_stack.settings).write(f"{at(file)}{PART}", b"of another file")
    assert put(lake_stack, file)[0] == 0
    assert Hdfs(lake_stack.settings).read(str(at(file))) == file.read_bytes()


def test_the_command_says_where_a_file_is_and_what_went_wrong(lake_stack: RunningStack, file: Path) -> None:
    user = LakeUser(lake_stack)
    said = user.analytics("upload", str(file), "--to", UPLOADS_AT)
    assert f"{UPLOADS_AT}/{file.name}, SHA-256 {hashlib.sha256(file.read_bytes()).hexdigest()}" in said
    assert "is not a file" in user.analytics("upload", str(file) + ".no", "--to", UPLOADS_AT, status=1)
    user.dfsadmin("-safemode", "enter")
    try:
        with pytest.raises(LakeFault, match="safe mode"):
            HdfsUpload(lake_stack.settings).put(file, at(file).with_name("in-safe-mode"), lambda done, size: None)
    finally:
        user.dfsadmin("-safemode", "leave")


SALES = """\
customer;sku;pieces;sold
17850.0;85123A;6;2026-11-01 08:26
17850.0;71053;-6;2026-11-01 08:26
;84406B;8;2026-11-01 08:26
anna;84406B;2;yesterday
anna;84406B;2;2026-11-02 09:00
"""
COLUMNS = ("--user", "customer", "--product", "sku", "--quantity", "pieces", "--time", "sold", "--store", "retail")


def test_sales_are_imported_once_and_name_nobody(lake_stack: RunningStack, tmp_path: Path, unique: str) -> None:
    user, path = LakeUser(lake_stack), tmp_path / "sales.csv"
    path.write_text(SALES.replace("anna", unique), encoding="utf-8")
    said = user.analytics("import-purchases", str(path), *COLUMNS)
    assert "2 sales imported" in said
    assert "1 returns taken off, 2 rows left out\nleft out: rows 4, 5\n" in said
    assert "imported before" in user.analytics("import-purchases", str(path), *COLUMNS)
    rows = [row for row in user.rows("purchases") if row["import_id"] == content_id(path)]
    assert sorted((row["offer_id"], row["quantity"]) for row in rows) == [("retail/84406B", 2), ("retail/85123A", 6)]
    assert all(re.fullmatch(r"[0-9a-f]{64}", str(row["user"])) for row in rows)
    assert unique not in str(rows)


def test_a_file_that_is_no_table_is_one_sentence(lake_stack: RunningStack, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    said = LakeUser(lake_stack).analytics("import-purchases", str(path), status=2)
    assert "has no column `user` but a, b" in said
