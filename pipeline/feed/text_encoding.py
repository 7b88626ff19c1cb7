"""In what a feed is written, by its bytes; what it says of itself counts where the bytes leave it open."""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.feed.rows import UnreadableFile, silent

# What utf-7, punycode, idna and the escapes of source code would read as something else.
PROBE = rb"""<offer id="1">{"a": [1]} +AGE- \u0041 \x41 ~{ab~} .xn--p1ai. </offer>"""
ALIASES = {"win-1251": "cp1251", "win1251": "cp1251", "windows1251": "cp1251", "cp-1251": "cp1251", "ansi": "cp1251",
           "1251": "cp1251", "utf8mb4": "utf-8", "unicode": "utf-8"}  # fmt: skip
UTF_8 = "utf-8"
CYRILLIC = {"cp1251": 1.5, "koi8-r": 1.0, "cp866": 1.0}
"""Encodings of Russian with how often they are met: of a word or two, that decides."""
LATIN = frozenset({"iso8859-1", "cp1252", "iso8859-15", "ascii", "iso8859-2", "cp1250"})
NOT_ASCII = re.compile(rb"[\x80-\xff]")
# A character of UTF-8 that is more than a byte.
LONG_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# In Latin alphabets a letter with a mark stands alone among others; words of windows-1251 are made of such bytes.
WORDS_OF_1251 = re.compile(rb"[\xa8\xb8\xc0-\xff]{3,}")
WORD = re.compile(r"[А-Яа-яЁё]{2,}")
COMMON = frozenset("оеаинтсрвл")
SAMPLE = 64 * 1024
ENOUGH = 3
"""Characters of UTF-8 after which a text is believed to be it, though it says something else."""
SURE = 1.3


class TextDecoder:
    """Decodes rows of one file. `given`: what a person said it is, which is believed; `declared`: what the file says.

    The first row with more than ASCII in it decides, and with it the rows after it: a file is in one encoding, and a
    row in another is refused. `tell` hears when it is not what it says.
    """

    def __init__(
        self, given: str | None = None, declared: str | None = None, tell: Callable[[str], None] = silent
    ) -> None:
        self.name = given or declared or UTF_8
        self._decided = given is not None
        self._tell = tell

    def look_at(self, sample: bytes) -> None:
        """Decide by a part of the file, if it has anything but ASCII; its last character may be cut off."""
        if not self._decided and (first := NOT_ASCII.search(sample)):
            # Around what is not ASCII: a catalogue's first thousand lines may have but one such character.
            start = max(0, first.start() - 1)
            self._decide(sample[start : start + SAMPLE])

    def decode(self, raw: bytes) -> str:
        """The text. Raises UnicodeDecodeError when it is not in the file's encoding."""
        if not self._decided and NOT_ASCII.search(raw):
            self._decide(raw)
        return raw.decode(self.name)

    def _decide(self, sample: bytes) -> None:
        found = by_bytes(sample, self.name)
        self._decided = True
        if found != self.name:
            self._tell(against(found, shown(self.name)))
            self.name = found


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    score: float


def by_bytes(sample: bytes, declared: str) -> str:
    """The encoding of a text: what is declared, unless the bytes speak against it."""
    characters = LONG_CHARACTER.findall(sample)
    long = len(characters)
    # A broken byte or two do not make another encoding of it; the rows that have them are refused.
    mostly = long >= ENOUGH and sum(map(len, characters)) * 4 >= 3 * len(NOT_ASCII.findall(sample))
    if mostly or _is_utf_8(sample):
        return UTF_8 if declared == UTF_8 or long >= ENOUGH or not _decodes(sample, declared) else declared
    if declared == UTF_8 or not _decodes(sample, declared):
        return _cyrillic(sample) or declared
    if declared in LATIN and _is_of_words(sample):
        return _cyrillic(sample) or declared
    return declared


def _is_utf_8(sample: bytes) -> bool:
    # The sample may end, and begin, in the middle of a character.
    try:
        sample.decode(UTF_8)
    except UnicodeDecodeError as error:
        return error.start > 0 and error.end == len(sample) and "end of data" in error.reason
    return True


def _decodes(sample: bytes, name: str) -> bool:
    try:
        codecs.getincrementaldecoder(name)().decode(sample)
    except (UnicodeError, LookupError):
        return False
    return True


def _is_of_words(sample: bytes) -> bool:
    in_words = sum(len(found) for found in WORDS_OF_1251.findall(sample))
    return in_words * 10 >= 7 * len(NOT_ASCII.findall(sample))


def _cyrillic(sample: bytes) -> str | None:
    """The one Cyrillic encoding in which the text reads like Russian; None when none does, or two do.

    A text of UTF-8 with a broken byte in it is none: most of its bytes still are of UTF-8.
    """
    long = sum(map(len, LONG_CHARACTER.findall(sample)))
    if long * 2 > len(NOT_ASCII.findall(sample)):
        return None
    readings = sorted(
        (_Candidate(name, often * _likeness(sample, name)) for name, often in CYRILLIC.items()),
        key=lambda each: -each.score,
    )
    best, second = readings[:2]
    return best.name if best.score > 0 and best.score >= SURE * second.score else None


def _likeness(sample: bytes, name: str) -> float:
    """How much the text reads like Russian: 0 when it has other signs than letters, else by its commonest letters,
    and by words that are small or capital throughout, or begin with a capital."""
    if not _decodes(sample, name):
        return 0.0
    text = sample.decode(name, "ignore")
    words = WORD.findall(text)
    letters = sum(map(len, words))
    strange = sum(1 for character in text if character > "\x7f" and character not in USUAL)
    if not letters or strange * 3 > letters:
        return 0.0
    common = sum(letter in COMMON for word in words for letter in word.lower())
    shaped = sum(len(word) for word in words if word.islower() or word.isupper() or word[1:].islower())
    return (common / letters) * (shaped / letters) ** 2 * (1 - strange / letters)


USUAL = frozenset("«»„“”‘’—–…№°\u00a0±×·•©®™§€²³µІіЇїЄєҐґЎўЁё" + "".join(map(chr, range(ord("А"), ord("я") + 1))))


def against(found: str, said: str) -> str:
    """That the bytes speak against what the file says of itself."""
    return f"the text is {shown(found)} by its bytes, and the file says {said}; it is read as {shown(found)}"


def shown(name: str) -> str:
    """An encoding as shops call it."""
    return {"cp1251": "windows-1251", "iso8859-1": "ISO-8859-1", "utf-8": "UTF-8"}.get(name, name)


def codec(name: str, ascii_only: bool = True) -> str:
    """The codec's own name. Raises UnreadableFile when there is none, or when it is none in which a feed is written.

    Python calls hex, zlib and rot13 encodings too, and some that are text read ASCII as something else.
    """
    written = ALIASES.get(name.strip().lower(), name)
    try:
        known = codecs.lookup(written).name
        as_ascii = PROBE.decode(known, "replace") == PROBE.decode("ascii")
    except UnicodeError:
        as_ascii = False
    except (LookupError, ValueError):
        raise UnreadableFile(f"the encoding {name} is unknown; pass --encoding, for example windows-1251") from None
    if not as_ascii:
        raise UnreadableFile(f"it says that it is {name}, and its bytes are not; pass --encoding") from None
    return known


Encoding = str | TextDecoder
"""A name, which is believed, or what finds it out."""


def decoded(raw: bytes, encoding: Encoding) -> str:
    """The text of a row. Raises UnicodeDecodeError when it is not in the encoding."""
    return raw.decode(encoding) if isinstance(encoding, str) else encoding.decode(raw)


def name_of(encoding: Encoding) -> str:
    """What the encoding is called by now."""
    return encoding if isinstance(encoding, str) else encoding.name
