"""Keyword rules compiled: words and phrases in one tree, walked by the keys of a text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.bans.rule import Rule
from pipeline.text import rule_words as words

_REMEMBERED = 1 << 18


@dataclass(slots=True)
class _Node:
    rules: list[Rule] = field(default_factory=list)  # different rules may have a spelling in common
    by_word: dict[int, "_Node"] = field(default_factory=dict)


class Phrases:
    """Finds keyword rules in texts. Its cost depends on the text, not on how many rules there are.

    Most products hold no word of any rule. For these a text is split at spaces and one set operation says that
    every piece is known to be harmless; only a new piece is looked at, and only a word of some rule makes the
    text worth walking. Walking takes the words of each piece from memory.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._root = _Node()
        # Words of rules have numbers, so that a word in many phrases is spelled out once.
        self._numbers: dict[frozenset[str], int] = {}
        self._words: dict[str, list[int]] = {}  # key of a text's word → the words of rules that it may be
        self._first_keys: set[str] = set()
        self._harmless: set[str] = set()
        for rule in rules:
            self._add(rule)

    def __bool__(self) -> bool:
        return bool(self._root.by_word)

    def found(self, texts: Sequence[str]) -> Iterator[Rule]:
        """The rules that some text holds as consecutive words, nearest to the front first, without order of weight."""
        chunks = " ".join(texts).split()
        if self._harmless.issuperset(chunks) or self._all_harmless(chunks):
            return
        for text in texts:
            pieces = text.split()
            if not self._harmless.issuperset(pieces):
                yield from self._walk([key for piece in pieces for key in words.chunk_keys(piece)])

    def _add(self, rule: Rule) -> None:
        for spelling in words.spellings(rule.value):
            node = self._root
            self._first_keys |= spelling[0]
            for keys in spelling:
                node = node.by_word.setdefault(self._number(keys), _Node())
            if rule not in node.rules:
                node.rules.append(rule)

    def _number(self, keys: frozenset[str]) -> int:
        number = self._numbers.get(keys)
        if number is None:
            number = self._numbers[keys] = len(self._numbers)
            for key in keys:
                self._words.setdefault(key, []).append(number)
        return number

    def _all_harmless(self, chunks: list[str]) -> bool:
        harmless = self._harmless
        if len(harmless) > _REMEMBERED:
            harmless.clear()
        first_keys = self._first_keys
        quiet = True
        for chunk in chunks:
            if chunk not in harmless:
                if first_keys.isdisjoint(words.chunk_keys(chunk)):
                    harmless.add(chunk)
                else:
                    quiet = False
        return quiet

    def _walk(self, keys: Sequence[str]) -> Iterator[Rule]:
        words, first_keys, beginnings = self._words, self._first_keys, self._root.by_word
        numbers = [words.get(key, ()) for key in keys]
        for position, key in enumerate(keys):
            if key in first_keys:
                for number in numbers[position]:
                    node = beginnings.get(number)
                    if node is not None:
                        yield from node.rules
                        if node.by_word and position + 1 < len(numbers) and numbers[position + 1]:
                            yield from _continued(node, numbers, position + 1)


def _continued(node: _Node, numbers: Sequence[Sequence[int]], position: int) -> Iterator[Rule]:
    if position < len(numbers):
        for number in numbers[position]:
            following = node.by_word.get(number)
            if following is not None:
                yield from following.rules
                yield from _continued(following, numbers, position + 1)
