"""Names for people that only the bot can tell apart: HMAC-SHA-256 of the Telegram id with a secret key."""

import hmac
from functools import lru_cache
from pathlib import Path
from typing import Self

from ops.errors import StartupError

# An update asks for its person's pseudonym several times; those who write now are this many at most.
REMEMBERED = 4096


class Pseudonyms:
    """The pseudonyms of one marketplace; another key gives other ones."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._of = lru_cache(REMEMBERED)(self._made)

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """With the key in a file. Raises StartupError when it cannot be read or is too short to keep a secret."""
        try:
            key = path.read_bytes().strip()
        except OSError as error:
            raise StartupError(
                f"YARMARKA_CREDENTIALS: cannot read {path} ({error.strerror}); `python -m ops certs issue` makes it."
            ) from None
        if len(key) < 32:
            raise StartupError(
                f"YARMARKA_CREDENTIALS: {path} holds fewer than 32 characters; "
                "`python -m ops certs issue` makes a new one."
            )
        return cls(key)

    def of(self, person: int | str) -> str:
        """The pseudonym of a Telegram id, or of a name such as terminal:anna; 64 hexadecimal digits."""
        return self._of(str(person))

    def _made(self, person: str) -> str:
        return hmac.digest(self._key, person.encode(), "sha256").hex()
