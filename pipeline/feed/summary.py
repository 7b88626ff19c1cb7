"""What came of a feed, for the person who sent it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.contracts.feeds import OTHER_REASONS
from pipeline.contracts.messages import RowFault
from pipeline.feed.reasons import LINES_SHOWN, REASONS_KEPT, Remark, Remarks, grouped
from pipeline.feed.rows import Refusal

DUPLICATES_SHOWN = 5
SAMPLE = 5


@dataclass(slots=True)
class Summary:
    """Counts of one file. `lines` holds, for each reason, the first lines on which it was met."""

    sent: int = 0
    unchanged: int = 0
    """Rows that say what their offers said before, and were not sent again."""
    not_for_sale: int = 0
    """Rows of offers that the shop takes off sale itself."""
    withdrawn: int = 0
    """Offers that a whole feed no longer has."""
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
    faults: dict[str, RowFault] = field(default_factory=dict)
    """What each reason is; with the row's own values while it is the only one."""
    sample: list[Refusal] = field(default_factory=list)
    remarks: Remarks = field(default_factory=Remarks)
    """What was left out of rows that were sent, and what the file says wrong of itself."""
    duplicates: int = 0
    first_duplicates: list[str] = field(default_factory=list)

    def refuse(self, refusal: Refusal) -> None:
        """Count a refusal under its reason, the shop's own values left out of it."""
        reason = grouped(refusal.reason)
        if reason not in self.reasons and len(self.reasons) >= REASONS_KEPT:
            reason = OTHER_REASONS
        self.refused += 1
        self.reasons[reason] += 1
        self._note(reason, refusal.fault)
        lines = self.lines.setdefault(reason, [])
        if len(lines) < LINES_SHOWN:
            lines.append(refusal.line)
        if len(self.sample) < SAMPLE:
            self.sample.append(refusal)
        if refusal.cut_off:
            self.incomplete = refusal.reason

    def _note(self, reason: str, fault: RowFault) -> None:
        if reason == OTHER_REASONS:
            return
        alone = self.reasons[reason] == 1
        self.faults[reason] = fault if alone else RowFault(code=fault.code, field=fault.field)

    def remarked(self, remarks: Iterable[Remark]) -> None:
        """Count what was said of rows that are sent."""
        for remark in remarks:
            self.remarks.join(remark)

    def repeat(self, product_id: str) -> None:
        """Note that a row repeats an id of this file; the last row with an id is the one that counts."""
        self.duplicates += 1
        if len(self.first_duplicates) < DUPLICATES_SHOWN:
            self.first_duplicates.append(product_id)

    def is_read(self) -> bool:
        """Whether any row of the file was read, be it only to be refused."""
        return bool(self.understood() or self.refused)

    def understood(self) -> int:
        """Rows that an offer could be made of, whether or not it was news."""
        return self.sent + self.unchanged + self.superseded + self.not_for_sale

    def report(self, name: str, verdict: str = "") -> list[str]:
        """Lines of text: what was sent, what was refused and where. `verdict`: why the whole file is refused."""
        counts = {"unchanged": self.unchanged, "not for sale": self.not_for_sale, "withdrawn": self.withdrawn}
        more = "".join(f", {count} {what}" for what, count in counts.items() if count)
        told = [f"{name}: {self.sent} sent, {self.refused} refused{more}"]
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
