"""The demo's feeds in a deployment's folders of shops, from which the feed takes them like any shop's."""

from pathlib import Path

from ops.demo import feeds
from ops.demo.offers import SEED
from ops.private_files import write_private

# A hidden file is no feed.
MARK = ".demo-catalogue"
FEEDS = "products-"


def fill(folder: Path, *, owner: int) -> bool:
    """Put each demo shop's feed into its folder in this one, once in its life, as files of `owner`; True if so.

    The banned products beside them are for `python -m pipeline bans --apply`.
    """
    mark = folder / MARK
    if mark.exists():
        return False
    for name, content in feeds.files(SEED).items():
        if name.startswith(FEEDS):
            shop = name.removeprefix(FEEDS).partition(".")[0]
            write_private(folder / shop / name, content, owner=owner)
    write_private(mark, b"", owner=owner)
    return True
