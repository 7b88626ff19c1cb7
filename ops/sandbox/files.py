"""Files that bots sent, kept in memory up to a limit; the oldest go first."""

import hashlib
from base64 import urlsafe_b64encode
from collections import OrderedDict
from dataclasses import dataclass

MAX_TOTAL_BYTES = 128 << 20


@dataclass(frozen=True, slots=True)
class StoredFile:
    """`path` is what getFile calls `file_path`."""

    file_id: str
    unique_id: str
    path: str
    name: str
    mime_type: str
    data: bytes


class Files:
    """The same content under the same kind and name is one file with one id."""

    def __init__(self, max_total_bytes: int = MAX_TOTAL_BYTES) -> None:
        self._limit = max_total_bytes
        self._total = 0
        self._files: OrderedDict[str, StoredFile] = OrderedDict()

    def put(self, kind: str, name: str, mime_type: str, data: bytes) -> StoredFile:
        """Keeps a file; `kind` is `photos` or `documents`. Forgets the oldest files above the limit."""
        digest = hashlib.sha256(b"\0".join((kind.encode(), name.encode("utf-8", "replace"), data))).digest()
        unique_id = urlsafe_b64encode(digest[:12]).decode()
        known = self._files.get(unique_id)
        if known is not None:
            self._files.move_to_end(unique_id)
            return known
        extension = name.rpartition(".")[2] if "." in name else "bin"
        extension = extension if extension.isascii() and extension.isalnum() else "bin"
        prefix = "AgACAgIAAx" if kind == "photos" else "BQACAgIAAx"
        path = f"{kind}/{unique_id}.{extension}"
        stored = StoredFile(f"{prefix}{unique_id}", unique_id, path, name, mime_type, data)
        self._files[unique_id] = stored
        self._total += len(data)
        while self._total > self._limit and len(self._files) > 1:
            self._total -= len(self._files.popitem(last=False)[1].data)
        return stored

    def all(self) -> list[StoredFile]:
        """Every file, the oldest first."""
        return list(self._files.values())

    def by_id(self, file_id: str) -> StoredFile | None:
        return self._files.get(file_id[10:])

    def by_path(self, path: str) -> StoredFile | None:
        found = self._files.get(path.rpartition("/")[2].rpartition(".")[0])
        return found if found is not None and found.path == path else None
