"""The one way to HDFS outside of Spark: WebHDFS, with faults as sentences."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterable, Iterator
from typing import Protocol

from analytics.lake.faults import LakeFault, sentence
from ops.errors import StartupError
from ops.settings import Settings

CHUNK = 1 << 20
PART = ".part"


class HdfsFault(LakeFault):
    """HDFS cannot do what is asked now; the text is one sentence."""


class WebHdfsClient(Protocol):
    """What is used of the `hdfs` package's client."""

    def status(self, hdfs_path: str, strict: bool = True) -> dict[str, object] | None: ...
    def delete(self, hdfs_path: str, recursive: bool = False) -> bool: ...
    def rename(self, hdfs_src_path: str, hdfs_dst_path: str) -> None: ...
    def makedirs(self, hdfs_path: str) -> None: ...
    def list(self, hdfs_path: str) -> list[str]: ...
    def write(
        self, hdfs_path: str, data: bytes | Iterator[bytes], overwrite: bool = False, append: bool = False
    ) -> None: ...
    def read(
        self, hdfs_path: str, offset: int = 0, length: int | None = None, chunk_size: int = 0
    ) -> contextlib.AbstractContextManager[Iterator[bytes]]: ...


def connect(settings: Settings) -> WebHdfsClient:
    """A client as the marketplace's user; nothing is sent yet. Raises StartupError when the address is not set."""
    from hdfs import InsecureClient

    if not settings.hdfs.web_url:
        raise StartupError("YARMARKA_HDFS__WEB_URL is not set; start a stack with `make demo` or name a server.")
    client: WebHdfsClient = InsecureClient(settings.hdfs.web_url, user=settings.hdfs.user, timeout=(5, 120))
    return client


class Hdfs:
    """Questions about paths. Every method raises HdfsFault when HDFS does not answer or refuses."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client = connect(settings)

    def exists(self, path: str) -> bool:
        return self.size(path) is not None

    def size(self, path: str) -> int | None:
        """Bytes of a file, 0 for a directory, None when there is nothing."""
        with hdfs_faults(self._settings):
            status = self._client.status(path, strict=False)
        return None if status is None else int(str(status["length"]))

    def delete(self, path: str) -> None:
        """The path with all below it; nothing when it is not there."""
        with hdfs_faults(self._settings):
            self._client.delete(path, recursive=True)

    def read(self, path: str) -> bytes:
        """A whole file, which must be small."""
        with hdfs_faults(self._settings), self._client.read(path, chunk_size=CHUNK) as blocks:
            return b"".join(blocks)

    def replace(self, path: str, content: bytes) -> None:
        """Put a small file in the place of another. Wherever it breaks off, `read_replaced` has the old or the new."""
        draft, part = f"{path}.draft", f"{path}{PART}"
        with hdfs_faults(self._settings):
            self._client.write(draft, content, overwrite=True)
            # Renaming is one step here, but only to where nothing is.
            for new, old in ((draft, part), (part, path)):
                self._client.delete(old)
                self._client.rename(new, old)

    def read_replaced(self, path: str) -> bytes:
        """What `replace` put there; empty when there is nothing."""
        for name in (path, f"{path}{PART}"):
            if self.exists(name):
                return self.read(name)
        return b""

    def put_lines(self, path: str, lines: Iterable[bytes]) -> None:
        """A file of lines, as large as it may be, block by block."""
        with hdfs_faults(self._settings):
            self._client.write(path, _blocks(lines), overwrite=True)

    def unpacked_lines(self, path: str) -> Iterator[bytes]:
        """The lines of a file that is compressed by gzip, block by block."""
        with hdfs_faults(self._settings), self._client.read(path, chunk_size=CHUNK) as blocks:
            unpacking, rest = zlib.decompressobj(wbits=31), b""
            for block in blocks:
                *lines, rest = (rest + unpacking.decompress(block)).split(b"\n")
                yield from lines
            if rest:
                yield rest

    def write(self, path: str, data: bytes) -> None:
        """A whole small file in the place of what was there."""
        with hdfs_faults(self._settings):
            self._client.write(path, data, overwrite=True)

    def list(self, path: str) -> list[str]:
        """Names in a directory, in order; none when it is not there."""
        if not self.exists(path):
            return []
        with hdfs_faults(self._settings):
            return sorted(self._client.list(path))


def _blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    block = bytearray()
    for line in lines:
        block += line + b"\n"
        if len(block) >= CHUNK:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)


@contextlib.contextmanager
def hdfs_faults(settings: Settings) -> Iterator[None]:
    """Turn the client's errors inside the block into HdfsFault."""
    import requests
    from hdfs.util import HdfsError

    try:
        yield
    except HdfsError as error:
        raise HdfsFault(sentence(str(error))) from error
    except requests.RequestException as error:
        raise HdfsFault(
            f"HDFS at {settings.hdfs.web_url} does not answer; `python -m ops status` shows the NameNode."
        ) from error
