"""Keyword rules compiled: words and phrases in one tree, walked by the keys of a text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.bans import words
from pipeline.bans.rule import Rule

_REMEMBERED = 1 << 18


@dataclass(slots=True)
class _Node:
    rule: Rule | None = None
    next: dict[str, "_Node"] = field(default_factory=dict)


class Phrases:
    """Finds keyword rules in texts. Its cost depends on the text, not on how many rules there are.

    Most products hold no word of any rule. For these a text is split at spaces and one set operation says that
    every piece is known to be harmless; only a new piece is looked at, and only a word of some rule makes the
    text worth walking.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._root = _Node()
        self._rule_words: dict[str, list[str]] = {}  # key of a text's word → words of rules that answer to it
        self._harmless: set[str] = set()
        for rule in rules:
            self._add(rule)

    def __bool__(self) -> bool:
        return bool(self._root.next)

    def found(self, texts: Sequence[str]) -> Iterator[Rule]:
        """The rules that some text holds as consecutive words, nearest to the front first, without order of weight."""
        chunks = " ".join(texts).split()
        if self._harmless.issuperset(chunks) or self._all_harmless(chunks):
            return
        for text in texts:
            yield from self._walk(words.keys(text))

    def _add(self, rule: Rule) -> None:
        node = self._root
        for word in rule.value.split():
            if word not in node.next:
                node.next[word] = _Node()
            node = node.next[word]
            for key in words.forms(word):
                answering = self._rule_words.setdefault(key, [])
                if word not in answering:
                    answering.append(word)
        node.rule = rule

    def _all_harmless(self, chunks: list[str]) -> bool:
        harmless = self._harmless
        if len(harmless) > _REMEMBERED:
            harmless.clear()
        rule_words = self._rule_words
        quiet = True
        for chunk in chunks:
            if chunk not in harmless:
                if rule_words.keys().isdisjoint(words.chunk_keys(chunk)):
                    harmless.add(chunk)
                else:
                    quiet = False
        return quiet

    def _walk(self, keys: Sequence[str]) -> Iterator[Rule]:
        rule_words = self._rule_words
        for start, key in enumerate(keys):
            if key in rule_words:
                yield from self._continue(self._root, keys, start)

    def _continue(self, node: _Node, keys: Sequence[str], position: int) -> Iterator[Rule]:
        if position == len(keys):
            return
        for word in self._rule_words.get(keys[position], ()):
            following = node.next.get(word)
            if following is not None:
                if following.rule is not None:
                    yield following.rule
                yield from self._continue(following, keys, position + 1)
