"""What is wrong with a screen, whoever reads it: the other language, codes, exceptions, machines' dates, dead ends."""

import re
import textwrap
from collections.abc import Iterable, Sequence

from bot.ui.locale import Language
from tests.bot.screens.language_faults import language_faults
from tests.bot.screens.screen import Screen

WIDTH, HEIGHT = 38, 11
"""What of a caption a phone shows below a landscape picture and above the buttons: characters a line, lines."""
# A command, a question, an address; or the message goes on by itself, or the bot promises to write.
WAY_ON = re.compile(r"/[a-z]\w+|\?|https?://|@\w+|⏳|[Нн]апишу|I(?:'| wi)ll (?:write|message)", re.M)
# Commands, mentions and addresses look like codes, and are to be typed or pressed as they stand.
TYPED = re.compile(r"(?:https?://|tg://)\S+|[/@]\w+")
CODES = {
    "a name of the code": re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b"),
    "a field of the code": re.compile(r"\b[a-z_]+=[\w\"'(\[]\S*", re.I),
    "a placeholder": re.compile(r"\{\w*\}"),
    "an exception": re.compile(r"\b\w+(?:Error|Exception|Timeout)\b|Traceback|Connect call|<\w+ object|\bErrno\b"),
    "a machine's date": re.compile(r"\b\d{4}-\d\d-\d\d\b|\d\dT\d\d:\d\d"),
    "a time of no reader's clock": re.compile(r"\bUTC\b(?![+−-]\d)"),
    "markup": re.compile(r"</?(?:b|i|u|s|a|code|pre|blockquote)\b[^>]*>|&(?:amp|lt|gt|quot|#\d+);"),
}  # fmt: skip


def text_faults(texts: Iterable[str], language: Language, names: Iterable[str], ids: Iterable[str]) -> list[str]:
    """What is wrong with what somebody reads: a message, its buttons, a notice.

    `names` are as people wrote them; for what the `ids` stand for, names are known.
    """
    said = list(texts)
    faults = language_faults(said, language, names)
    plain = [TYPED.sub("·", text) for text in said]
    for text in plain:
        faults += [f"{what}: «{match.group()}»" for what, code in CODES.items() for match in code.finditer(text)]
        faults += [
            f"an id that has a name: «{one}»" for one in ids if re.search(rf"(?<![\w/]){re.escape(one)}\b", text)
        ]
    return faults


def is_dead_end(screens: Sequence[Screen]) -> bool:
    """Whether an answer leaves its reader without anything to do next. A file or a picture is for its own sake."""
    return bool(screens) and not any(_leads_on(screen) for screen in screens)


def _leads_on(screen: Screen) -> bool:
    return bool(screen.buttons) or screen.document or screen.photo or screen.asks or bool(WAY_ON.search(screen.text))


def first_screen(screen: Screen) -> str:
    """What a phone shows of the text below the picture before one scrolls."""
    lines = [part for line in screen.open.splitlines() for part in textwrap.wrap(line, WIDTH) or [""]]
    return "\n".join(lines[:HEIGHT])
