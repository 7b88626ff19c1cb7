"""Plain text of a description in HTML. Pure; its time grows with the text, whatever the text is."""

import html
import re

from pipeline.feed import fields

# A tag ends at its `>`; with another `<` before that, it was none.
BREAK = re.compile(r"<\s*+(?:br|/p|/li|/h\d|/div|/tr)\b[^<>]*+>", re.IGNORECASE)
TAG = re.compile(r"<[a-zA-Z/!][^<>]*+>")
BLANKS = re.compile(r"[^\S\n]+")
BLANK_LINES = re.compile(r" ?\n\s*+")


def plain(markup: str) -> str:
    """Text of a description in HTML: tags out, breaks and paragraphs as line breaks, named characters as themselves."""
    if "<" in markup:
        markup = TAG.sub(" ", BREAK.sub("\n", markup))
    text = BLANKS.sub(" ", html.unescape(markup))
    return fields.text(BLANK_LINES.sub("\n", text))
