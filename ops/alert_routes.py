"""The routing table of alerts as the settings write it: which alerts go to which chat, who is mentioned, quiet hours.

    severity=critical team=shop|pay -> -1001:7 @anna @boris; service=hdfs -> -1002 quiet=22:00-07:00

A route's conditions must all hold, each for one of its values; `any` is no condition. The first that holds counts.
"""

import re
from dataclasses import dataclass
from datetime import time

ARROW = "->"
ANY = "any"
CONDITION = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=([^=\s]+)")
CHAT = re.compile(r"-?[0-9]{1,19}(:[1-9][0-9]{0,9})?")
MENTION = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}")
QUIET = re.compile(r"quiet=([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")
MOST_MENTIONS = 10


@dataclass(frozen=True, slots=True)
class SilentHours:
    """From the one moment of the day to the other, around midnight too."""

    start: time
    end: time

    def hold(self, at: time) -> bool:
        """Whether it is quiet then."""
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    @classmethod
    def read(cls, text: str) -> "SilentHours | None":
        """What `str` wrote; None for nothing."""
        found = QUIET.fullmatch(f"quiet={text}")
        if found is None:
            return None
        start_h, start_m, end_h, end_m = (int(part) for part in found.groups())
        return cls(time(start_h, start_m), time(end_h, end_m))


@dataclass(frozen=True, slots=True)
class AlertRoute:
    """A line of the table: the conditions, label by label, the chat as the settings name it, whom and when not."""

    conditions: tuple[tuple[str, frozenset[str]], ...]
    chat: str
    mentions: tuple[str, ...] = ()
    quiet: SilentHours | None = None


def read_routes(table: str) -> tuple[AlertRoute, ...]:
    """The routes in their order. Raises ValueError with a sentence that names the one that is not right."""
    return tuple(_route(text.strip()) for text in table.split(";") if text.strip())


def _route(text: str) -> AlertRoute:
    left, arrow, right = text.partition(ARROW)
    words = right.split()
    if not arrow or not words or not CHAT.fullmatch(words[0]):
        raise ValueError(f"“{text[:80]}” names no chat; write for example severity=critical -> -1001:7")
    mentions = tuple(word for word in words[1:] if MENTION.fullmatch(word))
    quiet = [hours for word in words[1:] if (hours := _quiet(word)) is not None]
    if len(mentions) + len(quiet) != len(words) - 1 or len(quiet) > 1 or len(mentions) > MOST_MENTIONS:
        raise ValueError(f"“{text[:80]}”: after the chat there may be @names and quiet=22:00-07:00")
    return AlertRoute(_conditions(left, text), words[0], mentions, quiet[0] if quiet else None)


def _conditions(left: str, text: str) -> tuple[tuple[str, frozenset[str]], ...]:
    words = left.split()
    found = [condition for word in words if (condition := CONDITION.fullmatch(word)) is not None]
    if words == [ANY]:
        return ()
    if not words or len(found) != len(words):
        raise ValueError(f"“{text[:80]}”: conditions are label=value or label=one|other; any is for all alerts")
    return tuple((name, frozenset(values.split("|"))) for name, values in (one.groups() for one in found))


def _quiet(word: str) -> SilentHours | None:
    return SilentHours.read(word.removeprefix("quiet=")) if word.startswith("quiet=") else None
