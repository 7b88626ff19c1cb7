"""Letters that are words: the С of «витамин С», told from the preposition that looks the same."""

import re

from pipeline.text import letters

A = "ª"
"""How a letter A that is a name is written, since "a" is an article."""

FUNCTION_LETTERS = frozenset({"b", "k", "o", "c", "y", A})
"""In Latin letters, those that as Russian letters are function words: in a query's end one may be a word begun."""

# Those that are function words in small letters.
_LONE = re.compile(r"(?<![\w'’-])[вкосуаВКОСУАaA](?![\w'’-])")
_TWINS = re.compile(r"(?<!\w)[АВЕКМНОРСТУХавекмнорстух](?!\w)")
# A unit after its number is none: «220 В».
_AFTER = re.compile(r"[^\W\d][\s«\"(]+$")
_ENDS = re.compile(r"\s*(?:$|[,;.)»\"])")
_AND = "а"


def named_letters(text: str) -> str:
    """The text with every letter that is a name in Latin: a capital after another word, or what nothing follows."""
    if len(text) < 3 or not (_TWINS.search(text) or _LONE.search(text)):
        return text
    return _TWINS.sub(_twin, _LONE.sub(_named, text))


def maybe_letters(text: str) -> tuple[str, ...]:
    """Small letters amid a query that are function words, or names: «витамин с таблетки»."""
    found = (match[0] for match in _LONE.finditer(text) if match.start() and match[0].islower())
    return tuple(dict.fromkeys(each.translate(letters.TO_LATIN) for each in found if each not in (_AND, "a")))


def _named(match: re.Match[str]) -> str:
    before, after = match.string[: match.start()], match.string[match.end() :]
    if not _AFTER.search(before) or not (match[0].isupper() or _ENDS.match(after)):
        return match[0]
    latin = match[0].lower().translate(letters.TO_LATIN)
    return A if latin == "a" else latin


def _twin(match: re.Match[str]) -> str:
    small = match[0].lower()
    return match[0] if small in "вкосуа" else small.translate(letters.TO_LATIN)
