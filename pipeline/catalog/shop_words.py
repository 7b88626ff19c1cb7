"""A shop named in a query's own words: «наушники в Севере», "headphones from NorthShop". Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pipeline.text.letters import folded
from pipeline.text.linguistics import term
from pipeline.text.phonetics import sound

_STORE = r"(?:интернет-)?магазин\w*|маркетплейс\w*|(?:online\s+)?(?:shop|store)"
# «Из» and «от» say as well what a thing is made of and what it helps against: the name must look like one then.
_AT = re.compile(
    rf"(?<![\w-])(?:(?P<vague>из|от|in|of|by)|в|во|у|from|at|(?P<alone>{_STORE}))\s+(?:the\s+)?(?P<store>(?:{_STORE})\s+)?"
    r"(?=(?P<quote>[«\"“„']?)(?P<first>\w))",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:[-.'’][^\W_]+)*")
_GAP = re.compile(r"[\s&+«»\"“”„'’.-]*(?:(?:и|and)\s+)?")
_STORE_AFTER = re.compile(rf"[»\"”'’]?\s+(?:{_STORE})(?!\w)|[»\"”'’]", re.IGNORECASE)
_NOT_BEFORE = re.compile(r"(?<!\w)(?:не|not|кроме|except)\s*$", re.IGNORECASE)
_LONGEST, _SHORTEST_SOUND = 5, 4
# No dictionary has the cases of invented names: «в Домовёнке», «из Гигавата», «у Нордшопа».
_ENDING = re.compile(r"(?<=[а-я]{4})(?:ами|ями|ой|ей|ом|ем|ах|ях|ам|ям|ов|ев|[аеиоуыюя])$")
_FLEETING = re.compile(r"[ое]([кц])$")


class ShopSaid(NamedTuple):
    """A query without its shop, and the ids of the shops that are called so."""

    text: str
    shops: tuple[str, ...] = ()


class ShopCalls:
    """What shops are called, as it can be said in a query: in any case, in either alphabet, apart or together."""

    def __init__(self, by_name: Mapping[str, tuple[str, ...]]) -> None:
        """`by_name`: the ids of the shops of each name."""
        self._ids: dict[str, tuple[str, ...]] = {}
        for name, ids in by_name.items():
            for key in _keys(_WORD.findall(name)):
                self._ids.setdefault(key, ids)

    def taken_from(self, text: str) -> ShopSaid:
        """The query without the shop that it names; as it is if it names none."""
        for found in _AT.finditer(text) if self._ids else ():
            if _NOT_BEFORE.search(text, 0, found.start()):
                continue
            looks_so = found["store"] or found["alone"] or found["quote"] or found["first"].isupper()
            if found["vague"] and not looks_so:
                continue
            for said, end in _phrases(text, found.end()):
                if ids := self._called(said):
                    after = _STORE_AFTER.match(text, end)
                    rest = f"{text[: found.start()]} {text[after.end() if after else end :]}"
                    return ShopSaid(" ".join(rest.split()).strip(" ,"), ids)
        return ShopSaid(text)

    def _called(self, said: list[str]) -> tuple[str, ...]:
        return next((ids for key in _keys(said) if (ids := self._ids.get(key))), ())


def _phrases(text: str, start: int) -> Iterator[tuple[list[str], int]]:
    """The first words of the text from `start` on, the most words first, and where they end."""
    found: list[tuple[list[str], int]] = []
    said: list[str] = []
    while len(said) < _LONGEST and (word := _WORD.match(text, _GAP.match(text, start).end())):  # type: ignore[union-attr]
        said = [*said, word[0]]
        start = word.end()
        found.append((said, start))
    return reversed(found)


def _keys(said: list[str]) -> Iterator[str]:
    """Under what a name is known: as it is written, by its terms, by its stem, and by how that sounds."""
    plain = [re.sub(r"[^\w]", "", folded(word)) for word in said]
    yield "".join(plain)
    yield "".join(term(word) or word for word in plain if word not in ("и", "and"))
    stem = _FLEETING.sub(r"\1", _ENDING.sub("", "".join(plain)))
    yield f"-{stem}"
    if len(heard := sound(stem)) >= _SHORTEST_SOUND:
        yield f"~{heard.rstrip('e')}"
