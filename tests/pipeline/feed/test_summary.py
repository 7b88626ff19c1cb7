"""What the person who feeds a file is told."""

import pytest

from pipeline.feed.reasons import Remarks, grouped
from pipeline.feed.refused_rows import verdict
from pipeline.feed.rows import Refusal, short
from pipeline.feed.summary import Summary


def test_reasons_are_grouped_with_their_first_lines() -> None:
    summary = Summary()
    for line in range(1, 9):
        summary.refuse(Refusal(line, 0, f"price.amount: «{line}р» is not a number", b""))
    summary.refuse(Refusal(20, 0, "name: Field required", b""))
    for identifier in ("a", "a"):
        summary.repeat(identifier)
    summary.sent, summary.unchanged, summary.withdrawn = 4, 3, 2
    assert summary.report("feed.json") == [
        "feed.json: 4 sent, 9 refused, 3 unchanged, 2 withdrawn",
        "  8 × price.amount: … is not a number (line 1, 2, 3, 4, 5, …)",
        "  1 × name: Field required (line 20)",
        "  2 rows repeat an id of this file, the last one counts (a, a)",
    ]


@pytest.mark.parametrize(
    "reason",
    [
        "the offer is not well-formed: line {n}: a stray & in the text; write &amp; for it",
        "the offer is not well-formed: line {n}: Opening and ending tag mismatch: name line {n} and offer",
        "it is not JSON: unexpected character at character {n}",
        "the text is not UTF-8 at byte {n}; pass --encoding",
        "the product is too large: {n} bytes, and 1048576 are the most",
        "images.{n}.url: Field required",
        "specifications.«Вес {n}»: Input should be a valid number",
        "price.amount: «{n}р» is not a number, and is «{n}»",
    ],
)
def test_one_fault_in_forty_rows_is_one_line(reason: str) -> None:
    summary = Summary()
    for line in range(1, 41):
        summary.refuse(Refusal(line, 0, reason.format(n=line), b""))
    (counted,) = summary.report("feed.xml")[1:]
    assert counted.startswith("  40 × ")
    assert counted.endswith("(line 1, 2, 3, 4, 5, …)")


def test_a_value_cannot_break_its_own_quotes() -> None:
    assert grouped(f"price: {short('«A» и «B')} is no price") == "price: … is no price"


def test_remarks_are_counted_and_shown_after_the_refusals() -> None:
    remarks = Remarks()
    for line in (3, 4, 5):
        remarks.add(f"images: «/{line}.jpg» is no address", line)
    remarks.add("date: «вчера» is no date", 1)
    summary = Summary(sent=3)
    summary.remarked(remarks.taken())
    remarks.add("images: «/9.jpg» is no address", 9)
    summary.remarked(remarks.taken())
    assert summary.report("feed.xml") == [
        "feed.xml: 3 sent, 0 refused",
        "  4 × images: … is no address (line 3, 4, 5, 9)",
        "  date: «вчера» is no date (line 1)",
    ]


def test_a_file_of_which_nothing_could_be_read_is_refused() -> None:
    summary = Summary()
    summary.refuse(Refusal(1, 0, "name: Field required", b""))
    assert verdict(summary, 1_000).startswith("refused: nothing of it could be read")
    summary.sent = 1
    assert not verdict(summary, 1_000)
