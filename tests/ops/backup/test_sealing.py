"""Encryption in chunks: what was sealed comes back, and nothing else does."""

import io
import tracemalloc
from collections.abc import Callable

import pytest

from ops.backup.archive import faults
from ops.backup.sealing import CHUNK, MAGIC, SALT, TAG, KeyDerivation, SealingKey
from ops.errors import StartupError

KEY = KeyDerivation(n=1 << 14).key(b"correct horse battery")
BEFORE_CHUNKS = len(MAGIC) + SALT


def sealed(content: bytes, name: str = "bans", key: SealingKey = KEY, step: int = 10_007) -> bytes:
    raw = io.BytesIO()
    with key.sealing(raw, name) as sealing:
        for start in range(0, len(content), step):
            sealing.write(content[start : start + step])
    return raw.getvalue()


def opened(content: bytes, name: str = "bans", key: SealingKey = KEY) -> bytes:
    return key.opening(io.BytesIO(content), name).read()


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])
def test_any_length_around_whole_chunks_comes_back(length: int) -> None:
    content = (b"yarmarka" * (length // 8 + 1))[:length]
    assert opened(sealed(content)) == content


def test_nothing_of_it_can_be_read_without_the_key() -> None:
    content = b"role:2f00 admin " * 10_000
    shut = sealed(content)
    assert b"admin" not in shut
    assert shut[BEFORE_CHUNKS:] != sealed(content)[BEFORE_CHUNKS:], "each file has a key of its own"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda shut: shut[: BEFORE_CHUNKS + CHUNK + TAG],  # cut off between two chunks
        lambda shut: shut[:-1],
        lambda shut: shut[:BEFORE_CHUNKS],
        lambda shut: shut + shut[-TAG:],
        lambda shut: shut[: BEFORE_CHUNKS + 5] + bytes([shut[BEFORE_CHUNKS + 5] ^ 1]) + shut[BEFORE_CHUNKS + 6 :],
        # The first two chunks change places.
        lambda shut: (
            shut[:BEFORE_CHUNKS]
            + shut[BEFORE_CHUNKS + CHUNK + TAG : BEFORE_CHUNKS + 2 * (CHUNK + TAG)]
            + shut[BEFORE_CHUNKS : BEFORE_CHUNKS + CHUNK + TAG]
            + shut[BEFORE_CHUNKS + 2 * (CHUNK + TAG) :]
        ),
    ],
)
def test_whatever_was_changed_is_found_out(spoil: Callable[[bytes], bytes]) -> None:
    shut = sealed(bytes(3 * CHUNK + 7))
    with pytest.raises(ValueError, match="cut off or changed"):
        opened(spoil(shut))


def test_another_passphrase_or_another_files_name_opens_nothing() -> None:
    shut = sealed(b"x" * 100)
    other = KeyDerivation(n=1 << 14).key(b"correct horse battery")
    for name, key in (("bans", other), ("roles", KEY)):
        with pytest.raises(ValueError, match="cut off or changed"):
            opened(shut, name, key)
    with pytest.raises(StartupError, match="it is not encrypted"), faults("bans"):
        opened(b"short")


def test_memory_does_not_grow_with_the_file() -> None:
    class Counting(io.RawIOBase):
        total = 0

        def write(self, content: object) -> int:
            self.total += len(content)  # type: ignore[arg-type]
            return len(content)  # type: ignore[arg-type]

    raw, block = Counting(), bytes(1 << 20)
    tracemalloc.start()
    with KEY.sealing(raw, "products") as sealing:  # type: ignore[arg-type]
        for _ in range(64):
            sealing.write(block)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert raw.total > 64 << 20
    assert peak < 8 << 20
