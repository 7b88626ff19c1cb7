"""Where the passphrase of a backup comes from."""

from pathlib import Path

from ops.errors import StartupError
from ops.settings import Settings

LEAST = 12


def passphrase(settings: Settings, file: Path | None) -> bytes | None:
    """The first line of `file`, else of the settings' file, else the setting itself; None when there is none at all.

    Raises StartupError for a file that cannot be read, and for a passphrase of less than twelve characters.
    """
    path = file or settings.backup.passphrase_file
    if path is not None:
        try:
            found = b"".join(path.read_bytes().splitlines()[:1]).strip()
        except OSError as error:
            raise StartupError(f"The passphrase of the backup: cannot read {path} ({error.strerror}).") from None
    elif settings.backup.passphrase is not None:
        found = settings.backup.passphrase.get_secret_value().strip().encode()
    else:
        return None
    if len(found.decode(errors="replace")) < LEAST:
        raise StartupError(f"The passphrase of the backup is too short; it needs {LEAST} characters or more.")
    return found
