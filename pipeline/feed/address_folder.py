"""The shops' folder, into which fetched files are put as if shops had dropped them: whole, each into its shop's own."""

import contextlib
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.contracts.feeds import address_file, can_have_folder

UNFINISHED = ".part"
# Hidden, so that it is never fed; by its beginning it is known to be ours.
HIDDEN = ".address-"
ENDING = re.compile(r"(\.(xml|yml|json|jsonl|ndjson|csv|txt|rss))?(\.(gz|zip))?$", re.IGNORECASE)


class AddressFolder:
    """`root` has a folder for each shop, with the shop's id for a name."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def clean(self) -> int:
        """Remove what a fetch left that was stopped in its middle; how many files. Raises OSError."""
        left = list(self._root.glob(f"*/{HIDDEN}*{UNFINISHED}"))
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def unfinished(self, store_id: str, token: str) -> Path:
        """Where the file is written while it is fetched. Raises OSError."""
        if not can_have_folder(store_id):
            raise OSError(f"the shop {store_id!r} can have no folder")
        folder = self._root / store_id
        folder.mkdir(exist_ok=True)
        if folder.is_symlink():
            raise OSError(f"{folder.name}/ is a link")
        return folder / f"{HIDDEN}{token}{UNFINISHED}"

    def finish(self, unfinished: Path, token: str, address: str) -> None:
        """The file is there under its name, and fed soon, when this returns. Raises OSError."""
        unfinished.rename(unfinished.with_name(address_file(token, name_of(address))))
        place = os.open(unfinished.parent, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)

    def has(self, store_id: str, token: str) -> bool:
        """Whether the fetched file still lies there to be fed."""
        return any((self._root / store_id).glob(address_file(token, "*")))


def forget(unfinished: Path) -> None:
    """Remove a file that will not be finished, if it is there."""
    with contextlib.suppress(OSError):
        unfinished.unlink(missing_ok=True)


def name_of(address: str) -> str:
    """What the file is called: by the ending of the address alone, for any other part of it may be a secret. Pure."""
    try:
        path = urlsplit(address).path
    except ValueError:
        path = ""
    found = ENDING.search(path)
    return f"feed{found.group().lower() if found else ''}"
