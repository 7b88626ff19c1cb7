"""The shops' folder, into which the bot puts what sellers send: whole files, each in its shop's own folder."""

import os
from pathlib import Path

from pipeline.contracts.feeds import can_have_folder, chat_file

UNFINISHED = ".part"
# Names by which the feed service would pass a file or a folder over; see its README.
NOT_TAKEN = (".part", ".tmp", ".filepart", ".crdownload", ".partial")
LONGEST_NAME = 120


class ShopFolder:
    """`root` has a folder for each shop, with the shop's id for a name."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, store_id: str, token: str, name: str, data: bytes) -> None:
        """The file is there as a whole, on disk, when this returns. Raises OSError."""
        if not can_have_folder(store_id):
            raise OSError(f"the shop {store_id!r} can have no folder")
        folder = self._root / store_id
        folder.mkdir(exist_ok=True)
        if folder.is_symlink():
            raise OSError(f"{folder.name}/ is a link")
        target = folder / chat_file(token, name)
        unfinished = target.with_name(target.name + UNFINISHED)
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(target)
        place = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)


def safe_name(name: str) -> str:
    """A name that a file can have in the folder, as near to the given one as that allows; its ending stays."""
    kept = "".join(letter if letter.isprintable() and letter not in "/\\" else "_" for letter in name).strip()
    kept = kept.encode()[-LONGEST_NAME:].decode("utf-8", "ignore").lstrip(". ") or "file"
    return f"{kept}_" if kept.lower().endswith(NOT_TAKEN) else kept
