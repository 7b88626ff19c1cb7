"""Where an end stands in what follows /ban, and what is only a part of the reason. Pure.

An end stands last, right after the rule, or before a comma, a dash or "because". Amid a reason, «отправляют на 3 дня
позже», it is none; where it may be either, both ways are given and the admin is asked.
"""

import contextlib
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import Enum

from pipeline.bans import UntilError, ends_of, understood
from pipeline.bans.end_words import FoundEnd, Moment

MOST_WAYS = 5
DIVIDED = re.compile(r"\n|\s(?:—|–|--)(?:\s|$)")
CLOSED = re.compile(r"[\s.!;,)]*$")
FOLLOWED = re.compile(
    r"\s*(?:[,;.\n:(]|—|–|--)|\s+(?:because|since|due\s+to|потому|поскольку|так\s+как|из-за|за\s|ввиду|по\s+причине"
    r"|причина|reason)",
    re.IGNORECASE,
)
# What takes or leaves a span of time itself, so that the span is not the ban's.
_LATE = (
    r"опозд\w*|опазд\w*|задерж\w*|просроч\w*|позже|раньше|позднее|дольше|больше|меньше|пропал\w*|переносят|перенес\w*|"
    r"аренд\w*|прокат\w*|подписк\w*|гаранти\w*|хватает|дают|рассрочк\w*|срок|"
    r"(?:не|not)\s+\w+|stock|unavailable|offline|silent|missing|"
    r"late|later|delay\w*|overdue|expired|longer|earlier|ago|wait\w*|closed|warrant\w*|rent\w*|subscription|lasts?"
)
LATE_BEFORE = re.compile(rf"(?<!\w)(?:{_LATE})\s*$", re.IGNORECASE)
LATE_AFTER = re.compile(rf"\s*(?:{_LATE})(?!\w)", re.IGNORECASE)
ATTEMPTED = re.compile(r"(?:^|\s)(?:until|till|до)\s+(?P<moment>\d+[.:/-]\d[\d.:/-]*)[\s.]*$", re.IGNORECASE)


UNREAD = re.compile(r"(?:^|\s)(?P<words>(?:until|till|до)\s+\S+(?:\s+\S+){0,2})$", re.IGNORECASE)


def unread_end(reason: str) -> str:
    """The last words of a reason that begin as an end does, and are none; empty if there are none."""
    found = UNREAD.search(reason.strip(" ."))
    return found["words"] if found else ""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to read a text: the rule, and what of the reason stands before and after the end.

    `endless`: the text says that there is no end, and is not only silent about it.
    """

    head: str
    tail: str
    until: Moment
    endless: bool = False


class _Role(Enum):
    END = "end"
    PERHAPS = "perhaps"
    REASON = "reason"


def ways(text: str, begins: int, now: datetime, zone: tzinfo, *, valued: bool) -> Iterator[Way]:
    """How the text can be read, the likeliest first, at most five. Raises `UntilError` for an end that is none.

    The rule's value begins at `begins`; if it is `valued`, the value stands in quotes before that.
    """
    ends, perhaps = [], []
    for found in ends_of(text, now, zone):
        role = _role(text, begins, found, valued=valued)
        if role is _Role.END:
            ends.append(found)
        elif role is _Role.PERHAPS:
            perhaps.append(found)
    if ends:
        yield from _cut(text, ends, now)
        return
    attempted = ATTEMPTED.search(text)
    if attempted is not None:
        understood(None, attempted["moment"], now)
    if perhaps:
        with contextlib.suppress(UntilError):
            yield from _cut(text, perhaps[:1], now)
    yield Way(text, "", None)


def _role(text: str, begins: int, found: FoundEnd, *, valued: bool) -> _Role:
    value, after = text[begins : found.start].strip(), text[found.stop :]
    if found.start < begins or not (value.strip(" —–-,;") or valued):
        return _Role.REASON
    late = LATE_BEFORE.search(value) or LATE_AFTER.match(after)
    if CLOSED.match(after) or FOLLOWED.match(after):
        return _Role.PERHAPS if late else _Role.END
    if DIVIDED.search(text[begins : found.start]):
        # Right behind the dash: «— на 3 дня опоздали» or «— на 3 дня, подделки».
        return _Role.PERHAPS if value.endswith(("—", "–", "--")) else _Role.REASON
    words = len(value.split())
    if late or words > 1:
        return _Role.PERHAPS
    return _Role.END


def _cut(text: str, found: list[FoundEnd], now: datetime) -> Iterator[Way]:
    """The text without its ends, once for each moment that they can mean."""
    moments: dict[Moment, None] = {}
    for each in found:
        moments |= dict.fromkeys(understood(each.end, text[each.start : each.stop], now))
    first, last = found[0], found[-1]
    head = text[: first.start].rstrip(" ,;(\t")
    between = " ".join(text[one.stop : other.start] for one, other in itertools.pairwise(found))
    tail = f"{between} {text[last.stop :]}".strip(" .!;,:)\t\n—–-")
    for moment in list(moments)[:MOST_WAYS]:
        yield Way(head.rstrip(" —–-"), tail, moment, endless=moment is None)
