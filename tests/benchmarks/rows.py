"""What a benchmark reports."""

from collections.abc import Sequence
from statistics import median

from pydantic import BaseModel, ConfigDict


class Row(BaseModel):
    """One line of `make bench`: a figure, and what it is measured against in the same run."""

    model_config = ConfigDict(frozen=True)

    name: str
    value: float
    unit: str
    baseline: str = ""
    baseline_value: float | None = None
    ratio: float | None = None
    repeats: int


def compared(name: str, unit: str, ours: Sequence[float], baseline: str, theirs: Sequence[float]) -> Row:
    """The row of two series measured in turn: medians, and ours over theirs."""
    value, other = median(ours), median(theirs)
    return Row(
        name=name,
        value=value,
        unit=unit,
        baseline=baseline,
        baseline_value=other,
        ratio=value / other,
        repeats=min(len(ours), len(theirs)),
    )
