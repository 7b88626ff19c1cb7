"""parse_mode=MarkdownV2, with the rules and error texts of https://core.telegram.org/bots/api#markdownv2-style."""

import re
from dataclasses import dataclass

from ops.sandbox.markup.links import link_entity
from ops.sandbox.markup.text import Formatted, MarkupError, MarkupOutput, byte_offset
from ops.sandbox.objects import Entity

_PLAIN = re.compile(r"[^\\_*\[\]()~`>#+\-=|{}.!\n]+")
_PLAIN_CODE = re.compile(r"[^\\`]+")
_LANGUAGE = re.compile(r"[^\s`]+(?=\s)")
_FIRST_LINE_END = re.compile(r"\r\n|\n\r|\r|\n")
_CUSTOM_EMOJI = re.compile(r"^tg://emoji\?(?:.*&)?id=(\d+)")
_TIME = re.compile(r"^tg://time\?")

# How Telegram names an entity in its error texts -> how the Bot API names it.
_KINDS = {
    "Bold": "bold", "Italic": "italic", "Underline": "underline", "Strikethrough": "strikethrough",
    "Spoiler": "spoiler", "Code": "code", "Pre": "pre", "PreCode": "pre", "BlockQuote": "blockquote",
}  # fmt: skip
_CLOSERS = {
    "Bold": "*", "Underline": "__", "Strikethrough": "~", "Spoiler": "||", "Code": "`", "Pre": "```",
    "PreCode": "```", "TextUrl": "]", "CustomEmoji": "]",
}  # fmt: skip
_OPENERS = (
    ("__", "Underline"), ("_", "Italic"), ("*", "Bold"), ("~", "Strikethrough"), ("||", "Spoiler"),
    ("[", "TextUrl"), ("![", "CustomEmoji"), ("```", "Pre"), ("`", "Code"),
)  # fmt: skip


@dataclass(slots=True)
class _OpenMark:
    """An entity that waits for its end: `position` is where its mark stands in the source."""

    name: str
    position: int
    offset: int
    parts: int
    language: str = ""


def parse_markdown_v2(source: str) -> Formatted:
    """Raises MarkupError with Telegram's text."""
    return _MarkdownV2(source).parse()


class _MarkdownV2:
    def __init__(self, source: str) -> None:
        self._source = source
        self._position = 0
        self._output = MarkupOutput()
        self._open: list[_OpenMark] = []
        self._entities: list[Entity] = []
        self._in_quote = False
        self._line_starts = True

    def parse(self) -> Formatted:
        while self._position < len(self._source):
            if not (self._escape() or self._plain()):
                character = self._source[self._position]
                if self._ends(character):
                    self._end(character)
                else:
                    self._begin(character)
        if self._in_quote:
            self._last_quote()
        if self._open:
            raise self._no_end(self._open[-1])
        return Formatted(self._output.text(), tuple(self._entities))

    def _escape(self) -> bool:
        following = self._source[self._position + 1 : self._position + 2]
        if self._source[self._position] != "\\" or not following or not 0 < ord(following) <= 126:
            return False
        self._write(following)
        self._position += 2
        return True

    def _plain(self) -> bool:
        in_code = bool(self._open) and self._open[-1].name in {"Code", "Pre", "PreCode"}
        run = (_PLAIN_CODE if in_code else _PLAIN).match(self._source, self._position)
        text = run[0] if run else "\\" if self._source[self._position] == "\\" else ""
        if not text:
            return False
        self._write(text)
        self._position += len(text)
        return True

    def _write(self, text: str) -> None:
        self._output.write(text)
        visible = text.rstrip("\r")
        if visible:
            self._line_starts = visible.endswith("\n")

    def _ends(self, character: str) -> bool:
        if not self._open:
            return False
        following = self._source[self._position + 1 : self._position + 2]
        if self._in_quote and character == "\n" and following != ">":
            return True
        name = self._open[-1].name
        if name == "Italic":
            return character == "_" and following != "_"
        closer = _CLOSERS.get(name)
        return closer is not None and self._source.startswith(closer, self._position)

    def _begin(self, character: str) -> None:
        if character == "\n":
            self._write("\n")
            self._position += 1
            return
        if character == ">" and self._line_starts:
            if not self._in_quote:
                self._in_quote = True
                self._push("BlockQuote", 1)
            else:
                self._position += 1
            return
        for mark, name in _OPENERS:
            if self._source.startswith(mark, self._position):
                self._push(name, len(mark))
                if name == "Pre":
                    self._fenced(self._open[-1])
                return
        raise MarkupError(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")

    def _push(self, name: str, length: int) -> None:
        self._open.append(_OpenMark(name, self._position, self._output.offset, len(self._output.parts)))
        self._position += length

    def _fenced(self, opened: _OpenMark) -> None:
        language = _LANGUAGE.match(self._source, self._position)
        if language:
            opened.name, opened.language = "PreCode", language[0]
            self._position = language.end()
        line_end = _FIRST_LINE_END.match(self._source, self._position)
        if line_end:
            self._position = line_end.end()

    def _end(self, character: str) -> None:
        if character == "\n" and self._in_quote and not self._closes_itself():
            self._end_quote()
            return
        opened = self._open.pop()
        self._position += 1 if opened.name == "Italic" else len(_CLOSERS[opened.name])
        length = self._output.offset - opened.offset
        if opened.name == "TextUrl":
            url = self._url() if self._next_is("(") else "".join(self._output.parts[opened.parts :])
            link = link_entity(url, opened.offset, length)
            if link is not None and length:
                self._entities.append(link)
            return
        if opened.name == "CustomEmoji":
            self._custom_emoji(opened, length)
            return
        if length:
            entity = Entity(type=_KINDS[opened.name], offset=opened.offset, length=length)
            if opened.language:
                entity["language"] = opened.language
            self._entities.append(entity)

    def _closes_itself(self) -> bool:
        """A mark, not the end of a line, ends the innermost entity here."""
        return self._source[self._position] != "\n"

    def _end_quote(self) -> None:
        kind = "blockquote"
        if self._open[-1].name != "BlockQuote":
            spoiler = self._open[-1]
            between = self._source[spoiler.position + 2 : self._position]
            if spoiler.name != "Spoiler" or between not in {"", "\r"}:
                raise self._no_end(spoiler)
            self._open.pop()
            if self._open[-1].name != "BlockQuote":
                raise self._no_end(self._open[-1])
            kind = "expandable_blockquote"
        opened = self._open.pop()
        self._in_quote = False
        self._write("\n")
        self._position += 1
        length = self._output.offset - opened.offset
        self._entities.append(Entity(type=kind, offset=opened.offset, length=length))

    def _last_quote(self) -> None:
        kind = "blockquote"
        if self._open[-1].name == "Spoiler" and self._open[-1].position == len(self._source) - 2:
            self._open.pop()
            kind = "expandable_blockquote"
        if self._open and self._open[-1].name == "BlockQuote":
            opened = self._open.pop()
            length = self._output.offset - opened.offset
            if length:
                self._entities.append(Entity(type=kind, offset=opened.offset, length=length))

    def _custom_emoji(self, opened: _OpenMark, length: int) -> None:
        if not self._next_is("("):
            raise MarkupError("The entity must contain a tg://emoji or tg://time URL")
        url = self._url()
        emoji = _CUSTOM_EMOJI.match(url)
        if emoji and length:
            self._entities.append(
                Entity(type="custom_emoji", offset=opened.offset, length=length, custom_emoji_id=emoji[1])
            )
        elif not emoji and not _TIME.match(url):
            raise MarkupError("Invalid tg://emoji or tg://time URL specified")

    def _next_is(self, character: str) -> bool:
        return self._source.startswith(character, self._position)

    def _url(self) -> str:
        """Reads a URL in brackets, over the closing one."""
        begin = self._position + 1
        position, url = begin, ""
        while position < len(self._source) and self._source[position] != ")":
            following = self._source[position + 1 : position + 2]
            if self._source[position] == "\\" and following and 0 < ord(following) <= 126:
                position += 1
            url += self._source[position]
            position += 1
        if position >= len(self._source):
            raise MarkupError(f"Can't find end of a URL at byte offset {byte_offset(self._source, begin)}")
        self._position = position + 1
        return url

    def _no_end(self, opened: _OpenMark) -> MarkupError:
        at = byte_offset(self._source, opened.position)
        return MarkupError(f"Can't find end of {opened.name} entity at byte offset {at}")
