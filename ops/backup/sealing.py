"""Encryption of a backup's files with a passphrase, in chunks, so that memory does not grow with them.

scrypt (RFC 7914) makes the backup's key, HKDF (RFC 5869) one for each file. A file is a random salt and chunks of
AES-256-GCM, whose nonce counts them and marks the last (the STREAM construction of Hoang et al., "Online
Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015): one that is missing, doubled, in another place
or cut off is found out, as is any changed byte.
"""

import contextlib
import hmac
import io
import os
from collections.abc import Iterator
from typing import IO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from pydantic import BaseModel, ConfigDict, Field

SALT, TAG, KEY = 16, 16, 32
CHUNK = 1 << 16
COST = 1 << 16
MAGIC = b"yarmarka-sealed-1\n"


class KeyDerivation(BaseModel):
    """How the key is made of the passphrase; it stands in the clear beside the files.

    64 MB and a fifth of a second for each guess. The bounds are those of what is believed of a file from outside.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    salt: str = Field(default_factory=lambda: os.urandom(SALT).hex(), pattern=r"^[0-9a-f]{32,128}$")
    n: int = Field(default_factory=lambda: COST, ge=1 << 14, le=1 << 20)
    r: int = Field(8, ge=8, le=16)
    p: int = Field(1, ge=1, le=4)

    def key(self, passphrase: bytes) -> "SealingKey":
        made = Scrypt(salt=bytes.fromhex(self.salt), length=KEY, n=self.n, r=self.r, p=self.p).derive(passphrase)
        return SealingKey(made)


class SealingKey:
    """The key of one backup."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def tag(self, content: bytes) -> str:
        """By which `content` is known to be what the owner of the passphrase wrote; hexadecimal."""
        return hmac.new(self._of("tag", b""), content, "sha256").hexdigest()

    @contextlib.contextmanager
    def sealing(self, raw: IO[bytes], name: str) -> Iterator["Sealing"]:
        """Encrypt what is written, under this name, into `raw`; the last chunk only when the block ends well."""
        salt = os.urandom(SALT)
        raw.write(MAGIC + salt)
        sealing = Sealing(raw, AESGCM(self._of(name, salt)))
        yield sealing
        sealing.finish()

    def opening(self, raw: IO[bytes], name: str) -> IO[bytes]:
        """A readable stream of what was sealed under this name. Its reads raise ValueError for anything else."""
        head = raw.read(len(MAGIC) + SALT)
        if len(head) != len(MAGIC) + SALT or not head.startswith(MAGIC):
            raise ValueError("it is not encrypted as a backup is")
        return io.BufferedReader(_Opening(raw, AESGCM(self._of(name, head[len(MAGIC) :]))), CHUNK)

    def _of(self, name: str, salt: bytes) -> bytes:
        return HKDF(algorithm=SHA256(), length=KEY, salt=salt, info=name.encode()).derive(self._key)


class Sink(Protocol):
    """What an archive is written into."""

    def write(self, content: bytes, /) -> int: ...


class Sealing:
    """A stream of bytes on its way into chunks."""

    def __init__(self, raw: IO[bytes], cipher: AESGCM) -> None:
        self._raw = raw
        self._cipher = cipher
        self._waiting = bytearray()
        self._chunks = 0

    def write(self, content: bytes) -> int:
        self._waiting += content
        # One chunk always waits: it may be the last.
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(content)

    def flush(self) -> None:
        """Nothing: a chunk is written when it is full."""

    def finish(self) -> None:
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, content: bytes, *, last: bool) -> None:
        self._raw.write(self._cipher.encrypt(_nonce(self._chunks, last=last), content, None))
        self._chunks += 1


class _Opening(io.RawIOBase):
    def __init__(self, raw: IO[bytes], cipher: AESGCM) -> None:
        self._raw = raw
        self._cipher = cipher
        self._chunks = 0
        self._next = raw.read(CHUNK + TAG)
        self._ended = False
        self._plain = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._plain and not self._ended:
            self._open_next()
        count = min(len(buffer), len(self._plain))
        buffer[:count] = self._plain[:count]
        self._plain = self._plain[count:]
        return count

    def _open_next(self) -> None:
        chunk, self._next = self._next, self._raw.read(CHUNK + TAG)
        self._ended = not self._next
        try:
            self._plain = self._cipher.decrypt(_nonce(self._chunks, last=self._ended), chunk, None)
        except InvalidTag:
            raise ValueError("it was cut off or changed, or sealed with another passphrase") from None
        self._chunks += 1


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
