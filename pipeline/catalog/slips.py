"""How likely one word is a slip of another: by what sounds alike, by keys that are neighbours, by what is doubled.

An ordinary distance takes «точка» for a slip of «удочка» as readily as «кроссовки» for one of «красовки».
"""

from functools import lru_cache

from pipeline.catalog.keyboard import KEYS
from pipeline.text.words import is_cyrillic

_ALIKE = (
    "оа", "еи", "еэ", "иы", "яе", "яи", "юу", "её", "бп", "вф", "гк", "дт", "жш", "зс", "щш", "цс", "йи", "чщ", "ьъ",
    "ck", "sz", "iy", "ei", "ea", "vf", "vw", "bp", "dt", "gk", "ou", "gj", "cs", "kq", "ie",
)  # fmt: skip
_SOUND = frozenset(pair for each in _ALIKE for pair in (each, each[::-1]))
_SILENT = frozenset("ьъh")
_BY_SOUND, _BY_KEY, _OTHER, _DOUBLED, _ONE_MORE, _TURNED, _FIRST = 0.5, 0.6, 1.0, 0.3, 0.8, 0.6, 0.4
# By the length of the word: so much of a slip is still one.
_BEARABLE = ((3, 0.8), (5, 1.0), (8, 1.6), (99, 2.0))
# There is no dictionary that says which English words are slips and which are only not sold: less is taken for one.
_BEARABLE_LATIN = ((3, 0.8), (8, 1.0), (99, 1.6))


def is_slip(typed: str, meant: str) -> bool:
    """Whether a person who meant the one may have typed the other."""
    length = min(len(typed), len(meant))
    bearable = _BEARABLE if is_cyrillic(typed) else _BEARABLE_LATIN
    return slip(typed, meant) <= next(cost for longest, cost in bearable if length <= longest)


@lru_cache(maxsize=1 << 14)
def slip(typed: str, meant: str) -> float:
    """The cost of the cheapest way from one word to the other; a whole letter that nothing explains costs 1."""
    before: list[float] = []
    last = [0.0]
    for place in range(len(meant)):
        last.append(last[-1] + _more(meant, place))
    for row, letter in enumerate(typed):
        current = [last[0] + _more(typed, row)]
        for column, other in enumerate(meant):
            best = min(
                last[column] + (0.0 if letter == other else _change(letter, other) + _first(row, column)),
                last[column + 1] + _more(typed, row),
                current[column] + _more(meant, column),
            )
            if row and column and letter == meant[column - 1] and other == typed[row - 1] and letter != other:
                best = min(best, before[column - 1] + _TURNED)
            current.append(best)
        before, last = last, current
    return last[-1]


def _first(row: int, column: int) -> float:
    # The first letter is the one that people get right.
    return 0.0 if row or column else _FIRST


def _change(letter: str, other: str) -> float:
    if letter + other in _SOUND:
        return _BY_SOUND
    return _BY_KEY if letter + other in _neighbours() else _OTHER


def _more(word: str, place: int) -> float:
    """What a letter costs that the other word lacks."""
    if word[place] in _SILENT or word[place] in word[max(place - 1, 0) : place]:
        return _DOUBLED
    return _ONE_MORE + (_FIRST if not place else 0.0)


@lru_cache(maxsize=1)
def _neighbours() -> frozenset[str]:
    found = set()
    for rows in KEYS:
        for above, row in zip(("", *rows), rows, strict=False):
            for place, key in enumerate(row):
                near = row[place + 1 : place + 2] + above[max(place, 0) : place + 2]
                found |= {key + other for other in near} | {other + key for other in near}
    return frozenset(found)
