"""Keyword rules compiled: words and phrases in one tree, walked by the keys of a text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.bans.rule import Rule
from pipeline.text import rule_words as words

_REMEMBERED = 1 << 18


@dataclass(slots=True)
class _Node:
    rule: Rule | None = None
    by_word: dict[str, "_Node"] = field(default_factory=dict)
    by_key: dict[str, list["_Node"]] = field(default_factory=dict)  # key of a text's word → where it may lead


class Phrases:
    """Finds keyword rules in texts. Its cost depends on the text, not on how many rules there are.

    Most products hold no word of any rule. For these a text is split at spaces and one set operation says that
    every piece is known to be harmless; only a new piece is looked at, and only a word of some rule makes the
    text worth walking. Walking takes the words of each piece from memory.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._root = _Node()
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
        node = self._root
        for word in rule.value.split():
            following = node.by_word.get(word)
            if following is None:
                following = node.by_word[word] = _Node()
                for key in words.forms(word):
                    node.by_key.setdefault(key, []).append(following)
            node = following
        node.rule = rule

    def _all_harmless(self, chunks: list[str]) -> bool:
        harmless = self._harmless
        if len(harmless) > _REMEMBERED:
            harmless.clear()
        first_keys = self._root.by_key.keys()
        quiet = True
        for chunk in chunks:
            if chunk not in harmless:
                if first_keys.isdisjoint(words.chunk_keys(chunk)):
                    harmless.add(chunk)
                else:
                    quiet = False
        return quiet

    def _walk(self, keys: Sequence[str]) -> Iterator[Rule]:
        beginnings = self._root.by_key
        last = len(keys) - 1
        for position, key in enumerate(keys):
            for node in beginnings.get(key, ()):
                if node.rule is not None:
                    yield node.rule
                if position < last and keys[position + 1] in node.by_key:
                    yield from _continued(node, keys, position + 1)


def _continued(node: _Node, keys: Sequence[str], position: int) -> Iterator[Rule]:
    if position < len(keys):
        for following in node.by_key.get(keys[position], ()):
            if following.rule is not None:
                yield following.rule
            yield from _continued(following, keys, position + 1)
