"""The ways from an offer to its shop, as shops write them: the page, the contact, the delivery. Pure.

Nothing here refuses a row: what cannot be used is left out of it, and told.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote

from pipeline.contracts.ways_on import DAYS, LONGEST_ADDRESS, contact_of, is_address
from pipeline.feed import amounts
from pipeline.feed.key_names import LONGEST, renamed, spelling
from pipeline.feed.markup import one_line
from pipeline.feed.pictures import SAFE, completed, site
from pipeline.feed.rows import RowRefused, Tell, short

# Names that producers give to fields of the contract, in the contract's spelling of them.
ALIASES = {
    "link": "url", "product_url": "url", "page_url": "url", "oldprice": "old_price", "contacts": "contact",
    "self_pickup": "pickup", "salesnotes": "sales_notes",
}  # fmt: skip
DELIVERY_ALIASES = {
    "available": "courier", "possible": "courier", "delivery": "courier", "price": "cost", "time": "days",
    "period": "days", "store": "in_store", "text": "note", "comment": "note", "description": "note",
}  # fmt: skip
YES = frozenset({"true", "1", "yes", "y", "да", "есть", "+", "available", "доступна", "доступен"})
NO = frozenset({"false", "0", "no", "n", "нет", "-", "not supported", "unavailable", "недоступна", "недоступен"})
FREE = frozenset({"free", "бесплатно", "бесплатная", "0"})
LONGEST_NOTE = 100
DELIVERY_NOTE, SALES_NOTES = "Доставка", "Условия продажи"
ON_ORDER_DAYS = 32
"""YML writes a number of days from here on when nobody knows how long it takes."""
DAY_WORDS = re.compile(r"\s*(?:дн\w*\.?|день|days?|d)$", re.IGNORECASE)
DASHES = re.compile(r"\s*(?:[-–—]|до|to)\s*")


def aliased(row: dict[str, object]) -> dict[str, object]:
    """The row with its ways on under the contract's names; what the shop wrote under those counts."""
    for name in [name for name in row if len(name) <= LONGEST and spelling(name) in ALIASES]:
        known = ALIASES[spelling(name)]
        if row.get(known) in (None, ""):
            row[known] = row.pop(name)
    return row


def tidy(row: dict[str, object], sites: Sequence[str], tell: Tell) -> None:
    """Bring the row's ways on into the contract's form; `sites` complete its page's address, the first that is one."""
    _page(row, sites, tell)
    _contact(row, tell)
    delivery, note = _delivery(row.pop("delivery", None), row.pop("pickup", None), tell)
    if delivery:
        row["delivery"] = delivery
    _say(row, DELIVERY_NOTE, note)
    _say(row, SALES_NOTES, row.pop("sales_notes", None))


def _say(row: dict[str, object], name: str, words: object) -> None:
    """The shop's words as a specification, which is shown, searched and seen by the rules of bans."""
    said = row.get("specifications", {})
    if isinstance(words, str) and one_line(words) and isinstance(said, dict):
        row["specifications"] = {name: _cut(one_line(words)), **said}


def _page(row: dict[str, object], sites: Sequence[str], tell: Tell) -> None:
    written = row.pop("url", None)
    if written is None or written == "":
        return
    if not isinstance(written, str):
        tell("url: it is no text, and is left out")
        return
    text = one_line(written)
    base = next(filter(None, map(site, sites)), "")
    page, mark, place = text.partition("#")
    address = completed(page, base) if len(text) <= LONGEST_ADDRESS else None
    whole = f"{address}{mark}{quote(place, SAFE)}" if address else ""
    if is_address(whole):
        row["url"] = whole
        return
    long = f" (longer than {LONGEST_ADDRESS} characters)" if len(text) > LONGEST_ADDRESS else ""
    tell(f"url: {short(text)} is no address that can be opened{long}, and is left out")


def _contact(row: dict[str, object], tell: Tell) -> None:
    written = row.pop("contact", None)
    if written is None or written == "":
        return
    text = one_line(str(written)) if isinstance(written, str | int) and not isinstance(written, bool) else ""
    if contact_of(text) is None:
        tell(f"contact: {short(text)} is no @name, mail address, phone number or link, and is left out")
        return
    row["contact"] = text


def _delivery(written: object, pickup: object, tell: Tell) -> tuple[dict[str, object], object]:
    """The contract's delivery and its words, from what stands there: yes or no, a cost, words, an object of these."""
    if isinstance(written, dict):
        spelt = {spelling(name): value for name, value in written.items() if len(name) <= LONGEST}
        given = {DELIVERY_ALIASES.get(name, name): value for name, value in spelt.items()}
    else:
        given = _one_word(written, tell)
    if pickup is not None and given.get("pickup") is None:
        given["pickup"] = pickup
    said = {name: _truth(given.get(name), name, tell) for name in ("courier", "pickup", "in_store")}
    made: dict[str, object] = {name: value for name, value in said.items() if value is not None}
    if made.get("courier") is not False:
        cost, days = _cost(given.get("cost"), tell), _days(given.get("days"), tell)
        made |= {"cost": cost} if cost is not None else {}
        made |= {"days": days} if days else {}
    return made, given.get("note")


def _one_word(written: object, tell: Tell) -> dict[str, object]:
    if written is None or isinstance(written, bool):
        return {"courier": written}
    if isinstance(written, int | float):
        return {"courier": True, "cost": written}
    if not isinstance(written, str):
        tell("delivery: it is neither yes, no, a cost nor an object, and is left out")
        return {}
    word = one_line(written)
    if not word or word.casefold() in YES | NO:
        return {"courier": word}
    try:
        return {"courier": True, "cost": 0 if word.casefold() in FREE else amounts.amount(word, "delivery").value}
    except RowRefused:
        return {"note": word}


def _truth(value: object, name: str, tell: Tell) -> bool | None:
    if value is None or isinstance(value, bool) or value == "":
        return value if isinstance(value, bool) else None
    word = str(value).strip().casefold()
    if word in YES | NO:
        return word in YES
    tell(f"{_called(name)}: {short(str(value))} is neither yes nor no, and is left out")
    return None


def _called(name: str) -> str:
    return {"courier": "delivery", "in_store": "store"}.get(name, name)


def _cost(value: object, tell: Tell) -> float | None:
    if value is None or value == "":
        return None
    if isinstance(value, dict):
        value = renamed(value).get("amount")
    if isinstance(value, str) and value.strip().casefold() in FREE:
        return 0.0
    try:
        return amounts.amount(value, "delivery cost").value
    except RowRefused as error:
        tell(f"{error}, and is left out")
        return None


def _days(value: object, tell: Tell) -> str:
    if value is None or value == "":
        return ""
    text = DASHES.sub("-", DAY_WORDS.sub("", str(value).strip()))
    found = DAYS.fullmatch(text)
    if found is None:
        tell(f"delivery days: {short(str(value))} are no days, and are left out")
        return ""
    return "" if int(found.group(1)) >= ON_ORDER_DAYS else text


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_NOTE else f"{text[: LONGEST_NOTE - 1].rstrip()}…"
