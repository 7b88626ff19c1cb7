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
  | (?P<email>(?<![\w.+-])[a-z0-9_.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+)
  | (?P<mention>(?<![\w@/])@[a-z][a-z0-9_]{3,31}(?!\w))
  | (?P<hashtag>(?<![\w\#])\#\w*[^\W\d]\w*)
  | (?P<cashtag>(?<![\w$])\$(?-i:[A-Z]{3,8})(?!\w))
  | (?P<bot_command>(?<![\w/<>])/[a-z0-9_]{1,64}(?:@[a-z][a-z0-9_]{2,31})?(?![\w/<>]))
    """,
    re.IGNORECASE | re.VERBOSE,
)


def detected(text: str, taken: tuple[Entity, ...] = ()) -> list[Entity]:
    """Entities of `text` outside the entities `taken` that leave no room for others (links, code)."""
    if not _QUICK.search(text):
        return []
    closed = [entity for entity in taken if entity["type"] in {"code", "pre", "text_link", "text_mention"}]
    found = []
    for match in _FOUND.finditer(text):
        offset = utf16_length(text[: match.start()])
        entity = Entity(type=match.lastgroup or "", offset=offset, length=utf16_length(match[0]))
        if not any(_overlap(entity, other) for other in closed):
            found.append(entity)
    return found


def _overlap(one: Entity, other: Entity) -> bool:
    return one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"]
