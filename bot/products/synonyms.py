"""Search synonyms that admins edit in the chat: the lines, and the dictionary that the catalogue reads."""

from collections.abc import Mapping

from pydantic import Field

from bot.state.store import Store, StoreSpec
from pipeline.contracts.messages import Message, Moment, now


class SynonymLine(Message):
    """One line of the dictionary; its key is `synonym:<mark of the line>`.

    Both ways, every phrase stands for every other; one way, the first is also searched as the others.
    """

    phrases: tuple[str, ...] = Field(min_length=2)
    both_ways: bool = True
    by: str = ""
    at: Moment = Field(default_factory=now)


SYNONYMS = StoreSpec("synonym:", SynonymLine)


class SynonymDictionary:
    """`phrases` is always the same mapping; a change of the lines counts from the next search on."""

    def __init__(self, lines: Store[SynonymLine]) -> None:
        self._lines = lines
        self._phrases: dict[str, list[str]] = {}
        lines.subscribe(lambda *_: self._read())
        self._read()

    @property
    def phrases(self) -> Mapping[str, list[str]]:
        """Phrase → what may be said for it."""
        return self._phrases

    def _read(self) -> None:
        found: dict[str, list[str]] = {}
        for _, line in self._lines.entries():
            for at, phrase in enumerate(line.phrases):
                if line.both_ways or at == 0:
                    others = [other for other in line.phrases if other != phrase]
                    found[phrase] = [*found.get(phrase, ()), *others]
        self._phrases.clear()
        self._phrases.update(found)
