"""parse_mode=Markdown, the legacy one: https://core.telegram.org/bots/api#markdown-style. Entities do not nest."""

import re

from ops.sandbox.markup.links import link_entity
from ops.sandbox.markup.text import Formatted, MarkupError, MarkupOutput, byte_offset, utf16_length
from ops.sandbox.objects import Entity

_SPECIAL = re.compile(r"\\[_*`\[]|[_*`\[]")
_LANGUAGE = re.compile(r"[^\s`]+(?=\s)")
_FIRST_LINE_END = re.compile(r"\r\n|\n\r|\r|\n")
_CLOSERS = {"_": "_", "*": "*", "`": "`", "[": "]", "```": "```"}
_KINDS = {"_": "italic", "*": "bold", "`": "code", "```": "pre"}


def parse_markdown(source: str) -> Formatted:
    """Raises MarkupError with Telegram's text."""
    output, entities, position = MarkupOutput(), list[Entity](), 0
    while (special := _SPECIAL.search(source, position)) is not None:
        output.write(source[position : special.start()])
        if special[0].startswith("\\"):
            output.write(special[0][1:])
            position = special.end()
            continue
        position = _entity(source, special.start(), output, entities)
    output.write(source[position:])
    return Formatted(output.text(), tuple(entities))


def _entity(source: str, begin: int, output: MarkupOutput, entities: list[Entity]) -> int:
    """Reads one entity; returns the position after it."""
    mark = "```" if source.startswith("```", begin) else source[begin]
    position, language = begin + len(mark), ""
    if mark == "```":
        found = _LANGUAGE.match(source, position)
        if found:
            language, position = found[0], found.end()
        line_end = _FIRST_LINE_END.match(source, position)
        position = line_end.end() if line_end else position
    end = source.find(_CLOSERS[mark], position)
    if end < 0:
        raise MarkupError(f"Can't find end of the entity starting at byte offset {byte_offset(source, begin)}")
    inner, offset = source[position:end], output.offset
    output.write(inner)
    position = end + len(_CLOSERS[mark])
    if mark == "[":
        url = inner
        if source.startswith("(", position):
            closing = source.find(")", position)
            closing = len(source) if closing < 0 else closing
            url, position = source[position + 1 : closing], closing + 1
        link = link_entity(url, offset, utf16_length(inner))
        if link is not None and inner:
            entities.append(link)
    elif inner:
        entity = Entity(type=_KINDS[mark], offset=offset, length=utf16_length(inner))
        if language:
            entity["language"] = language
        entities.append(entity)
    return position
