"""An amount of money as people type it: patterns of numbers, thousands and currencies, and what they are worth. Pure.

A pattern has a name, and gives up to four groups: the number as `name`, `name_before` and `name_money` for a currency
on either side of it, and `name_times` for thousands and millions.
"""

import re
from collections.abc import Mapping

ROUBLES = r"₽|руб(?:л\w*|\.)?(?![а-я])|р\.?(?![а-яa-z])|rub(?:les?)?(?![a-z])|roubles?"
# Pounds and other words that are weights too are left out; codes that are words count in capitals alone.
_CURRENCIES: Mapping[str, str] = {
    "BYN": r"byn(?![a-z])|бел\w*\.?\s+руб\w*\.?",
    "RUB": ROUBLES,
    "USD": r"us\$|\$|usd(?![a-z])|(?:us\s+)?dollars?(?![a-z])|bucks(?![a-z])|долл(?:ар\w*|\.)?(?![а-я])|бакс\w*"
    r"|у\.?\s?е\.?(?![а-я])",
    "EUR": r"€|eur(?:os?)?(?![a-z])|евро(?![а-я])",
    "GBP": r"£|gbp(?![a-z])|фунт\w*\s+стерлинг\w*",
    "KZT": r"₸|kzt(?![a-z])|тенге(?![а-я])|тг(?![а-я])",
    "UAH": r"₴|uah(?![a-z])|грн\.?(?![а-я])|гривен\w*|гривн\w*",
    "CNY": r"¥|cny(?![a-z])|юан\w*|yuan(?![a-z])",
    "TRY": r"₺|(?-i:TRY)(?![A-Za-z])|турецк\w*\s+лир\w*",
    "GEL": r"₾|(?-i:GEL)(?![A-Za-z])|лари(?![а-я])",
    "AMD": r"֏|amd(?![a-z])|драмов(?![а-я])",
    "UZS": r"uzs(?![a-z])",
    "KGS": r"kgs(?![a-z])",
    "AED": r"aed(?![a-z])|дирхам\w*",
    "CHF": r"chf(?![a-z])",
    "PLN": r"pln(?![a-z])|zł|злот\w*",
    "JPY": r"jpy(?![a-z])",
}
_ANY_CURRENCY = "|".join(_CURRENCIES.values())
_CODES = tuple((code, re.compile(rf"(?:{pattern})\Z", re.IGNORECASE)) for code, pattern in _CURRENCIES.items())

_IN_WORDS: Mapping[str, float] = {
    "полутора": 1.5, "одной": 1, "двух": 2, "трех": 3, "трёх": 3, "четырех": 4, "четырёх": 4, "пяти": 5, "шести": 6,
    "семи": 7, "восьми": 8, "девяти": 9, "десяти": 10, "пятнадцати": 15, "двадцати": 20, "тридцати": 30, "сорока": 40,
    "пятидесяти": 50, "ста": 100, "двухсот": 200, "трехсот": 300, "трёхсот": 300, "пятисот": 500, "тысячи": 1000,
    "тысячу": 1000,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "a hundred": 100, "hundred": 100,
    "a thousand": 1000,
}  # fmt: skip
_NUMBER = (
    rf"(?P<{{name}}_before>(?:{_ANY_CURRENCY})\s*)?"
    r"(?P<{name}>\d{{1,3}}(?:[ \u00a0\u202f.,'’]\d{{3}})+(?!\d)|\d+(?:[.,]\d+)?"
    rf"|(?:{'|'.join(sorted(_IN_WORDS, key=len, reverse=True))})(?!\w))"
)
TIMES = (
    r"т\.?\s?р\.?(?![а-я])|тыс\.?|тысяч[аи]?|тыщ[аи]?|косар\w*|млн\.?|миллион\w*|thousand|million"
    r"|[кk](?![а-яa-z])"
)
_TIMES_OF = (("млн", 1e6), ("м", 1e6), ("т", 1e3), ("к", 1e3), ("k", 1e3), ("m", 1e6), ("thousand", 1e3))


def amount(name: str) -> str:
    """The pattern of an amount whose parts are called by this name."""
    pattern = _NUMBER + rf"\s*(?P<{{name}}_times>{TIMES})?\s*(?P<{{name}}_money>{_ANY_CURRENCY})?"
    return pattern.replace("{name}", name).replace("{{", "{").replace("}}", "}")


def value(named: Mapping[str, str], name: str) -> float | None:
    """What the amount of this name is, in its own currency; None if there is none."""
    written = named.get(name)
    if written is None:
        return None
    number = _number(written)
    times = named.get(f"{name}_times", "")
    if name == "low" and not times and (shared := named.get("high_times", "")) and number < LEAST:
        # «от 3 до 5 тысяч»: the word stands for both.
        times = shared
    return number * times_of(times)


LEAST = 100.0
"""Below it a bare number is more likely an age, a size or a weight."""


def times_of(written: str) -> float:
    """A thousand for «тыс», "k" and the like; 1 for nothing."""
    return next((factor for start, factor in _TIMES_OF if written.lower().startswith(start)), 1.0)


def currency_of(written: str) -> str:
    """The code of the currency that a sign or a word of the patterns above stands for; empty for none."""
    told = written.strip()
    return next((code for code, pattern in _CODES if pattern.match(told)), "")


def _number(written: str) -> float:
    if not written[:1].isdigit():
        return _IN_WORDS[" ".join(written.lower().split())]
    whole = re.sub(r"[ \u00a0\u202f'’]", "", written)
    # Three digits after a mark are thousands: nobody types a thousandth of a rouble.
    return float(re.sub(r"[.,](?=\d{3}(?!\d))", "", whole).replace(",", "."))
