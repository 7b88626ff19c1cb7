"""A text being taken apart by a parse mode, and what comes out of it."""

from dataclasses import dataclass, field

from ops.sandbox.objects import Entity


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram counts entities."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


class MarkupError(ValueError):
    """The text breaks the rules of its parse mode; the message is Telegram's."""


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text as it is shown, and its entities in Telegram's order."""

    text: str
    entities: tuple[Entity, ...] = ()


@dataclass(slots=True)
class MarkupOutput:
    """Text written so far. `offset` is its length in UTF-16 units."""

    parts: list[str] = field(default_factory=list)
    offset: int = 0

    def write(self, text: str) -> None:
        self.parts.append(text)
        self.offset += utf16_length(text)

    def text(self) -> str:
        return "".join(self.parts)


def byte_offset(source: str, position: int) -> int:
    """Where `position` lies in UTF-8 bytes: Telegram's error texts count so."""
    return len(source[:position].encode("utf-8", "surrogatepass"))
