"""What came of a feed, for the person who sent it."""

import re
from collections import Counter
from dataclasses import dataclass, field

from pipeline.feed.rows import Refusal

VALUE = re.compile(r"«.*?»", re.DOTALL)
LINES_SHOWN = 5
DUPLICATES_SHOWN = 5
IDS_REMEMBERED = 2_000_000
"""Ids are remembered by 8 bytes of hash each; beyond this many, duplicates are no longer counted."""


@dataclass(slots=True)
class Summary:
    """Counts of one file. `lines` holds, for each reason, the first lines on which it was met."""

    sent: int = 0
    refused: int = 0
    lines: dict[str, list[int]] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    duplicates: int = 0
    first_duplicates: list[str] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)

    def refuse(self, refusal: Refusal) -> None:
        """Count a refusal under its reason, the shop's own values left out of it."""
        reason = grouped(refusal.reason)
        self.refused += 1
        self.reasons[reason] += 1
        lines = self.lines.setdefault(reason, [])
        if len(lines) < LINES_SHOWN:
            lines.append(refusal.line)

    def accept(self, product_id: str) -> None:
        """Note the id of a row that is about to be sent; the last row with an id is the one that counts."""
        mark = hash(product_id)
        if mark in self._seen:
            self.duplicates += 1
            if len(self.first_duplicates) < DUPLICATES_SHOWN:
                self.first_duplicates.append(product_id)
        elif len(self._seen) < IDS_REMEMBERED:
            self._seen.add(mark)

    def report(self, name: str) -> list[str]:
        """Lines of text: what was sent, what was refused and where."""
        told = [f"{name}: {self.sent} sent, {self.refused} refused"]
        for reason, count in self.reasons.most_common():
            more = ", …" if count > len(self.lines[reason]) else ""
            places = ", ".join(map(str, self.lines[reason]))
            told.append(f"  {count} × {reason} (line {places}{more})")
        if self.duplicates:
            shown = ", ".join(self.first_duplicates)
            told.append(f"  {self.duplicates} rows repeat an id of this file, the last one counts ({shown})")
        return told


def grouped(reason: str) -> str:
    """The reason without the row's own values, so that a thousand rows with one fault are one line."""
    return VALUE.sub("…", reason).removesuffix(", and is …")
