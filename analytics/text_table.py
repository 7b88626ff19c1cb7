"""Rows as a table of text in a terminal."""

from __future__ import annotations

import unicodedata

WIDEST = 36
"""Columns of the terminal that one value may take."""


def text_table(rows: list[dict[str, object]], columns: tuple[str, ...]) -> str:
    """Rows under the names of their columns; long values cut, columns that are empty everywhere left out."""
    used = [name for name in columns if any(row.get(name) is not None for row in rows)]
    if not used:
        return "no rows"
    lines = [[name.upper() for name in used], *([_text(row.get(name)) for name in used] for row in rows)]
    widths = [max(_width(line[place]) for line in lines) for place in range(len(used))]
    return "\n".join(
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    said = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    said = " ".join(said.split())
    return said if len(said) <= WIDEST else said[: WIDEST - 1] + "…"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
