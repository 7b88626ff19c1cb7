"""Reasons and remarks, counted by what they say: a thousand rows with one fault are one line. Pure."""

import re
from dataclasses import dataclass

VALUE = re.compile(r"«[^»]*»")
# Where in the row it is, and how large: another in each row.
PLACE = re.compile(r"\b(line|character|byte|column|value|large:) \d+")
NUMBERED = re.compile(r"(?<=\.)\d+(?=\.)")
LINES_SHOWN = 5
REASONS_KEPT = 100
"""Reasons that are counted each; those that are met later are counted together."""
OTHER_REMARKS = "other remarks"


def grouped(reason: str) -> str:
    """The reason without the row's own values, so that a thousand rows with one fault are one line."""
    text = PLACE.sub(r"\1 …", VALUE.sub("…", reason)).removesuffix(", and is …").replace("line …: ", "")
    return NUMBERED.sub("…", text)


@dataclass(frozen=True, slots=True)
class Remark:
    """What was left out of rows that are sent, or read otherwise than it says: how often, and the first lines."""

    text: str
    count: int
    lines: tuple[int, ...]


class Remarks:
    """Counts remarks, those that differ in the row's own values alone as one; at most 100 different ones."""

    def __init__(self) -> None:
        self._counted: dict[str, Remark] = {}

    def add(self, text: str, line: int) -> None:
        """Count a remark of this line."""
        self.join(Remark(text, 1, (line,)))

    def join(self, remark: Remark) -> None:
        """Count a remark as often as it was counted already."""
        key = grouped(remark.text)
        if key not in self._counted and len(self._counted) >= REASONS_KEPT:
            key = OTHER_REMARKS
        known = self._counted.get(key)
        if known is None:
            self._counted[key] = remark if key != OTHER_REMARKS else Remark(key, remark.count, remark.lines)
        else:
            lines = (*known.lines, *remark.lines)[:LINES_SHOWN]
            # With its value while it is alone.
            self._counted[key] = Remark(key, known.count + remark.count, lines)

    def all(self) -> tuple[Remark, ...]:
        """What was counted, in the order in which it came."""
        return tuple(self._counted.values())

    def taken(self) -> tuple[Remark, ...]:
        """The same, and it is forgotten then."""
        found = self.all()
        self._counted = {}
        return found
