"""What Telegram finds in a text by itself: commands, mentions, hashtags, addresses."""

import re

from ops.sandbox.markup.text import utf16_length
from ops.sandbox.objects import Entity

_QUICK = re.compile(r"[/@#.:$]")
_FOUND = re.compile(
    r"""
    (?P<url>\bhttps?://[^\s<>"]*[^\s<>".,:;!?'()\[\]]
        | (?<![\w@./-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+
          (?:com|org|net|ru|io|dev|me|info|app|shop|su)(?![\w@-])(?:/[^\s<>"]*[^\s<>".,:;!?'()\[\]])?)
  | (?P<email>(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
  | (?P<mention>(?<![\w@/])@[a-z]\w{3,31}(?!\w))
  | (?P<hashtag>(?<![\w\#])\#\w*[^\W\d]\w*)
  | (?P<cashtag>(?<![\w$])\$[A-Z]{3,8}(?!\w))
  | (?P<bot_command>(?<![\w/<>])/[a-z0-9_]{1,64}(?:@[a-z]\w{3,31})?(?![\w/]))
    """,
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_UNICODE_HASHTAG = re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")


def detected(text: str, taken: tuple[Entity, ...] = ()) -> list[Entity]:
    """Entities of `text` outside the entities `taken` that leave no room for others (links, code)."""
    if not _QUICK.search(text):
        return []
    spans = [(match.start(), match.end(), match.lastgroup or "") for match in _FOUND.finditer(text)]
    if "#" in text:
        spans = [span for span in spans if span[2] != "hashtag"]
        spans += [(match.start(), match.end(), "hashtag") for match in _UNICODE_HASHTAG.finditer(text)]
    closed = [entity for entity in taken if entity["type"] in {"code", "pre", "text_link", "text_mention"}]
    found = []
    for start, end, kind in sorted(spans):
        entity = Entity(type=kind, offset=utf16_length(text[:start]), length=utf16_length(text[start:end]))
        if not any(_overlap(entity, other) for other in closed):
            found.append(entity)
    return found


def _overlap(one: Entity, other: Entity) -> bool:
    return one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"]
