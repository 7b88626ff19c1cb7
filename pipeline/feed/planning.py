"""What is to be done with each row of a slice, by what was sent before. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from pipeline.feed.offer_digest import GONE
from pipeline.feed.offer_store import KnownOffer
from pipeline.feed.slices import ReadyRow


class Step(Enum):
    """What becomes of a row; the label of the metric."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WITHDRAWN = "withdrawn"
    """The shop says that it is not for sale."""
    NOT_THERE = "not_there"
    """The same, of an offer that is not on sale anyhow."""
    PASSED_OVER = "passed_over"
    """A later run has spoken of it, or of all offers of the shop."""

    @property
    def writes(self) -> bool:
        return self in {Step.NEW, Step.CHANGED, Step.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Planned:
    """A row and its step. `again`: the same run had this offer before."""

    row: ReadyRow
    step: Step
    again: bool = False


def plan(
    rows: Iterable[ReadyRow], known: Mapping[str, KnownOffer], whole: Mapping[str, int], mark: int
) -> Iterator[Planned]:
    """A step for each row of the run `mark`, in order.

    `known` are offers by key, `whole` the marks of the shops' last whole feeds that are in force.
    """
    now = dict(known)
    for row in rows:
        before = now.get(row.key)
        if whole.get(row.store, 0) > mark or (before is not None and before.mark > mark):
            yield Planned(row, Step.PASSED_OVER)
            continue
        again = before is not None and before.mark == mark
        gone = before is None or before.digest == GONE
        if row.value is None:
            step = Step.NOT_THERE if gone else Step.WITHDRAWN
        elif before is None or gone:
            step = Step.NEW
        else:
            step = Step.UNCHANGED if before.digest == row.digest else Step.CHANGED
        now[row.key] = KnownOffer(row.digest, mark)
        yield Planned(row, step, again)
