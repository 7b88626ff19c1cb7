"""Files and windows to read from."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.feed.window import Window

Write = Callable[[str, bytes | str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file and give its path."""

    def save(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return save


def window(data: bytes, chunk: int = 7) -> Window:
    """A window over bytes that reads a few at a time."""
    return Window(io.BytesIO(data), chunk)
