"""What a name is a name of: the noun that the rest only describes.

«Ремешок для умных часов» is a strap, "Targus CN31 notebook case 15.6 inch" is a case. Russian puts the noun
first, English puts it last before numbers, commas and prepositions. Both are found without a list of goods.
"""

import re
from dataclasses import dataclass

from pipeline.text.linguistics import analyse, is_noun, term
from pipeline.text.measures import UNITS
from pipeline.text.words import is_cyrillic, words

# After these words a name says what the thing is for, or what it comes with; the thing itself was before.
_PURPOSE = re.compile(
    r"(?<!\w)(?:для|под|к|на|с|со|без|в|из|от|for|with|w/|without|compatible|fits?|designed|in|to|by|of|from)(?=\s)",
    re.IGNORECASE,
)
_FOR = re.compile(r"(?<!\w)(?:для|под|совместим\w*:?|подходит к|for|f/|compatible with|fits)(?=\s)", re.IGNORECASE)
_TITLE = 16
_SENTENCE = re.compile(r"[.;!?](?=\s)|\n")
_ENDS = frozenset(".!?…;")
_SEGMENT = re.compile(r"[,;:|()\[\]/\"“”]|\s[-–—+&]\s|(?<=\s)[-–—]|(?<!\w)[\w.]*\d[\w.,-]*")
_TRAILER_WORDS = (
    "black white silver gray grey blue red green pink yellow purple orange brown gold beige cyan magenta graphite "
    "transparent multicolor multicolour metallic clear new original set kit pack series edition"
)
_TRAILERS = frozenset(_TRAILER_WORDS.split())


@dataclass(frozen=True, slots=True)
class Name:
    """A name's parts as terms: `heads` are the nouns it may be a name of, `purpose` what it is for."""

    heads: tuple[str, ...]
    thing: tuple[str, ...]
    purpose: tuple[str, ...]


def parts(name: str, brand: str = "") -> Name:
    """The parts of a product's name (or of a category's, or of a query)."""
    thing, purpose = _split(name)
    return Name(heads(thing, brand), tuple(analyse(thing)), tuple(analyse(purpose)))


@dataclass(frozen=True, slots=True)
class DescriptionTerms:
    """A description's parts as terms. `lead` is a first sentence as short as a title: it names the thing again.

    `names`: the nouns of a description that is no sentence at all but a second name, in many feeds.
    """

    lead: list[str]
    rest: list[str]
    purpose: list[str]
    names: tuple[str, ...] = ()


def description_terms(text: str) -> DescriptionTerms:
    """What a description says of the thing, and, sentence by sentence, what it says the thing is for."""
    sentences = [_split(sentence) for sentence in _SENTENCE.split(text)]
    lead = analyse(sentences[0][0])
    rest = analyse(" . ".join(thing for thing, _ in sentences[1:]))
    purpose = analyse(" . ".join(purpose for _, purpose in sentences))
    if len(lead) > _TITLE:
        return DescriptionTerms([], lead + rest, purpose)
    is_name = not rest and text.rstrip()[-1:] not in _ENDS
    return DescriptionTerms(lead, rest, purpose, heads(sentences[0][0]) if is_name else ())


def _split(text: str) -> tuple[str, str]:
    cut = _FOR.search(text, 1)
    return (text[: cut.start()], text[cut.end() :]) if cut else (text, "")


def heads(thing: str, brand: str = "") -> tuple[str, ...]:
    """The terms of the nouns that a text may be a name of, without repeats."""
    branded = frozenset(words(brand))
    found: list[str] = []
    cut = _PURPOSE.search(thing, 1)
    for segment in _SEGMENT.split(thing[: cut.start()] if cut else thing):
        surface = [word for word in words(segment) if word not in branded and not word.isdigit()]
        if not any(is_cyrillic(word) for word in surface):
            found += _english(surface)
        elif not any(is_cyrillic(head) for head in found):
            found += _russian(surface, segment.lower())
    return tuple(dict.fromkeys(head for head in found if head))


def _russian(surface: list[str], segment: str) -> list[str]:
    """The first noun, and what hangs on it by a hyphen («фитнес-браслет»)."""
    nouns = [word for word in surface if is_cyrillic(word) and len(word) > 2 and is_noun(word)]
    return [term(word) for word in nouns[:1] + [noun for noun in nouns[1:2] if f"{nouns[0]}-{noun}" in segment]]


def _english(surface: list[str]) -> list[str]:
    """The last word that is not a colour or a word of the trade."""
    last = next((word for word in reversed(surface) if word not in _TRAILERS and word not in UNITS), "")
    return [term(last)] if last.isalpha() and len(last) > 1 else []
