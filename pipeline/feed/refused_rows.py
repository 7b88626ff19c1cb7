"""What is put aside of a file: its refused rows one by one, up to a number, and beyond it one letter for all. Pure."""

from base64 import b64encode
from collections.abc import Sequence

import orjson

from pipeline.contracts.feeds import FaultCode
from pipeline.contracts.messages import DeadLetter
from pipeline.feed.rows import Refusal
from pipeline.feed.summary import Summary

SAMPLE_BYTES = 4 * 1024
"""Bytes of each row of the sample in a file's own letter."""


def letters_of(name: str, refusals: Sequence[Refusal], room: int) -> list[DeadLetter]:
    """Dead letters of the first `room` refused rows."""
    return [dead_letter_of(name, refusal) for refusal in refusals[: max(0, room)]]


def dead_letter_of(name: str, refusal: Refusal) -> DeadLetter:
    """The dead letter of a refused row. It has no topic: the cure is to correct the row and feed the file again."""
    reason = "too_large" if refusal.fault.code == FaultCode.TOO_LARGE else "refused_row"
    return DeadLetter(
        source=f"feed:{name}:{refusal.line}:{refusal.offset}",
        topic="",
        value=b64encode(refusal.raw).decode(),
        reason=reason,
        detail=refusal.reason,
        fault=refusal.fault,
        service="feed",
    )


def file_letter(name: str, summary: Summary) -> DeadLetter:
    """One dead letter for a file with too many refused rows: their number by reason, and the first of them."""
    value = {
        "sent": summary.sent,
        "refused": summary.refused,
        "reasons": dict(summary.reasons.most_common()),
        "sample": [
            {"line": row.line, "reason": row.reason, "row": row.raw[:SAMPLE_BYTES].decode("utf-8", "replace")}
            for row in summary.sample
        ],
    }
    return DeadLetter(
        source=f"feed:{name}:all",
        topic="",
        value=b64encode(orjson.dumps(value)).decode(),
        reason="refused_file",
        detail=f"{summary.refused} rows refused and {summary.sent} sent; {summary.put_aside} have letters of their own",
        service="feed",
    )


def verdict(summary: Summary, most_letters: int) -> str:
    """Why the file counts as refused though its good rows were sent; empty when it does not."""
    if summary.incomplete:
        return f"refused as incomplete: {summary.incomplete}; what was sent stays sent, send the whole file again"
    if summary.refused > most_letters:
        return (
            f"refused: more than {most_letters} rows are wrong (YARMARKA_FEED__REFUSED_LETTERS); what was sent stays "
            "sent, correct the export and send the file again"
        )
    if summary.refused and not summary.understood():
        return "refused: nothing of it could be read; correct the export and send the file again"
    return ""
