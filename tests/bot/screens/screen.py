"""A message as a phone shows it: what is read of it at once, what stands folded, and where it leads."""

from dataclasses import dataclass

from ops.sandbox.conversations import Post
from ops.sandbox.objects import Entity, InlineKeyboardButton

# What is to be copied or typed is written as machines read it; it is in no language.
COPIED = frozenset({"code", "pre"})
FOLDED = frozenset({"expandable_blockquote"})


@dataclass(frozen=True, slots=True)
class Screen:
    """`text` is all of a message; `words` is it without what is to be copied, `open` without what stands folded.

    `plain` has neither.
    """

    message_id: int
    text: str
    words: str
    open: str
    plain: str
    rows: tuple[tuple[InlineKeyboardButton, ...], ...]
    photo: bool
    document: bool
    asks: bool

    @property
    def buttons(self) -> list[InlineKeyboardButton]:
        return [button for row in self.rows for button in row]

    @property
    def labels(self) -> list[str]:
        return [button["text"].replace("\u00a0", " ") for button in self.buttons]


def screen_of(post: Post) -> Screen:
    """What the person sees of a post now."""
    message = post.message
    text = message.get("text") or message.get("caption") or ""
    entities = message.get("entities") or message.get("caption_entities") or []
    keyboard = message.get("reply_markup")
    return Screen(
        message_id=message["message_id"],
        text=_plain(text),
        words=_without(text, entities, COPIED),
        open=_without(text, entities, FOLDED),
        plain=_without(text, entities, COPIED | FOLDED),
        rows=tuple(tuple(row) for row in keyboard["inline_keyboard"]) if keyboard else (),
        photo=bool(post.photo_url),
        document=bool(post.document_url),
        asks=post.reply_keyboard is not None,
    )


def _without(text: str, entities: list[Entity], kinds: frozenset[str]) -> str:
    """The text without the passages of these kinds. Telegram counts in UTF-16."""
    units = text.encode("utf-16-le")
    for entity in sorted(entities, key=lambda entity: entity["offset"], reverse=True):
        if entity["type"] in kinds:
            begin, end = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
            units = units[:begin] + "·".encode("utf-16-le") + units[end:]
    return _plain(units.decode("utf-16-le"))


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")
