"""The token of the sandbox' one bot."""

import secrets
from pathlib import Path

from ops.errors import StartupError

BOT_ID = 7_000_000_001


def made_token() -> str:
    """A token that nobody can guess, in Telegram's form."""
    return f"{BOT_ID}:{secrets.token_urlsafe(32)}"


def read_token(path: Path) -> str:
    """The token in a file. Raises StartupError when there is none."""
    try:
        token = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise StartupError(
            f"--token-file: cannot read {path} ({error}); `python -m ops certs issue` makes it."
        ) from None
    if ":" not in token:
        raise StartupError(f"--token-file: {path} holds no token, digits:letters.")
    return token
