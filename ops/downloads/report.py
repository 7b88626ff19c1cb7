"""How a download tells of its progress."""

from collections.abc import Callable

# Told how many of how many files are there, and which one comes next.
Report = Callable[[str], None]


def quiet(_: str) -> None:
    """A report that nobody reads: what is fetched is there already."""
