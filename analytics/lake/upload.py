"""Files → HDFS over WebHDFS: with progress, resumed where an upload broke off, compared by SHA-256 at the end."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from analytics.lake.faults import HELD, LakeFault
from analytics.lake.hdfs import WebHdfsClient, connect, hdfs_faults
from ops.errors import StartupError
from ops.settings import Settings

CHUNK = 1 << 20
TAKEN_OVER_WITHIN_S = 180.0
PART = ".part"
"""A file has this at the end of its name until it is whole and compared: nobody takes half of one for the whole."""

OnUploadProgress = Callable[[int, int], None]
"""Called with the bytes that are there, and the bytes in all."""


class HdfsUpload:
    """Uploads into one HDFS, file by file."""

    def __init__(self, settings: Settings, client: WebHdfsClient | None = None) -> None:
        self._settings = settings
        self._client = client or connect(settings)

    def put(self, path: Path, to: PurePosixPath, on_progress: OnUploadProgress) -> str:
        """Bring one file to `to`; the SHA-256 that both have, hexadecimal.

        A part that an earlier attempt left is kept as far as it is the same. A file that is there already with the
        same bytes is left alone. Raises LakeFault when HDFS cannot take it, or holds other bytes at the end.
        """
        if not path.is_file():
            raise StartupError(f"{path} is not a file; name files to upload.")
        wanted, size = _digest(_blocks(path)), path.stat().st_size
        if self._size(to) == size and self._remote_digest(to) == wanted:
            on_progress(size, size)
            return wanted
        part = PurePosixPath(f"{to}{PART}")
        begun = self._begun(path, part)
        with hdfs_faults(self._settings):
            self._client.write(
                str(part), self._counted(path, begun, on_progress), overwrite=begun == 0, append=begun > 0
            )
        found = self._remote_digest(part)
        if found != wanted:
            self._delete(part)
            raise LakeFault(
                f"{to} arrived with other bytes (SHA-256 {found[:12]}… instead of {wanted[:12]}…); try again."
            )
        self._delete(to)
        with hdfs_faults(self._settings):
            self._client.rename(str(part), str(to))
        return wanted

    def _begun(self, path: Path, part: PurePosixPath) -> int:
        """Bytes of the part that can stay."""
        if self._size(part) is None:
            return 0
        self._take_over(part)
        size = self._size(part) or 0
        same = size <= path.stat().st_size and self._remote_digest(part) == _digest(_blocks(path, size))
        if not same:
            self._delete(part)
        return size if same else 0

    def _take_over(self, part: PurePosixPath) -> None:
        """Wait until HDFS gives up on a writer that broke off: that takes it a minute, and no file is whole before."""
        until = time.monotonic() + TAKEN_OVER_WITHIN_S
        while True:
            try:
                with hdfs_faults(self._settings):
                    self._client.write(str(part), b"", append=True)
                return
            except LakeFault as fault:
                if HELD not in str(fault) or time.monotonic() > until:
                    raise
            time.sleep(1)

    def _size(self, path: PurePosixPath) -> int | None:
        with hdfs_faults(self._settings):
            status = self._client.status(str(path), strict=False)
        return None if status is None else int(str(status["length"]))

    def _delete(self, path: PurePosixPath) -> None:
        with hdfs_faults(self._settings):
            self._client.delete(str(path))

    def _remote_digest(self, path: PurePosixPath) -> str:
        # HDFS' own checksum depends on the sizes of blocks and chunks; ours is what `sha256sum` says of the file.
        with hdfs_faults(self._settings), self._client.read(str(path), chunk_size=CHUNK) as blocks:
            return _digest(blocks)

    @staticmethod
    def _counted(path: Path, begun: int, on_progress: OnUploadProgress) -> Iterator[bytes]:
        size, done = path.stat().st_size, begun
        on_progress(done, size)
        with path.open("rb") as file:
            file.seek(begun)
            while block := file.read(CHUNK):
                yield block
                done += len(block)
                on_progress(done, size)


def _blocks(path: Path, size: int | None = None) -> Iterator[bytes]:
    left = path.stat().st_size if size is None else size
    with path.open("rb") as file:
        while left and (block := file.read(min(CHUNK, left))):
            left -= len(block)
            yield block


def _digest(blocks: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()
