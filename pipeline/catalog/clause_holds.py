"""Whether one product's document passes a filter of a search, without a server: what `/why` is told from. Pure."""

from collections.abc import Mapping, Sequence
from typing import cast

from pipeline.catalog.mapping import PROPERTIES, Document
from pipeline.catalog.proofs import Clause


def holds(clause: Clause, document: Document) -> bool:
    """Whether the document passes. Knows what `proofs` and `request_body` are made of; raises KeyError for the rest."""
    ((kind, body),) = clause.items()
    told = cast(Mapping[str, object], body)
    if kind == "bool":
        return _bool(told, document)
    if kind in ("constant_score", "dis_max"):
        inner = [told["filter"]] if kind == "constant_score" else _several(told["queries"])
        return any(holds(cast(Clause, each), document) for each in inner)
    if kind == "match_all":
        return True
    if kind == "exists":
        return bool(_values(document, cast(str, told["field"])))
    ((field, asked),) = ((name, each) for name, each in told.items() if name != "boost")
    return _leaf(kind, _values(document, field), asked)


def _leaf(kind: str, values: list[object], asked: object) -> bool:
    told = cast(Mapping[str, object], asked) if isinstance(asked, dict) else {"value": asked}
    if kind == "term":
        return told["value"] in values
    if kind == "terms":
        return any(each in values for each in _several(asked))
    if kind == "prefix":
        return any(isinstance(each, str) and each.startswith(str(told["value"])) for each in values)
    if kind == "range":
        return any(_within(each, told) for each in values if isinstance(each, int | float))
    words = str(told["query"]).split()
    if kind == "match":
        return all(word in values for word in words)
    if kind == "match_phrase":
        return _phrase(values, words, int(cast(int, told.get("slop", 0))))
    raise KeyError(kind)


def _bool(parts: Mapping[str, object], document: Document) -> bool:
    must = [*_several(parts.get("must", ())), *_several(parts.get("filter", ()))]
    should = _several(parts.get("should", ()))
    least = cast(int, parts.get("minimum_should_match", 0 if must else min(1, len(should))))
    return (
        all(holds(cast(Clause, each), document) for each in must)
        and not any(holds(cast(Clause, each), document) for each in _several(parts.get("must_not", ())))
        and sum(holds(cast(Clause, each), document) for each in should) >= least
    )


def _several(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else [value]


def _values(document: Document, field: str) -> list[object]:
    value = document[field]  # type: ignore[literal-required]
    if value is None:
        return []
    if cast(Mapping[str, object], PROPERTIES[field])["type"] == "text" and isinstance(value, str):
        return [*value.split()]
    return [*value] if isinstance(value, list) else [value]


def _within(value: float, limits: Mapping[str, object]) -> bool:
    passed = {
        "gt": lambda limit: value > limit,
        "gte": lambda limit: value >= limit,
        "lt": lambda limit: value < limit,
        "lte": lambda limit: value <= limit,
    }
    return all(passed[name](cast(float, limit)) for name, limit in limits.items())


def _phrase(values: Sequence[object], words: Sequence[str], slop: int) -> bool:
    """Whether the words stand in their order, with so many others between them altogether."""
    for start, value in enumerate(values):
        if value != words[0]:
            continue
        at, left = start, slop
        for word in words[1:]:
            following = next(
                (place for place in range(at + 1, min(at + 2 + left, len(values))) if values[place] == word), -1
            )
            if following < 0:
                break
            left, at = left - (following - at - 1), following
        else:
            return True
    return False
