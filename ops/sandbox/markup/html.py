"""parse_mode=HTML, with the rules and error texts of https://core.telegram.org/bots/api#html-style."""

import re
from dataclasses import dataclass

from ops.sandbox.markup.links import link_entity
from ops.sandbox.markup.text import Formatted, MarkupError, MarkupOutput, byte_offset
from ops.sandbox.objects import Entity

_KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
    "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote", "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}  # fmt: skip
_SPECIAL = re.compile(r"[<&]")
_REFERENCE = re.compile(r"&(?:#x([0-9a-f]{1,8})|#([0-9]{1,9})|(lt|gt|amp|quot)(?![a-z]));?", re.IGNORECASE)
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TAG_NAME = re.compile(r"[^\s>]*")
_SPACE = re.compile(r"\s*")
_ATTRIBUTE_NAME = re.compile(r"""[^\s=>/"']*""")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")


@dataclass(slots=True)
class _OpenTag:
    """A tag that waits for its end. `argument` is what its one meaningful attribute said."""

    name: str
    argument: str
    offset: int
    parts: int


def parse_html(source: str) -> Formatted:
    """Raises MarkupError with Telegram's text."""
    return _Html(source).parse()


class _Html:
    def __init__(self, source: str) -> None:
        self._source = source
        self._position = 0
        self._output = MarkupOutput()
        self._open: list[_OpenTag] = []
        self._entities: list[Entity] = []

    def parse(self) -> Formatted:
        source = self._source
        while (special := _SPECIAL.search(source, self._position)) is not None:
            if special.start() > self._position:
                self._output.write(source[self._position : special.start()])
            self._position = special.start()
            if source[self._position] == "&":
                self._reference()
            elif source.startswith("</", self._position):
                self._end_tag()
            else:
                self._start_tag()
        self._output.write(source[self._position :])
        if self._open:
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        for entity in self._entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return Formatted(self._output.text(), tuple(self._entities))

    def _reference(self) -> None:
        decoded, self._position = _decode_reference(self._source, self._position)
        self._output.write(decoded)

    def _start_tag(self) -> None:
        begin = self._position
        name_end = _TAG_NAME.match(self._source, begin + 1)
        position = name_end.end() if name_end else begin + 1
        if position >= len(self._source):
            raise MarkupError(f"Unclosed start tag at byte offset {byte_offset(self._source, begin)}")
        name = self._source[begin + 1 : position].lower()
        if name not in _KINDS:
            raise MarkupError(f'Unsupported start tag "{name}" at byte offset {byte_offset(self._source, begin)}')
        argument = self._attributes(name, begin, position)
        if name == "span" and argument != "spoiler":
            raise MarkupError(
                f'Tag "span" must have class "tg-spoiler" at byte offset {byte_offset(self._source, begin)}'
            )
        self._open.append(_OpenTag(name, argument, self._output.offset, len(self._output.parts)))

    def _attributes(self, tag: str, begin: int, position: int) -> str:
        """Reads up to and over the closing bracket; returns the argument."""
        source, argument = self._source, ""
        while True:
            position = _skip_space(source, position)
            if position >= len(source):
                raise MarkupError(f"Unclosed start tag at byte offset {byte_offset(source, begin)}")
            if source[position] == ">":
                self._position = position + 1
                return argument
            found = _ATTRIBUTE_NAME.match(source, position)
            name = found[0] if found else ""
            if not name:
                raise MarkupError(
                    f'Empty attribute name in the tag "{tag}" at byte offset {byte_offset(source, begin)}'
                )
            position = _skip_space(source, position + len(name))
            if position >= len(source):
                raise MarkupError(f'Unclosed start tag "{tag}" at byte offset {byte_offset(source, begin)}')
            if source[position] != "=":
                if tag == "blockquote" and name == "expandable":
                    argument = "1"
                continue
            value, position = self._value(tag, begin, _skip_space(source, position + 1))
            argument = _argument(tag, name, value) or argument

    def _value(self, tag: str, begin: int, position: int) -> tuple[str, int]:
        source = self._source
        if position >= len(source):
            raise MarkupError(f'Unclosed start tag "{tag}" at byte offset {byte_offset(source, begin)}')
        quote = source[position]
        if quote not in "'\"":
            token = _NAME_TOKEN.match(source, position)
            end = token.end() if token else position
            if end < len(source) and not (source[end].isspace() or source[end] == ">"):
                raise MarkupError(f"Unexpected end of name token at byte offset {byte_offset(source, position)}")
            value = source[position:end].lower()
        else:
            end = source.find(quote, position + 1)
            if end < 0:
                raise MarkupError(f"Unclosed start tag at byte offset {byte_offset(source, begin)}")
            value = _REFERENCE.sub(lambda found: _decode_reference(found[0], 0)[0], source[position + 1 : end])
            end += 1
        if end >= len(source):
            raise MarkupError(f"Unclosed start tag at byte offset {byte_offset(source, begin)}")
        return value, end

    def _end_tag(self) -> None:
        source, begin = self._source, self._position
        if not self._open:
            raise MarkupError(f"Unexpected end tag at byte offset {byte_offset(source, begin)}")
        found = _TAG_NAME.match(source, begin + 2)
        name = found[0].lower() if found else ""
        position = _skip_space(source, begin + 2 + len(name))
        if position >= len(source) or source[position] != ">":
            raise MarkupError(f"Unclosed end tag at byte offset {byte_offset(source, begin)}")
        opened = self._open.pop()
        if name and name != opened.name:
            raise MarkupError(
                f'Unmatched end tag at byte offset {byte_offset(source, begin)}, expected "</{opened.name}>", '
                f'found "</{name}>"'
            )
        self._position = position + 1
        self._close(opened)

    def _close(self, opened: _OpenTag) -> None:
        length = self._output.offset - opened.offset
        if length == 0:
            return
        kind = _KINDS[opened.name]
        entity = Entity(type=kind, offset=opened.offset, length=length)
        last = self._entities[-1] if self._entities else None
        same_place = last is not None and last["offset"] == opened.offset and last["length"] == length
        if kind == "text_link":
            link = link_entity(opened.argument or "".join(self._output.parts[opened.parts :]), opened.offset, length)
            if link is not None:
                self._entities.append(link)
            return
        if kind == "date_time":
            return
        if kind == "custom_emoji":
            if not opened.argument.isdecimal() or int(opened.argument) == 0:
                raise MarkupError("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = opened.argument
        elif kind == "blockquote" and opened.argument:
            entity["type"] = "expandable_blockquote"
        elif kind == "pre" and last is not None and same_place and last["type"] == "code" and "language" in last:
            last["type"] = "pre"
            return
        elif kind == "code" and opened.argument:
            if last is not None and same_place and last["type"] == "pre":
                last["language"] = opened.argument
                return
            entity["language"] = opened.argument
        self._entities.append(entity)


def _argument(tag: str, name: str, value: str) -> str:
    if tag == "a" and name == "href":
        return value
    if tag == "code" and name == "class" and value.startswith("language-"):
        return value.removeprefix("language-")
    if tag == "span" and name == "class" and value.startswith("tg-"):
        return value.removeprefix("tg-")
    if tag == "tg-emoji" and name == "emoji-id":
        return value
    return "1" if tag == "blockquote" and name == "expandable" else ""


def _skip_space(source: str, position: int) -> int:
    found = _SPACE.match(source, position)
    return found.end() if found else position


def _decode_reference(source: str, position: int) -> tuple[str, int]:
    """The character of a reference like &lt; and the position after it; the ampersand itself if there is none."""
    found = _REFERENCE.match(source, position)
    if not found:
        return "&", position + 1
    if found[3]:
        named = _NAMED.get(found[3])
        return (named, found.end()) if named else ("&", position + 1)
    code = int(found[1], 16) if found[1] else int(found[2])
    if code == 0 or code >= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return "&", position + 1
    return chr(code), found.end()
