"""The search's synonyms as admins edit them; a change counts from the next search on."""

import re

from bot.core.audit_log import AuditLog
from bot.core.update_context import UpdateContext
from bot.products.synonyms import SynonymLine
from bot.state.store import Store
from bot.ui.callback_ids import mark
from pipeline.catalog.synonyms import LONGEST
from pipeline.text.linguistics import analyse

ONE_WAY = re.compile(r"\s*(?:->|→|=>)\s*")
PARTS = re.compile(r"\s*[=,]\s*")
PHRASE_LIMIT = 60
MOST = 8


class NoSynonyms(ValueError):
    """The text is no line of the dictionary: `two` phrases are needed, or a phrase is too `long`."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class SynonymStore:
    """The lines in `chat_state`. What the search reads is `bot.products.synonyms.SynonymDictionary`, which follows."""

    def __init__(self, lines: Store[SynonymLine], audit_log: AuditLog) -> None:
        self._lines = lines
        self._audit_log = audit_log

    def lines(self) -> tuple[tuple[str, SynonymLine], ...]:
        """All lines by mark, in alphabetical order."""
        return tuple(sorted(self._lines.entries(), key=lambda kept: kept[1].phrases))

    def get(self, name: str) -> SynonymLine | None:
        """The line of this mark."""
        return self._lines.get(name)

    async def add(self, context: UpdateContext, line: SynonymLine) -> bool:
        """Add a line, on record first; False when it is there already. Raises KafkaError."""
        name = line_mark(line)
        if self._lines.get(name) is not None:
            return False
        await self._audit_log.record(context, "synonym_add", as_written(line))
        await self._lines.put(name, line)
        return True

    async def remove(self, context: UpdateContext, name: str) -> SynonymLine | None:
        """Take a line out, on record first; None when it is not there. Raises KafkaError."""
        line = self._lines.get(name)
        if line is None:
            return None
        await self._audit_log.record(context, "synonym_remove", as_written(line))
        await self._lines.put(name, None)
        return line


def parse_line(text: str, by: str) -> SynonymLine:
    """`a = b`, `a = b = c`, or `a -> b, c`. Raises NoSynonyms."""
    head, *rest = ONE_WAY.split(text, maxsplit=1)
    phrases = [head, *PARTS.split(rest[0])] if rest else PARTS.split(text)
    folded = tuple(dict.fromkeys(" ".join(phrase.lower().split()) for phrase in phrases if phrase.strip()))
    if len(folded) < 2 or any(not analyse(phrase) for phrase in folded):
        raise NoSynonyms("two")
    if len(folded) > MOST or any(len(phrase) > PHRASE_LIMIT or len(analyse(phrase)) > LONGEST for phrase in folded):
        raise NoSynonyms("long")
    return SynonymLine(phrases=folded, both_ways=not rest, by=by)


def line_mark(line: SynonymLine) -> str:
    """Stands for the line, whatever the order of what goes both ways."""
    phrases = sorted(line.phrases) if line.both_ways else [line.phrases[0], ">", *sorted(line.phrases[1:])]
    return mark("\n".join(phrases), 8)


def as_written(line: SynonymLine) -> str:
    """The line as an admin would write it."""
    if line.both_ways:
        return " = ".join(line.phrases)
    return f"{line.phrases[0]} -> {', '.join(line.phrases[1:])}"
