"""What the person who feeds a file is told."""

from pipeline.feed.rows import Refusal
from pipeline.feed.summary import Summary


def test_reasons_are_grouped_with_their_first_lines() -> None:
    summary = Summary()
    for line in range(1, 9):
        summary.refuse(Refusal(line, 0, f"price.amount: «{line}р» is not a number", b""))
    summary.refuse(Refusal(20, 0, "name: Field required", b""))
    for identifier in ("a", "b", "a", "a"):
        summary.accept(identifier)
    summary.sent = 4
    assert summary.report("feed.json") == [
        "feed.json: 4 sent, 9 refused",
        "  8 × price.amount: … is not a number (line 1, 2, 3, 4, 5, …)",
        "  1 × name: Field required (line 20)",
        "  2 rows repeat an id of this file, the last one counts (a, a)",
    ]
