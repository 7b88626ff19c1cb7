"""Plain text of what shops send with HTML in it. Pure; its time grows with the text, whatever the text is."""

import re
from html.entities import html5

from pipeline.feed import fields

# A tag ends at its `>`; with another `<` before that, it was none.
BREAK = re.compile(r"<\s*+(?:br|/p|/li|/h\d|/div|/tr)\b[^<>]*+>", re.IGNORECASE)
TAG = re.compile(r"<[a-zA-Z/!][^<>]*+>")
# In a name, and in what was escaped twice, only what HTML knows is a tag: "5<6 and 7>6" is not.
HTML_TAG = re.compile(
    r"</?(?:a|abbr|article|b|big|blockquote|body|br|center|code|dd|div|dl|dt|em|figure|font|h[1-6]|head|header|hr|html|i|"
    r"iframe|img|ins|li|link|meta|nobr|ol|p|picture|pre|s|section|small|span|strike|strong|sub|sup|svg|table|tbody|td|th|"
    r"thead|tr|tt|u|ul|video|wbr)(?=[\s/>])[^<>]*+>",
    re.IGNORECASE,
)
SILENT = re.compile(r"<(style|script|template|!--)(?:(?<=--)|(?=[\s/>]))", re.IGNORECASE)
ENDS = {
    "!--": re.compile(r"-->"),
    **{tag: re.compile(rf"</{tag}[^<>]{{0,200}}>", re.IGNORECASE) for tag in ("style", "script", "template")},
}
BLANKS = re.compile(r"[^\S\n]+")
BLANK_LINES = re.compile(r" ?\n\s*+")
ENTITY = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));")
TIMES_ESCAPED = 3
NOT_TEXT = frozenset({*range(0x00, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF})


def plain(markup: str) -> str:
    """Text of a description in HTML: tags, scripts and styles out, breaks and paragraphs as line breaks.

    Named characters are themselves, also when they were escaped more than once.
    """
    text = TAG.sub(" ", BREAK.sub("\n", without_silent(markup))) if "<" in markup else markup
    for _ in range(TIMES_ESCAPED):
        again = unescaped(text)
        if again == text:
            break
        text = again
        if "<" in text:
            text = HTML_TAG.sub(" ", BREAK.sub("\n", without_silent(text)))
    return fields.text(
        text if text.isprintable() and "  " not in text else BLANK_LINES.sub("\n", BLANKS.sub(" ", text))
    )


def one_line(value: str) -> str:
    """A name, a brand or a category in one line: without tags, and unescaped however often it was escaped."""
    if "<" not in value and "&" not in value:
        return fields.line(value)
    text = value
    for _ in range(TIMES_ESCAPED + 1):
        if "<" in text:
            text = HTML_TAG.sub(" ", without_silent(text))
        again = unescaped(text)
        if again == text:
            break
        text = again
    return fields.line(text)


def unescaped(text: str) -> str:
    """The text with its character references as what they mean, once; what has no `;`, or is unknown, stays."""
    return ENTITY.sub(_character, text) if "&" in text else text


def without_silent(markup: str) -> str:
    """The markup without scripts, styles and comments; a script that is not closed takes the rest with it."""
    kept: list[str] = []
    at, missing = 0, set()
    for found in SILENT.finditer(markup):
        tag = found.group(1).lower()
        if found.start() < at or (tag == "!--" and tag in missing):
            continue
        end = None if tag in missing else ENDS[tag].search(markup, found.end())
        if end is None:
            # From here on there is none: to look again for each would cost the square of the text.
            missing.add(tag)
            if tag == "!--":
                continue
        kept += (markup[at : found.start()], " ")
        at = end.end() if end else len(markup)
    return "".join((*kept, markup[at:])) if kept else markup


def _character(found: "re.Match[str]") -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        return html5.get(f"{name};") or html5.get(f"{name.lower()};") or found.group()
    number = int(decimal) if decimal else int(hexadecimal, 16)
    if 0x80 <= number < 0xA0:
        # HTML reads these as windows-1252.
        return bytes((number,)).decode("cp1252", "ignore")
    return "" if number in NOT_TEXT or number > 0x10FFFF else chr(number)
