"""A price in a query's own words: «часы до 5000», "headphones under 5000", «от 1000 до 5000 руб». Pure.

A number is a price when the currency is named, or when the words around it leave nothing else that it could count:
it stands at the end, or before the first noun, is not small, and no unit or counted noun follows («до 5 лет»,
«от 16 гб», «до 10000 шагов»).
"""

import re
from functools import lru_cache
from typing import NamedTuple

from pipeline.text.linguistics import counted

LEAST = 200.0
"""Below it a bare number is more likely an age, a size or a weight."""

_NUMBER = r"(?P<{name}>\d{{1,3}}(?:[ \u00a0]\d{{3}})+(?!\d)|\d+(?:[.,]\d+)?)"
_TIMES = r"\s*(?P<{name}_times>тыс\.?|тысяч[аи]?|млн\.?|миллион\w*|[кk](?![а-яa-z]))?"
_MONEY = r"\s*(?P<{name}_money>₽|руб(?:л\w*|\.)?(?![а-я])|р\.?(?![а-яa-z])|rub(?:les?)?(?![a-z])|roubles?)?"
_LOW = r"(?:от|дороже|не\s+дешевле|from|over|above|more\s+than|at\s+least)"
_HIGH = r"(?:до|дешевле|не\s+дороже|не\s+более|under|below|up\s+to|less\s+than|cheaper\s+than|max)"


def _amount(name: str) -> str:
    return (_NUMBER + _TIMES + _MONEY).format(name=name)


_PHRASES = tuple(
    re.compile(rf"(?<![\w-]){pattern}(?![\w%\"″°])", re.IGNORECASE)
    for pattern in (
        rf"(?:цен\w+\s+)?(?:от|from|between)\s+{_amount('low')}\s*(?:до|to|and|-|–)\s*{_amount('high')}",
        rf"(?:цен\w+\s+)?{_HIGH}\s+{_amount('high')}",
        rf"(?:цен\w+\s+)?{_LOW}\s+{_amount('low')}",
    )
)
_TIMES_OF = (("млн", 1e6), ("миллион", 1e6), ("тыс", 1e3), ("к", 1e3), ("k", 1e3), ("т", 1e3))
_BARE = re.compile(
    r"\s*(?:(?:за|до|по|under|for|up\s+to)\s+)?[₽$€]?\s*"
    r"(?:(?P<grouped>\d{1,3}(?:(?P<between>[ \u00a0\u202f.,])\d{3})(?:(?P=between)\d{3})*)(?:[.,](?P<cents>\d{1,2}))?"
    r"|(?P<plain>\d{1,9}(?:[.,]\d{1,2})?))"
    r"\s*(?P<times>тыс\.?|тысяч[аи]?|т\.?\s?р\.?|млн\.?|миллион\w*|[кk](?![а-яa-z]))?"
    + _MONEY.format(name="bare")
    + r"\s*[.!]?\s*\Z",
    re.IGNORECASE,
)
_NEXT_WORD = re.compile(r"^\s*([a-zа-яё]+)\b", re.IGNORECASE)
_COUNTED_RU = (
    "лет года год мес месяца месяцев дней дня неделя недель час часа часов ч мин минут с сек секунд мм см метр метра "
    "м метров км дюйм дюйма дюймов г грамм кг т тонн л литр литра литров мл вт квт ватт в а ач мач мгц ггц гц дб гб мб "
    "тб мп град градусов размер размера шт штук персон человек"
)
_COUNTED_EN = (
    "years months days hours h min minutes s sec mm cm m km inch inches in g kg l ml w kw v a ah mah hz mhz ghz db "
    "gb mb tb mp pieces people steps pages x"
)
_UNITS = frozenset(f"{_COUNTED_RU} {_COUNTED_EN}".split(" "))


class PriceWords(NamedTuple):
    """A query without its price, and the price: both ends included, in the catalogue's currency."""

    text: str
    low: float | None = None
    high: float | None = None


@lru_cache(maxsize=4096)
def without_price(text: str) -> PriceWords:
    """Take the price out of the query; the query as it is when there is none, or when it makes no sense."""
    found = next((found for phrase in _PHRASES if (found := phrase.search(text))), None)
    if found is None:
        return PriceWords(text)
    named = found.groupdict()
    low, high = _value(named, "low"), _value(named, "high")
    before, after = text[: found.start()].strip(" ,"), text[found.end() :].strip(" ,")
    if not _is_price(named, before, after) or (low is not None and high is not None and low > high):
        return PriceWords(text)
    return PriceWords(" ".join(f"{before} {after}".split()), low, high)


def bare_price(text: str) -> float | None:
    """The price that a text is and nothing else, as when one was asked for: «12 000 ₽», «5к», «1,5 тыс», "₽5,000"."""
    found = _BARE.match(text)
    if found is None:
        return None
    whole = re.sub(r"[ \u00a0\u202f.,]", "", found["grouped"] or "")
    number = float(f"{whole}.{found['cents'] or 0}" if whole else (found["plain"] or "").replace(",", "."))
    times = (found["times"] or "").lower()
    return number * next((factor for start, factor in _TIMES_OF if times.startswith(start)), 1.0) or None


def _is_price(named: dict[str, str | None], before: str, after: str) -> bool:
    if any(named.get(f"{name}_money") for name in ("low", "high")):
        return True
    following = _NEXT_WORD.match(after)
    if following is not None and _counts(following[1].lower(), at_start=not before):
        return False
    if any(named.get(f"{name}_times") for name in ("low", "high")):
        return True
    numbers = [value for name in ("low", "high") if (value := _value(named, name)) is not None]
    return max(numbers) >= LEAST and not after[:1].isdigit()


def _counts(word: str, *, at_start: bool) -> bool:
    """Whether the number may count what this word names."""
    if word in _UNITS or counted(word):
        return True
    # "under 5000 headphones": at the beginning the price comes first, elsewhere an English noun may be counted.
    return word.isascii() and not at_start


def _value(named: dict[str, str | None], name: str) -> float | None:
    written = named.get(name)
    if written is None:
        return None
    number = float(re.sub(r"[ \u00a0]", "", written).replace(",", "."))
    times = (named.get(f"{name}_times") or "").lower()
    factor = next((factor for start, factor in _TIMES_OF if times.startswith(start)), 1.0)
    if name == "low" and not times and (shared := (named.get("high_times") or "").lower()) and number < LEAST:
        # «от 3 до 5 тысяч»: the word stands for both.
        factor = next((factor for start, factor in _TIMES_OF if shared.startswith(start)), 1.0)
    return number * factor
