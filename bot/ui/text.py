"""Text that shops and people wrote, made fit to be shown; and the length of a text as Telegram counts it."""

import html
import re
import unicodedata
from collections.abc import Sequence

from bot.ui.locale import Html

MESSAGE_LIMIT = 4096
CAPTION_LIMIT = 1024
TOAST_LIMIT = 200
# Zero-width and direction-changing characters: they hide text or turn the rest of a message around.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
SPACES = re.compile(r"\s+")
STACKED_MARKS = 2
TAG = re.compile(r"<[^>]*>")


def clean(text: str, limit: int = 3_000) -> str:
    """One line without control, zero-width and direction-changing characters, without towers of accents.

    Only the first `limit` characters are looked at, so that a huge text costs no more than a small one.
    """
    text = unicodedata.normalize("NFC", INVISIBLE.sub("", text[:limit]))
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if category in {"Mn", "Me"}:
            marks += 1
            if marks > STACKED_MARKS or not kept:
                continue
        else:
            marks = 0
        if category in {"Cc", "Cs", "Co", "Cn"}:
            kept.append(" " if character.isspace() else "")
            continue
        kept.append(character)
    return SPACES.sub(" ", "".join(kept)).strip(" \u200d")


def cut(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, ended by … after a whole word where one is near."""
    if units(text) <= limit:
        return text
    head = _first_units(text, limit - 1)
    at = head.rfind(" ")
    if at > len(head) * 2 // 3:
        head = head[:at]
    return head.rstrip(" ,.;:–—-(\u200d") + "…"


def units(text: str) -> int:
    """The length in UTF-16 units, which is how Telegram counts."""
    return len(text) + sum(1 for character in text if character > "\uffff")


def visible_units(markup: str) -> int:
    """The length of Telegram HTML after its tags and entities are parsed."""
    return units(html.unescape(TAG.sub("", markup)))


def fit(blocks: Sequence[Html], limit: int = MESSAGE_LIMIT, between: str = "\n\n") -> Html:
    """Blocks joined, as many whole ones from the beginning as the limit allows; empty ones are left out."""
    kept: list[Html] = []
    left = limit
    for block in blocks:
        if not block:
            continue
        need = visible_units(block) + (len(between) if kept else 0)
        if need > left:
            break
        kept.append(block)
        left -= need
    return Html(between.join(kept))


def escaped(text: str) -> Html:
    """Plain text as Telegram HTML."""
    return Html(html.escape(text, quote=False))


def _first_units(text: str, limit: int) -> str:
    used = 0
    for index, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > limit:
            return text[:index]
    return text
