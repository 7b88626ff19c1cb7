"""The table of `make faults`: what counts as good, what is kept of other parts, and what stands in its cells."""

from pathlib import Path

import orjson
import pytest

from tests.faults.suite import trials
from tests.faults.suite.line import HEADS, Line, longest, markdown, write

GOOD = Line(part="kills", what="kill -9 of bot, 7×", lost=0, doubled=0, ready_s=5.25)


@pytest.mark.parametrize(
    ("changes", "good"),
    [
        ({}, True),
        ({"lost": 1}, False),
        ({"doubled": 1}, False),
        ({"broken": "broke off"}, False),
        ({"lost": None}, True),
    ],
)
def test_a_line_is_good_when_nothing_is_lost_or_doubled_and_it_came_to_its_end(
    changes: dict[str, object], good: bool
) -> None:
    assert GOOD.model_copy(update=changes).good is good


def test_a_part_that_runs_again_replaces_its_own_lines_alone(tmp_path: Path) -> None:
    other = Line(part="clock", what="an hour ahead", lost=2)
    write(tmp_path, [GOOD, other])
    again = GOOD.model_copy(update={"what": "kill -9 of bot, 8×"})
    write(tmp_path, [again])
    kept = [Line.model_validate(one) for one in orjson.loads((tmp_path / "faults.json").read_bytes())]
    assert kept == [other, again]
    assert (tmp_path / "faults.md").read_text(encoding="utf-8") == markdown(kept)


def test_what_was_not_measured_is_a_dash_and_nothing_breaks_the_table() -> None:
    head, rule, row = markdown([GOOD.model_copy(update={"said": "a | b\nc"})]).splitlines()
    assert head.count("|") == rule.count("|") == row.count("|") == len(HEADS) + 1
    assert row == "| kills | kill -9 of bot, 7× | 0 | 0 | 5.2 | – | – | a / b c |"
    assert longest([None, 1.0, 3.0]) == 3.0
    assert longest([None]) is None


def test_each_test_is_a_line_that_says_how_it_ended(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase name="test_it_holds" time="3.2"><properties>'
        '<property name="answers_p99_s" value="0.2"/></properties></testcase>'
        '<testcase name="test_it_breaks" time="1"><failure message="one is wrong&#10;more">…</failure></testcase>'
        '<testcase name="test_it_is_left_out" time="0"><skipped message="why"/></testcase></testsuite></testsuites>',
        encoding="utf-8",
    )
    holds, breaks, left_out = trials.of_report("test_some_faults", report)
    assert (holds.what, holds.said, holds.good) == ("some_faults: it holds", "answers_p99_s 0.2, 3 s", True)
    assert (breaks.good, breaks.broken) == (False, "failure: one is wrong")
    assert (left_out.good, left_out.broken) == (False, "skipped: why")


def test_every_file_of_fault_tests_is_run() -> None:
    assert {path.name for path in trials.files()} >= {"test_pipeline_faults.py", "test_restored_lake.py"}
    assert [path.name for path in trials.files(["feed"])] == ["test_feed_faults.py"]
