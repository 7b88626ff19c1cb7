"""Tables that people have as files: Parquet, or CSV with any separator, also compressed."""

from __future__ import annotations

import csv
import gzip
import re
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ops.errors import StartupError

if TYPE_CHECKING:
    import pandas as pd

PARQUET, GZIP, ZIP = b"PAR1", b"\x1f\x8b", b"PK\x03\x04"
HEAD = 64_000
SEPARATORS = ",;\t|"
RUSSIAN = re.compile("[À-ÿ¨¸]{3}")
"""How a Russian word in Windows-1251 looks in Latin-1, in which three such letters never stand together."""


def read(path: Path) -> pd.DataFrame:
    """The file's rows; a CSV's as text. What the file is, its first bytes say, not its name.

    A CSV may be in UTF-8, with or without a byte order mark, or else in Windows-1251 or Latin-1, whichever its letters
    are of, and compressed by gzip.
    Raises StartupError that names the file.
    """
    import pandas as pd

    try:
        with path.open("rb") as file:
            start = file.read(4)
        if start == PARQUET:
            return pd.read_parquet(path)
        if start == ZIP:
            raise StartupError(f"{path} is a spreadsheet or an archive; save its table as CSV or Parquet.")
        return _csv(path)
    except (OSError, ValueError, EOFError, csv.Error) as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise StartupError(f"{path} cannot be read as CSV or Parquet ({said[:200]}).") from error


def ids(column: pd.Series[str]) -> pd.Series[str]:
    """A column's values as text, empty where there is none; numbers that a gap has made 17850.0 are 17850."""
    return column.astype("string").str.strip().str.replace(r"^(-?\d+)\.0$", r"\1", regex=True).fillna("")


def amounts(column: pd.Series[str]) -> pd.Series[float]:
    """A column's numbers, as people write them: 1 000, 1,5, -2; not a number where there is none."""
    import pandas as pd

    plain = column.astype("string").str.replace(r"[\s\u00a0\u202f']", "", regex=True)
    return pd.to_numeric(plain.str.replace(",", ".", regex=False), errors="coerce")


def text_of(path: Path, encoding: str = "utf-8-sig", errors: str = "strict") -> IO[str]:
    """The file opened as text, unpacked when it is compressed by gzip. Raises OSError."""
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
    if packed:
        return gzip.open(path, "rt", encoding=encoding, errors=errors)
    return path.open(encoding=encoding, errors=errors)


def _csv(path: Path) -> pd.DataFrame:
    import pandas as pd

    encoding = _encoding(path)
    with text_of(path, encoding) as file:
        head = file.read(HEAD)
    if "\0" in head:
        raise ValueError("it is not a text")
    with text_of(path, encoding) as file:
        frame: pd.DataFrame = pd.read_csv(
            file, sep=_separator(head), dtype="string", skip_blank_lines=True, on_bad_lines="skip", low_memory=False
        )
    frame.columns = [str(name).strip() for name in frame.columns]
    return frame


def _encoding(path: Path) -> str:
    try:
        with text_of(path) as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        with text_of(path, "latin-1") as file:
            while text := file.read(1 << 20):
                if RUSSIAN.search(text):
                    return "cp1251"
        return "latin-1"
    return "utf-8-sig"


def _separator(head: str) -> str:
    """The one that the first line has most of; a comma when it has none."""
    first = head.lstrip().partition("\n")[0]
    return max(SEPARATORS, key=first.count)
