"""Files that only their owner may read, replaced in one step."""

import os
from pathlib import Path


def write_private(path: Path, content: bytes, *, owner: int | None = None) -> None:
    """Write `content` so that no other user can read it and no reader ever sees half of it.

    The parent directory is made, mode 700, when it is missing; an existing one keeps its mode. With `owner`, the
    file (and a directory made for it) belongs to that uid.
    """
    if not path.parent.exists():
        path.parent.mkdir(parents=True, mode=0o700)
        if owner is not None:
            os.chown(path.parent, owner, -1)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    if owner is not None:
        os.chown(draft, owner, -1)
    draft.replace(path)
