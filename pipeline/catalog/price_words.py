"""Prices in a query's own words: «часы до 5000», "under ₽5,000", «1000-3000», «за 3000», «до 100$». Pure.

The one place where a typed query becomes words, a range of prices and an order: for the chat, inline mode, the
terminal, and what is saved from them. A number is a price when the currency is named, or when the words around it leave
nothing else that it could count: it stands at the end, or before the first noun, is not small, and no unit or counted
noun follows («до 5 лет», «от 16 гб», «до 10000 шагов»).
"""

import re
from functools import lru_cache
from typing import NamedTuple

from pipeline.catalog.money_patterns import LEAST, ROUBLES, amount, currency_of, times_of, value
from pipeline.catalog.order_words import without_order
from pipeline.catalog.request import Sort
from pipeline.text.linguistics import counted

_ABOUT = 0.2
_YEARS = (1900.0, 2100.0)

_LOW = (
    r"(?:(?:от|дороже|не\s+(?:дешевле|менее|меньше|ниже)|(?<!не )(?:больше|более|выше)(?:\s+чем)?|свыше|минимум"
    r"|(?<!\d )(?:мин|min)\.?|minimum|from|over|above|(?<!no )(?<!not )more\s+than|no\s+less\s+than|at\s+least"
    r"|starting\s+(?:at|from))\s+|(?:>=?|≥)\s*)"
)
_HIGH = (
    r"(?:(?:до|up\s*to|дешевле|не\s+(?:дороже|более|больше|выше)|(?<!не )(?:меньше|менее|ниже)(?:\s+чем)?|максимум"
    r"|макс\.?|в\s+пределах|under|below|(?<!no )(?:less|lower|cheaper)\s+than|not?\s+more\s+than|at\s+most|within"
    r"|max(?:imum|\.)?|(?:с\s+)?бюджет\w*(?:\s+(?:в|до))?|(?:on\s+a\s+)?budget(?:\s+of)?)\s+|(?:<=?|≤)\s*)"
)
_NEAR = (
    r"(?:(?:за|около|примерно|порядка|в\s+районе|по\s+цене|ценой|цена|стоимостью|about|around|approx(?:imately|\.)?"
    r"|for|price)\s+|[~≈]\s*)"
)
_PRICE = r"(?:(?:(?:по|с|в)\s+)?(?:цен\w+|стоимост\w+|бюджет\w*)\s+|(?:price|budget)\s+)?"
_TO = r"\s*(?:-|–|—|\.\.+|…|\bto\b|\bдо\b)\s*"
_FROM_TO = r"\s*(?:до|по|и|to|and|-|–|—)\s*"


def _phrase(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){_PRICE}{pattern}(?![\w%\"″°-])", re.IGNORECASE)


_RANGE = _phrase(rf"{amount('low')}{_TO}{amount('high')}")
_ABOUT_MONEY = _phrase(amount("about"))
_PHRASES = (
    _phrase(rf"(?:от|с|между|from|between)\s+{amount('low')}{_FROM_TO}{amount('high')}"),
    _phrase(rf"{_HIGH}{amount('high')}"),
    _phrase(rf"{_LOW}{amount('low')}"),
    _RANGE,
    _phrase(r"(?P<about_times>тысяч|тыщ)\s+за\s+(?P<about>\d+)"),
    _phrase(rf"{_NEAR}{amount('about')}"),
    _ABOUT_MONEY,
)
_NAMES = ("low", "high", "about")
_BARE = re.compile(
    r"\s*(?:(?:за|до|по|under|for|up\s+to)\s+)?[₽$€]?\s*"
    r"(?:(?P<grouped>\d{1,3}(?:(?P<between>[ \u00a0\u202f.,])\d{3})(?:(?P=between)\d{3})*)(?:[.,](?P<cents>\d{1,2}))?"
    r"|(?P<plain>\d{1,9}(?:[.,]\d{1,2})?))"
    r"\s*(?P<times>тыс\.?|тысяч[аи]?|т\.?\s?р\.?|млн\.?|миллион\w*|[кk](?![а-яa-z]))?"
    rf"\s*(?:{ROUBLES})?\s*[.!]?\s*\Z",
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
    """A query without its price and its order, and these: both ends included, in the `currency` that is named.

    Without one (empty), prices are in the marketplace's.
    """

    text: str
    low: float | None = None
    high: float | None = None
    sort: Sort = "relevance"
    currency: str = ""


@lru_cache(maxsize=4096)
def without_price(text: str) -> PriceWords:
    """Take a price and an order by it out of the query; the query as it is without them, or if they make no sense."""
    rest, sort = without_order(text)
    no_price: list[range] = []
    for phrase in _PHRASES:
        found = phrase.search(rest)
        # What counts something else in a longer phrase is no price in a shorter one.
        if found is None or any(found.start() < each.stop and each.start < found.end() for each in no_price):
            continue
        named = {name: each for name, each in found.groupdict().items() if each}
        before, after = rest[: found.start()].strip(" ,"), rest[found.end() :].strip(" ,")
        low, high = _band(named)
        if _is_price(named, phrase, before, after) and (low is None or high is None or low <= high):
            return PriceWords(" ".join(f"{before} {after}".split()), low, high, sort, _currency(named))
        no_price.append(range(*found.span()))
    return PriceWords(rest, sort=sort)


def bare_price(text: str) -> float | None:
    """The price that a text is and nothing else, as when one was asked for: «12 000 ₽», «5к», «1,5 тыс», "₽5,000"."""
    found = _BARE.match(text)
    if found is None:
        return None
    whole = re.sub(r"[ \u00a0\u202f.,]", "", found["grouped"] or "")
    number = float(f"{whole}.{found['cents'] or 0}" if whole else (found["plain"] or "").replace(",", "."))
    return number * times_of(found["times"] or "") or None


def _band(named: dict[str, str]) -> tuple[float | None, float | None]:
    about = value(named, "about")
    if about is not None:
        return round((1 - _ABOUT) * about, 2), round((1 + _ABOUT) * about, 2)
    return value(named, "low"), value(named, "high")


def _currency(named: dict[str, str]) -> str:
    """The first currency that is named; it stands for both ends."""
    said = (named.get(f"{name}_{place}", "") for name in _NAMES for place in ("before", "money"))
    return next((code for each in said if each and (code := currency_of(each))), "")


def _is_price(named: dict[str, str], phrase: re.Pattern[str], before: str, after: str) -> bool:
    currency = _currency(named)
    thousands = any(named.get(f"{name}_times", "к").lower() not in "кk" for name in _NAMES)
    if phrase is _ABOUT_MONEY and not (currency or thousands):
        return False
    if currency:
        # «Вилка 5 евро плоская» is none: amid words, a currency that is not paid in here may be something else.
        return currency == "RUB" or phrase is not _ABOUT_MONEY or not (before and after)
    following = _NEXT_WORD.match(after)
    if following is not None and _counts(following[1].lower(), at_start=not before):
        return False
    if any(f"{name}_times" in named for name in _NAMES):
        return True
    numbers = [each for name in _NAMES if (each := value(named, name)) is not None]
    if phrase is _RANGE and (min(numbers) < LEAST or all(_YEARS[0] <= number <= _YEARS[1] for number in numbers)):
        return False
    return max(numbers) >= LEAST and not after[:1].isdigit()


def _counts(word: str, *, at_start: bool) -> bool:
    """Whether the number may count what this word names."""
    if word in _UNITS or counted(word):
        return True
    # "under 5000 headphones": at the beginning the price comes first, elsewhere an English noun may be counted.
    return word.isascii() and not at_start
