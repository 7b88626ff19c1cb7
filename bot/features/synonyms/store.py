"""The search's synonyms as admins edit them; a change counts from the next search on."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.core.audit_log import AuditLog
from bot.products.synonyms import SynonymLine
from bot.state.store import Store
from bot.ui.callback_ids import mark
from pipeline.catalog.synonyms import LONGEST
from pipeline.contracts.messages import AuditEntry
from pipeline.kafka.audit import Actor
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
    """Lines in `chat_state`; `dictionary` is what the catalogue reads, always the same object."""

    def __init__(self, lines: Store[SynonymLine], audit_log: AuditLog, clock: Callable[[], datetime]) -> None:
        self._lines = lines
        self._audit_log = audit_log
        self._clock = clock
        self._dictionary: dict[str, list[str]] = {}
        self.refresh()

    @property
    def dictionary(self) -> Mapping[str, list[str]]:
        """Phrase → what may be said for it."""
        return self._dictionary

    def lines(self) -> tuple[tuple[str, SynonymLine], ...]:
        """All lines by mark, in alphabetical order."""
        return tuple(sorted(self._lines.entries(), key=lambda kept: kept[1].phrases))

    def get(self, name: str) -> SynonymLine | None:
        """The line of this mark."""
        return self._lines.get(name)

    async def add(self, line: SynonymLine, by: Actor, entry_id: str) -> bool:
        """Add a line; False when it is there already. Raises KafkaError."""
        name = line_mark(line)
        if self._lines.get(name) is not None:
            return False
        await self._note("synonym_add", line, by, entry_id)
        await self._lines.put(name, line)
        self.refresh()
        return True

    async def remove(self, name: str, by: Actor, entry_id: str) -> SynonymLine | None:
        """Take a line out; None when it is not there. Raises KafkaError."""
        line = self._lines.get(name)
        if line is None:
            return None
        await self._note("synonym_remove", line, by, entry_id)
        await self._lines.put(name, None)
        self.refresh()
        return line

    def refresh(self) -> None:
        """Read the lines anew."""
        found: dict[str, list[str]] = {}
        for _, line in self._lines.entries():
            for at, phrase in enumerate(line.phrases):
                if line.both_ways or at == 0:
                    others = [other for other in line.phrases if other != phrase]
                    found[phrase] = [*found.get(phrase, ()), *others]
        self._dictionary.clear()
        self._dictionary.update(found)

    async def on_change(self, *_: object) -> None:
        """A listener for a live view of the lines."""
        self.refresh()

    async def _note(self, action: str, line: SynonymLine, by: Actor, entry_id: str) -> None:
        if self._audit_log.has(entry_id):
            return
        await self._audit_log.append(
            AuditEntry(
                entry_id=entry_id,
                actor=by.id,
                actor_name=by.name,
                role=by.role,
                action=action,
                target=as_written(line),
                at=self._clock(),
            )
        )


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
    """As one writes it."""
    if line.both_ways:
        return " = ".join(line.phrases)
    return f"{line.phrases[0]} -> {', '.join(line.phrases[1:])}"
