"""What a soak proves: nothing grows. Each verdict compares an early stretch of the run with its end. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from tests.soak.samples import Sample, Use

MORE = 1.1
"""What a part may use at the end, of what it used early."""
SLOWER = 1.5
"""How much longer people may wait at the end."""
WARM_S, LONG_S = 900.0, 3_600.0
# Of descriptors and threads a tenth may be less than one; of lag, what arrives between two commits.
FEW, UNDER_WAY = 5.0, 200.0


class Verdict(BaseModel):
    """One figure of one part, early and at the end, and the most that it may be at the end."""

    model_config = ConfigDict(frozen=True)

    part: str
    what: str
    early: float
    late: float
    limit: float

    @property
    def good(self) -> bool:
        return self.late <= self.limit


@dataclass(frozen=True)
class Stretches:
    """The samples that are compared: after the first quarter hour, and the last; of a short run, its quarters."""

    early: Sequence[Sample]
    late: Sequence[Sample]

    @classmethod
    def of(cls, samples: Sequence[Sample]) -> "Stretches":
        """Raises ValueError when there are too few to compare."""
        if len(samples) < 8:
            raise ValueError(f"{len(samples)} samples are too few to compare; soak for longer")
        length = samples[-1].at_s
        warm = WARM_S if length >= LONG_S else length / 4
        span = min(WARM_S, length / 4)
        early = [one for one in samples if warm <= one.at_s < warm + span]
        late = [one for one in samples if one.at_s >= length - span]
        return cls(early, late)


def verdicts(samples: Sequence[Sample]) -> list[Verdict]:
    """Every verdict, those of the parts first. Raises ValueError when there are too few samples."""
    stretches = Stretches.of(samples)
    names = sorted({name for one in stretches.early for name in one.parts})
    found = [verdict for name in names for verdict in _of_part(name, stretches)]
    early, late = (_median(one.p95_s for one in stretch) for stretch in (stretches.early, stretches.late))
    if early is not None:
        found.append(_verdict("answers", "p95, s", early, late, early * SLOWER))
    return found


def _of_part(name: str, stretches: Stretches) -> Iterable[Verdict]:
    def worst(stretch: Sequence[Sample], figure: Callable[[Use], float | None]) -> float | None:
        seen = [figure(one.parts[name]) for one in stretch if name in one.parts]
        return max((one for one in seen if one is not None), default=None)

    for what, figure, more in FIGURES:
        early = worst(stretches.early, figure)
        if early is not None:
            yield _verdict(name, what, early, worst(stretches.late, figure), early * MORE + more)
    restarts = len({one.parts[name].started for one in (*stretches.early, *stretches.late) if name in one.parts}) - 1
    yield Verdict(part=name, what="restarts", early=0, late=restarts, limit=0)


def _verdict(part: str, what: str, early: float, late: float | None, limit: float) -> Verdict:
    # What is there no longer cannot be called flat.
    return Verdict(part=part, what=what, early=early, late=float("inf") if late is None else late, limit=limit)


def _median(figures: Iterable[float | None]) -> float | None:
    known = sorted(one for one in figures if one is not None)
    return known[len(known) // 2] if known else None


FIGURES: tuple[tuple[str, Callable[[Use], float | None], float], ...] = (
    ("RSS, MB", lambda use: use.rss_mb, 0.0),
    ("file descriptors", lambda use: use.fds, FEW),
    ("threads", lambda use: use.threads, FEW),
    ("lag, messages", lambda use: use.lag, UNDER_WAY),
)
