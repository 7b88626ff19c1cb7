"""From what a bot sends (text, parse_mode, entities) to what people see."""

from collections.abc import Callable, Sequence

from ops.sandbox.errors import bad_request
from ops.sandbox.markup.detection import detected
from ops.sandbox.markup.html import parse_html
from ops.sandbox.markup.links import checked_link
from ops.sandbox.markup.markdown import parse_markdown
from ops.sandbox.markup.markdown_v2 import parse_markdown_v2
from ops.sandbox.markup.text import Formatted, MarkupError, utf16_length
from ops.sandbox.objects import Entity, Json, User

MAX_RAW_BYTES = 1 << 15
_PARSERS: dict[str, Callable[[str], Formatted]] = {
    "html": parse_html,
    "markdownv2": parse_markdown_v2,
    "markdown": parse_markdown,
}
_SETTABLE = {
    "bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "blockquote",
    "expandable_blockquote", "text_link", "text_mention", "custom_emoji",
}  # fmt: skip
_ORDER = {
    kind: rank
    for rank, kind in enumerate(
        ("blockquote", "expandable_blockquote", "pre", "code", "text_link", "text_mention", "url", "bold",
         "italic", "underline", "strikethrough", "spoiler")
    )
}  # fmt: skip


def formatted(text: str, parse_mode: str, entities: Sequence[Json]) -> Formatted:
    """The text after entity parsing, trimmed as Telegram trims it; raises BotApiError in Telegram's words."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_RAW_BYTES:
        raise bad_request("text is too long")
    mode = parse_mode.lower()
    if text and mode and mode != "none":
        parser = _PARSERS.get(mode)
        if parser is None:
            raise bad_request("unsupported parse_mode")
        try:
            parsed = parser(text)
        except MarkupError as error:
            raise bad_request(f"can't parse entities: {error}") from None
    else:
        parsed = Formatted(text, tuple(_explicit(text, entities)))
    return _with_detected(_trimmed(_clean(parsed)))


def _explicit(text: str, entities: Sequence[Json]) -> list[Entity]:
    total, found = utf16_length(text), []
    for given in entities:
        if not isinstance(given, dict):
            raise bad_request("can't parse MessageEntity: expected an Object")
        kind, offset, length = given.get("type"), given.get("offset"), given.get("length")
        for name, number in (("offset", offset), ("length", length)):
            if not isinstance(number, int):
                raise bad_request(f"can't parse MessageEntity: can't find field \"{name}\"")
        if not isinstance(kind, str) or not isinstance(offset, int) or not isinstance(length, int):
            raise bad_request("can't parse MessageEntity: can't find field \"type\"")
        if kind not in _SETTABLE or length <= 0 or offset < 0 or offset >= total:
            continue
        entity = Entity(type=kind, offset=offset, length=min(length, total - offset))
        if not _complete(entity, given):
            continue
        found.append(entity)
    return found


def _complete(entity: Entity, given: dict[str, Json]) -> bool:
    """Adds what the entity's kind needs; False when it is not there and the entity must be ignored."""
    kind = entity["type"]
    if kind == "text_link":
        url = given.get("url")
        checked = checked_link(url) if isinstance(url, str) else None
        if checked is None:
            return False
        entity["url"] = checked
    elif kind == "text_mention":
        user = given.get("user")
        number = user.get("id") if isinstance(user, dict) else None
        if not isinstance(number, int):
            return False
        entity["user"] = User(id=number)
    elif kind == "custom_emoji":
        emoji = given.get("custom_emoji_id")
        if not isinstance(emoji, str):
            return False
        entity["custom_emoji_id"] = emoji
    elif kind == "pre":
        language = given.get("language")
        if isinstance(language, str) and language:
            entity["language"] = language
    return True


def _clean(value: Formatted) -> Formatted:
    """Without carriage returns and other control characters (they become spaces), as Telegram shows text."""
    if value.text.isprintable() or not any(
        (character < " " and character != "\n") or "\ud800" <= character <= "\udfff" for character in value.text
    ):
        return value
    if "\r" not in value.text:
        return Formatted("".join(_visible(character) for character in value.text), value.entities)
    kept = [(character, character != "\r") for character in value.text]
    shift, position, shifts = 0, 0, []
    for character, keep in kept:
        width = utf16_length(character)
        shifts += [position - shift] * width
        position += width
        shift += 0 if keep else width
    shifts.append(position - shift)
    entities = []
    for entity in value.entities:
        start, end = shifts[entity["offset"]], shifts[min(entity["offset"] + entity["length"], position)]
        if end > start:
            entities.append(_moved(entity, start, end - start))
    text = "".join(_visible(character) for character, keep in kept if keep)
    return Formatted(text, tuple(entities))


def _visible(character: str) -> str:
    if "\ud800" <= character <= "\udfff":
        return "\ufffd"
    return " " if character < " " and character != "\n" else character


def _trimmed(value: Formatted) -> Formatted:
    """Without white space at the ends; at the start only up to the first entity."""
    text = value.text.rstrip(" \n")
    total = utf16_length(text)
    lead = len(text) - len(text.lstrip(" \n"))
    first = min((entity["offset"] for entity in value.entities), default=lead)
    cut = min(lead, first)
    entities = []
    for entity in value.entities:
        start = max(entity["offset"] - cut, 0)
        end = min(entity["offset"] + entity["length"], total) - cut
        if end > start:
            entities.append(_moved(entity, start, end - start))
    return Formatted(text[cut:], tuple(entities))


def _moved(entity: Entity, offset: int, length: int) -> Entity:
    moved = entity.copy()
    moved["offset"], moved["length"] = offset, length
    return moved


def _with_detected(value: Formatted) -> Formatted:
    """In Telegram's order; nothing stands inside code."""
    closed = [entity for entity in value.entities if entity["type"] in {"code", "pre"}]
    entities = [
        entity
        for entity in value.entities
        if not any(other is not entity and _inside(entity, other) for other in closed)
    ]
    entities += detected(value.text, tuple(entities))
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"], _ORDER.get(entity["type"], 99)))
    return Formatted(value.text, tuple(entities))


def _inside(entity: Entity, other: Entity) -> bool:
    if entity["type"] in {"blockquote", "expandable_blockquote"}:
        return False
    if entity["type"] == other["type"] and entity["offset"] == other["offset"]:
        return False
    return (
        other["offset"] <= entity["offset"] and entity["offset"] + entity["length"] <= other["offset"] + other["length"]
    )
