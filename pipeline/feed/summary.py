"""What came of a feed, for the person who sent it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.feed.reasons import LINES_SHOWN, OTHER_REASONS, REASONS_KEPT, Remark, Remarks, grouped
from pipeline.feed.rows import Refusal

DUPLICATES_SHOWN = 5
SAMPLE = 5
IDS_REMEMBERED = 500_000
"""Ids are remembered by their hash, in some 70 bytes each; beyond this many, duplicates are no longer counted."""


@dataclass(slots=True)
class Summary:
    """Counts of one file. `lines` holds, for each reason, the first lines on which it was met."""

    sent: int = 0
    refused: int = 0
    put_aside: int = 0
    """Refused rows that have a dead letter of their own."""
    superseded: int = 0
    """Rows that were not sent, since a newer file had brought their products meanwhile."""
    incomplete: str = ""
    """Why the file ended before it was complete; empty when it did not."""
    notes: list[str] = field(default_factory=list)
    """What else the shop should know of the file."""
    lines: dict[str, list[int]] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    sample: list[Refusal] = field(default_factory=list)
    remarks: Remarks = field(default_factory=Remarks)
    """What was left out of rows that were sent, and what the file says wrong of itself."""
    duplicates: int = 0
    first_duplicates: list[str] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)

    def refuse(self, refusal: Refusal) -> None:
        """Count a refusal under its reason, the shop's own values left out of it."""
        reason = grouped(refusal.reason)
        if reason not in self.reasons and len(self.reasons) >= REASONS_KEPT:
            reason = OTHER_REASONS
        self.refused += 1
        self.reasons[reason] += 1
        lines = self.lines.setdefault(reason, [])
        if len(lines) < LINES_SHOWN:
            lines.append(refusal.line)
        if len(self.sample) < SAMPLE:
            self.sample.append(refusal)
        if refusal.cut_off:
            self.incomplete = refusal.reason

    def remarked(self, remarks: Iterable[Remark]) -> None:
        """Count what was said of rows that are sent."""
        for remark in remarks:
            self.remarks.join(remark)

    def accept(self, product_id: str) -> None:
        """Note the id of a row that is about to be sent; the last row with an id is the one that counts."""
        mark = hash(product_id)
        if mark in self._seen:
            self.duplicates += 1
            if len(self.first_duplicates) < DUPLICATES_SHOWN:
                self.first_duplicates.append(product_id)
        elif len(self._seen) < IDS_REMEMBERED:
            self._seen.add(mark)

    def has_sent(self, product_id: str) -> bool:
        """Whether a row with this id was sent, as far as ids are remembered."""
        return hash(product_id) in self._seen

    def remembered(self) -> int:
        """How many ids are remembered."""
        return len(self._seen)

    def report(self, name: str, verdict: str = "") -> list[str]:
        """Lines of text: what was sent, what was refused and where. `verdict`: why the whole file is refused."""
        told = [f"{name}: {self.sent} sent, {self.refused} refused"]
        told += [f"  {text}" for text in (verdict, *self.notes) if text]
        for reason, count in self.reasons.most_common():
            told.append(f"  {count} × {reason} (line {_places(self.lines[reason], count)})")
        for remark in self.remarks.all():
            counted = f"{remark.count} × " if remark.count > 1 else ""
            told.append(f"  {counted}{remark.text} (line {_places(remark.lines, remark.count)})")
        if self.duplicates:
            shown = ", ".join(self.first_duplicates)
            told.append(f"  {self.duplicates} rows repeat an id of this file, the last one counts ({shown})")
        if self.superseded:
            told.append(f"  {self.superseded} rows were passed over: a newer file had brought their products meanwhile")
        return told


def _places(lines: Sequence[int], count: int) -> str:
    return ", ".join(map(str, lines)) + (", …" if count > len(lines) else "")
