"""The file of bans to begin with: `banned_products.json`."""

from dataclasses import dataclass
from datetime import datetime

import orjson

from pipeline.bans.rule import Kind, Rule, RuleError, parse_rule
from pipeline.bans.until import UntilError, parse_until
from pipeline.contracts.messages import offer_id

_LISTS = ("banned_products", "bans", "banned")
_NAMES = ("rule", "product_id", "id")


@dataclass(frozen=True, slots=True)
class StartBan:
    """One entry of the file that is understood."""

    rule: Rule
    reason: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class StartFile:
    """What the file says: the bans, and a sentence for each entry that is none."""

    bans: tuple[StartBan, ...]
    faults: tuple[str, ...]


class StartFileError(ValueError):
    """The file as a whole is not understood; the text says what it should be."""


def parse_start_file(content: bytes, now: datetime) -> StartFile:
    """Reads a JSON list of product ids, rules (`seller:…`), or objects with rule, reason and until.

    Instead of a rule an object may have a product_id, and a store_id that says whose it is.

    The list may also be the value of `banned_products`. Raises `StartFileError` when there is no list; an entry
    that is wrong is told in `faults` and does not stop the others.
    """
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise StartFileError(f"not JSON ({error}); write a list of product ids or rules.") from None
    if isinstance(document, dict):
        document = next((document[name] for name in _LISTS if name in document), None)
    if not isinstance(document, list):
        raise StartFileError("not a list; write a list of product ids or rules.")
    bans: list[StartBan] = []
    faults: list[str] = []
    for number, entry in enumerate(document, 1):
        try:
            bans.append(_entry(entry, now))
        except (RuleError, UntilError, TypeError) as error:
            faults.append(f"entry {number}: {error}")
    return StartFile(tuple(bans), tuple(faults))


def _entry(entry: object, now: datetime) -> StartBan:
    if not isinstance(entry, dict):
        return StartBan(_rule(entry))
    name = next((name for name in _NAMES if name in entry), None)
    if name is None:
        raise TypeError("an object needs `rule`.")
    until, value = entry.get("until"), entry[name]
    if name != "rule" and isinstance(store := entry.get("store_id"), int | str) and store != "":
        value = offer_id(str(store), str(value))
    return StartBan(
        _rule(value),
        str(entry.get("reason") or ""),
        None if until is None else parse_until(str(until), now),
    )


def _rule(value: object) -> Rule:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError("an entry is a product id, a rule, or an object with `rule`.")
    return parse_rule(str(value), bare=Kind.PRODUCT)
