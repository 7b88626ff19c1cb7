"""A soak finds what grows, and leaves alone what does not."""

from collections.abc import Callable

import pytest

from tests.soak.samples import Sample, Use, p95
from tests.soak.verdicts import Stretches, Verdict, verdicts

HOUR = 3600.0


def soak(
    length_s: float = 2 * HOUR,
    *,
    rss: Callable[[float], float] = lambda _: 100.0,
    lag: Callable[[float], float] = lambda _: 3.0,
    wait: Callable[[float], float] = lambda _: 0.2,
    fds: Callable[[float], int] = lambda _: 40,
    started: Callable[[float], float] = lambda _: 7.0,
) -> list[Sample]:
    """A run of one service; each figure by the share of the run that is over."""
    count = int(length_s / 30)
    return [
        Sample(
            at_s=30.0 * number,
            parts={
                "bot": Use(rss_mb=rss(at), fds=fds(at), threads=9, lag=lag(at), started=started(at)),
            },
            answers=60,
            p95_s=wait(at),
        )
        for number in range(1, count + 1)
        for at in [number / count]
    ]


def broken(samples: list[Sample]) -> set[str]:
    return {one.what for one in verdicts(samples) if not one.good}


@pytest.mark.parametrize("length_s", [2 * HOUR, HOUR / 4])
def test_what_is_flat_is_good_however_long_it_lasts(length_s: float) -> None:
    found = verdicts(soak(length_s))
    assert {one.what for one in found} >= {"RSS, MB", "file descriptors", "threads", "lag, messages", "p95, s"}
    assert all(one.good for one in found)


def test_what_is_taken_while_it_warms_up_is_no_leak() -> None:
    assert not broken(soak(rss=lambda at: 300.0 * min(1.0, at * 9)))


@pytest.mark.parametrize(
    ("samples", "what"),
    [
        (soak(rss=lambda at: 100 + 30 * at), {"RSS, MB"}),
        (soak(HOUR / 4, rss=lambda at: 100 + 60 * at), {"RSS, MB"}),
        (soak(lag=lambda at: 2_000 * at), {"lag, messages"}),
        (soak(wait=lambda at: 0.2 + at), {"p95, s"}),
        (soak(fds=lambda at: 40 + int(90 * at)), {"file descriptors"}),
        (soak(started=lambda at: float(at > 0.9)), {"restarts"}),
    ],
    ids=["memory", "memory in a short run", "lag", "answers", "descriptors", "a restart"],
)
def test_what_grows_is_found_and_named(samples: list[Sample], what: set[str]) -> None:
    assert broken(samples) == what


def test_a_part_that_is_gone_at_the_end_is_broken() -> None:
    samples = soak()
    samples[-40:] = [one.model_copy(update={"parts": {}}) for one in samples[-40:]]
    assert {"RSS, MB", "threads"} <= broken(samples)


def test_too_short_a_run_proves_nothing() -> None:
    with pytest.raises(ValueError, match="too few"):
        verdicts(soak(120))


def test_the_early_stretch_of_a_long_run_begins_after_a_quarter_hour_and_the_late_one_is_its_end() -> None:
    stretches = Stretches.of(soak())
    assert (stretches.early[0].at_s, stretches.late[-1].at_s) == (900.0, 7200.0)
    assert Verdict(part="bot", what="RSS, MB", early=1, late=1.1, limit=1.1).good


def test_the_slowest_twentieth_is_left_out() -> None:
    assert p95([]) is None
    assert p95([1.0]) == 1.0
    assert p95([0.1] * 95 + [9.0] * 5) == pytest.approx(8.6, abs=0.5)
