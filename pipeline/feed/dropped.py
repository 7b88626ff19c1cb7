"""A file of the shops' folder as it was seen, and whether it is whole."""

import fcntl
import os
import signal
import stat
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pipeline.contracts.messages import StoreId

SHOP = TypeAdapter(StoreId)
DONE, REFUSED = "done", "refused"
MOVED_TO = frozenset({DONE, REFUSED})
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", ".partial")
AHEAD_S = 60.0
"""A time of change further ahead than this is a wrong clock's."""


@dataclass(frozen=True, slots=True)
class FileState:
    """What must be the same before and after a file was read."""

    device: int
    inode: int
    size: int
    changed_ns: int

    @staticmethod
    def of(path: Path) -> "FileState | None":
        """None: there is no regular file (any more). A link is no file, wherever it leads."""
        try:
            found = path.lstat()
        except OSError:
            return None
        if not stat.S_ISREG(found.st_mode):
            return None
        return FileState(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file as it was when it was found to be whole.

    `name` is printable, whatever bytes the file's name has, and begins with the shop: two shops may send one name.
    """

    path: Path
    state: FileState
    order: tuple[int, str]
    """The older file has the smaller one."""
    name: str
    note: str = ""
    """What its shop should know."""
    shop: str = ""
    """Whose it is: the name of the folder that it lies in. Empty: it lies in no shop's folder, and is nobody's."""


def shown(path: Path) -> str:
    """A file's name for people, letters and logs: bytes that are no text, and line breaks, become `�`."""
    text = os.fsencode(path.name).decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def shop_of(folder: Path) -> str:
    """The shop whose folder this is: its name, when that is a shop's id as it stands; empty when it is not."""
    try:
        return folder.name if SHOP.validate_python(folder.name) == folder.name else ""
    except ValidationError:
        return ""


def is_taken(name: str) -> bool:
    """Whether a file of this name is fed at all: hidden ones and unfinished uploads are not."""
    return not name.startswith(".") and not name.lower().endswith(UNFINISHED)


def is_being_written(path: Path) -> bool:
    """Whether a process of this host has the file open for writing, as an upload that pauses has.

    The kernel tells it of our own files (a lease is refused); False when it does not tell: elsewhere than on Linux,
    for a file of somebody else, and on network file systems.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        # Whoever opens the file at this very moment makes the kernel signal us; SIGIO would end the process.
        fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(file)
    return False
