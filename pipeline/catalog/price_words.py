"""Prices in a query's own words: «часы до 5000», "under ₽5,000", «1000-3000», «за 3000», «самые дешёвые». Pure.

The one place where a typed query becomes words, a range of prices and an order: for the chat, inline mode, the
terminal, and what is saved from them. A number is a price when the currency is named, or when the words around it leave
nothing else that it could count: it stands at the end, or before the first noun, is not small, and no unit or counted
noun follows («до 5 лет», «от 16 гб», «до 10000 шагов»).
"""

import re
from functools import lru_cache
from typing import NamedTuple

from pipeline.catalog.request import Sort
from pipeline.text.linguistics import counted

LEAST = 100.0
"""Below it a bare number is more likely an age, a size or a weight."""
_ABOUT = 0.2
_YEARS = (1900.0, 2100.0)

_CURRENCY = r"₽|руб(?:л\w*|\.)?(?![а-я])|р\.?(?![а-яa-z])|rub(?:les?)?(?![a-z])|roubles?"
_NUMBER = (
    r"(?P<{name}_before>(?:₽|rub\.?|руб\.?)\s*)?"
    r"(?P<{name}>\d{{1,3}}(?:[ \u00a0\u202f.,'’]\d{{3}})+(?!\d)|\d+(?:[.,]\d+)?)"
)
_TIMES = r"\s*(?P<{name}_times>т\.?\s?р\.?(?![а-я])|тыс\.?|тысяч[аи]?|млн\.?|миллион\w*|[кk](?![а-яa-z]))?"
_MONEY = rf"\s*(?P<{{name}}_money>{_CURRENCY})?"
_LOW = r"(?:от|дороже|не\s+дешевле|from|over|above|more\s+than|at\s+least)"
_HIGH = r"(?:до|up\s+to|дешевле|не\s+дороже|не\s+более|under|below|less\s+than|cheaper\s+than|max)"
_NEAR = r"(?:за|около|примерно|в\s+районе|about|around|for)"
_PRICE = r"(?:(?:по\s+)?цен\w+\s+|price\s+)?"


def _amount(name: str) -> str:
    return (_NUMBER + _TIMES + _MONEY).format(name=name)


def _phrase(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){_PRICE}{pattern}(?![\w%\"″°-])", re.IGNORECASE)


_RANGE = _phrase(rf"{_amount('low')}\s*(?:-|–|—|\bto\b|\bдо\b)\s*{_amount('high')}")
_ABOUT_MONEY = _phrase(_amount("about"))
_PHRASES = (
    _phrase(rf"(?:от|с|from|between)\s+{_amount('low')}\s*(?:до|по|to|and|-|–|—)\s*{_amount('high')}"),
    _phrase(rf"{_HIGH}\s+{_amount('high')}"),
    _phrase(rf"{_LOW}\s+{_amount('low')}"),
    _RANGE,
    _phrase(rf"{_NEAR}\s+{_amount('about')}"),
    _ABOUT_MONEY,
)
_NAMES = ("low", "high", "about")
_TIMES_OF = (("млн", 1e6), ("миллион", 1e6), ("т", 1e3), ("к", 1e3), ("k", 1e3))
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

_ADJECTIVE = r"(?:ые|ый|ие|ий|ая|ое|ого|их|ых|ую|ой)"
_CHEAP = (
    rf"(?:сам\w{{2,3}}\s+)?(?:не\s?дорог{_ADJECTIVE}|недорого|(?:по)?дешевле|деш[её]в{_ADJECTIVE}|деш[её]во"
    rf"|бюджетн{_ADJECTIVE})|(?:the\s+)?cheap(?:est|er)?|inexpensive|low(?:est)?\s+price"
)
_DEAR = rf"сам\w{{2,3}}\s+дорог{_ADJECTIVE}|подороже|(?:the\s+)?most\s+expensive|high(?:est)?\s+price"
_NEW = (
    r"(?:сначала\s+)?(?:сам\w{2,3}\s+)?(?:новинк[аиу]|новинок|новые\s+поступления|свежие\s+поступления)"
    r"|сначала\s+нов(?:ые|ое|ую|ый)|newest(?:\s+first)?|new\s+arrivals?"
)
_ORDERS: tuple[tuple[Sort, re.Pattern[str]], ...] = (
    ("price_asc", re.compile(rf"(?<![\w-])(?:{_CHEAP})(?![\w-])", re.IGNORECASE)),
    ("price_desc", re.compile(rf"(?<![\w-])(?:{_DEAR})(?![\w-])", re.IGNORECASE)),
    ("newest", re.compile(rf"(?<![\w-])(?:{_NEW})(?![\w-])", re.IGNORECASE)),
)


class PriceWords(NamedTuple):
    """A query without its price and its order, and these: both ends included, in the catalogue's currency."""

    text: str
    low: float | None = None
    high: float | None = None
    sort: Sort = "relevance"


@lru_cache(maxsize=4096)
def without_price(text: str) -> PriceWords:
    """Take a price and an order by it out of the query; the query as it is without them, or if they make no sense."""
    rest, sort = _ordered(text)
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
            return PriceWords(" ".join(f"{before} {after}".split()), low, high, sort)
        no_price.append(range(*found.span()))
    return PriceWords(rest, sort=sort)


def bare_price(text: str) -> float | None:
    """The price that a text is and nothing else, as when one was asked for: «12 000 ₽», «5к», «1,5 тыс», "₽5,000"."""
    found = _BARE.match(text)
    if found is None:
        return None
    whole = re.sub(r"[ \u00a0\u202f.,]", "", found["grouped"] or "")
    number = float(f"{whole}.{found['cents'] or 0}" if whole else (found["plain"] or "").replace(",", "."))
    times = (found["times"] or "").lower()
    return number * next((factor for start, factor in _TIMES_OF if times.startswith(start)), 1.0) or None


def _ordered(text: str) -> tuple[str, Sort]:
    """The text without «недорогие», «самые дешёвые», «подешевле», and the order that they ask for."""
    for sort, words in _ORDERS:
        found = words.search(text)
        # «дешевле 3000» is a price.
        if found and not re.match(r"\s*(?:чем\s+|than\s+)?[₽\d]", text[found.end() :]):
            return " ".join(f"{text[: found.start()]} {text[found.end() :]}".split()), sort
    return text, "relevance"


def _band(named: dict[str, str]) -> tuple[float | None, float | None]:
    about = _value(named, "about")
    if about is not None:
        return round((1 - _ABOUT) * about, 2), round((1 + _ABOUT) * about, 2)
    return _value(named, "low"), _value(named, "high")


def _is_price(named: dict[str, str], phrase: re.Pattern[str], before: str, after: str) -> bool:
    money = any(f"{name}_{place}" in named for name in _NAMES for place in ("money", "before"))
    thousands = any(named.get(f"{name}_times", "к").lower() not in "кk" for name in _NAMES)
    if phrase is _ABOUT_MONEY and not (money or thousands):
        return False
    if money:
        return True
    following = _NEXT_WORD.match(after)
    if following is not None and _counts(following[1].lower(), at_start=not before):
        return False
    if any(f"{name}_times" in named for name in _NAMES):
        return True
    numbers = [value for name in _NAMES if (value := _value(named, name)) is not None]
    if phrase is _RANGE and (min(numbers) < LEAST or all(_YEARS[0] <= number <= _YEARS[1] for number in numbers)):
        return False
    return max(numbers) >= LEAST and not after[:1].isdigit()


def _counts(word: str, *, at_start: bool) -> bool:
    """Whether the number may count what this word names."""
    if word in _UNITS or counted(word):
        return True
    # "under 5000 headphones": at the beginning the price comes first, elsewhere an English noun may be counted.
    return word.isascii() and not at_start


def _value(named: dict[str, str], name: str) -> float | None:
    written = named.get(name)
    if written is None:
        return None
    whole = re.sub(r"[ \u00a0\u202f'’]", "", written)
    # Three digits after a mark are thousands: nobody types a thousandth of a rouble.
    number = float(re.sub(r"[.,](?=\d{3}(?!\d))", "", whole).replace(",", "."))
    times = named.get(f"{name}_times", "").lower()
    factor = next((factor for start, factor in _TIMES_OF if times.startswith(start)), 1.0)
    if name == "low" and not times and (shared := named.get("high_times", "").lower()) and number < LEAST:
        # «от 3 до 5 тысяч»: the word stands for both.
        factor = next((factor for start, factor in _TIMES_OF if shared.startswith(start)), 1.0)
    return number * factor
