"""How the ends of bans are written in two languages: the tables and patterns of `end_words`."""

import re
from datetime import UTC, timedelta, timezone

NUMBERS = {
    **dict.fromkeys(("a", "an", "one", "один", "одну", "одни", "одна"), 1),
    **dict.fromkeys(("two", "a couple of", "couple of", "два", "две", "двое", "пару", "пара"), 2),
    **dict.fromkeys(("three", "три", "трое"), 3), **dict.fromkeys(("four", "четыре", "четверо"), 4),
    **dict.fromkeys(("five", "пять", "пятеро"), 5), **dict.fromkeys(("six", "шесть", "шестеро"), 6),
    **dict.fromkeys(("seven", "семь", "семеро"), 7), **dict.fromkeys(("eight", "восемь"), 8),
    **dict.fromkeys(("nine", "девять"), 9), **dict.fromkeys(("ten", "десять"), 10),
    **dict.fromkeys(("twelve", "двенадцать"), 12), **dict.fromkeys(("fourteen", "четырнадцать"), 14),
    **dict.fromkeys(("fifteen", "пятнадцать"), 15), **dict.fromkeys(("twenty", "двадцать"), 20),
    **dict.fromkeys(("thirty", "тридцать"), 30), **dict.fromkeys(("forty", "сорок"), 40),
    **dict.fromkeys(("sixty", "шестьдесят"), 60), **dict.fromkeys(("ninety", "девяносто"), 90),
    **dict.fromkeys(("сто",), 100),
}  # fmt: skip
HALVES = {"half an": 0.5, "half a": 0.5, "пол": 0.5, "полтора": 1.5, "полторы": 1.5, "полутора": 1.5}
UNITS = {
    "minute": r"minutes?|mins?|минут[уыа]?|минутк[уи]|мин\.?",
    "hour": r"hours?|hrs?|час(?:а|ов|ик)?",
    "day": r"days?|дн(?:я|ей|\.)|день|денек|деньков|денечек|сут(?:ки|ок)",
    "week": r"weeks?|wks?|недел(?:ю|и|ь)|недельк[уи]|нед\.?",
    "fortnight": r"fortnights?",
    "month": r"months?|месяц(?:а|ев)?|мес\.?",
    "year": r"years?|год(?:а)?|лет",
}
SHORT = {"m": "minute", "м": "minute", "мин": "minute", "h": "hour", "ч": "hour", "d": "day", "д": "day", "дн": "day",
          "w": "week", "н": "week"}  # fmt: skip
SECONDS = {"minute": 60, "hour": 3600, "day": 86_400, "week": 604_800, "fortnight": 1_209_600}
MONTHS = (
    "январ[яь]|янв|january|jan", "феврал[яь]|фев|february|feb", "марта?|мар|march|mar", "апрел[яь]|апр|april|apr",
    "ма[яй]|may", "июн[яь]|июн|june|jun", "июл[яь]|июл|july|jul", "августа?|авг|august|aug",
    "сентябр[яь]|сент?|september|sept?", "октябр[яь]|окт|october|oct", "ноябр[яь]|ноя|нояб|november|nov",
    "декабр[яь]|дек|december|dec",
)  # fmt: skip
WEEKDAYS = (
    "понедельник[аи]?|пн|monday|mon", "вторник[аи]?|вт|tuesday|tues?", "сред[ыуа]|ср|wednesday|wed",
    "четверга?|чт|thursday|thurs?|thu", "пятниц[ыуа]|пт|friday|fri", "суббот[ыуа]|сб|saturday|sat",
    "воскресень[яе]|вс|sunday|sun",
)  # fmt: skip
ZONES = {"utc": UTC, "gmt": UTC, "мск": timezone(timedelta(hours=3)), "msk": timezone(timedelta(hours=3))}
_FOREVER = r"навсегда|навечно|бессрочно|без\s+срока|for\s*ever|for\s+good|permanently|indefinitely|with\s*out\s+end"


def _either(patterns: tuple[str, ...]) -> str:
    return "|".join(patterns)


_COUNT = "|".join(sorted(map(re.escape, (*NUMBERS, *HALVES)), key=len, reverse=True)).replace(r"\ ", r"\s+")
_LONG_UNIT = _either(tuple(f"(?:{pattern})" for pattern in UNITS.values()))
# «на неделю» has no number, "for weeks" is no end.
_ALONE = "минуту|минутку|час|часик|день|денек|сутки|неделю|недельку|месяц|год"
# «в течение недели» is in another case.
_WITHIN = "минуты|часа|дня|суток|недели|месяца|года"
_SPAN = (
    rf"(?:(?:\d{{1,5}}(?:\s*[-–]\s*\d{{1,5}})?|{_COUNT})\s*(?:{_LONG_UNIT})|\d{{1,5}}\s*(?:мин|дн|[mhdwмчдн])"
    rf"|(?:{_ALONE})|(?<=течение )(?:{_WITHIN}))(?!\w)"
)
_OF_NEXT = r"(?:(?:the\s+)?next|ближайш\w+|следующ\w+|еще|целы\w+|целую|another)\s+"
_FOR = rf"(?:for|на|сроком\s+на|в\s+течение)\s+(?:{_OF_NEXT})?(?P<span>{_SPAN}(?:\s*(?:,|и|and)?\s*{_SPAN}){{0,2}})"
_TIME = (
    r"(?P<clock>\d{1,2}[:.]\d{2})(?:\s*(?P<clock_half>am|pm))?|(?P<hour>\d{1,2})\s*(?P<half>am|pm|утра|дня|вечера|ночи)"
    r"|(?P<oclock>\d{1,2})\s*(?:часов|часа|час|o'?clock)|(?P<named>noon|midday|полудня|midnight|полуночи)"
)
_YEAR = r"(?:,?\s+(?P<{0}>\d{{4}})(?:\s*г(?:ода|\.)?)?)?"
_DAY = (
    r"(?P<iso>\d{4}-\d{2}-\d{2})"
    r"|(?P<dotted>\d{1,2}\.(?:0?[1-9]|1[0-2])(?!\d)(?:\.(?:\d{4}|\d{2})(?:\s*г\.)?)?)(?![\d:])"
    r"|(?P<slashed>\d{1,2}/\d{1,2}(?:/(?:\d{4}|\d{2}))?)"
    rf"|(?P<day>\d{{1,2}})(?:-?го|st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_either(MONTHS)})\b\.?{_YEAR.format('year')}"
    rf"|(?P<month_first>{_either(MONTHS)})\b\.?\s+(?P<day_second>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.]){_YEAR.format('year_second')}"
    r"|(?P<near>послезавтра|завтрашнего\s+дня|завтра|сегодня|(?:the\s+)?day\s+after\s+tomorrow|tomorrow|today)"
    rf"|(?:(?P<next>next|следующ\w+)\s+|(?:this|эт\w+|ближайш\w+)\s+)?(?P<weekday>{_either(WEEKDAYS)})"
    r"|(?:(?:the\s+)?end\s+of\s+(?:the\s+|this\s+)?(?P<en_next>next\s+)?(?P<en_period>day|week|month|year))"
    r"|(?:конца\s+(?:эт\w+\s+|текущ\w+\s+)?(?P<ru_next>следующ\w+\s+)?(?P<ru_period>дня|недели|месяца|года))"
    r"|(?:the\s+)?(?P<weekend>weekend|выходных)"
    r"|(?:(?:next|следующ\w+)\s+(?P<before>week|month|year|недели|месяца|года))"
    r"|(?:(?P<day_of_month>\d{1,2})-?(?:го(?:\s+числа)?|\s+числа)|the\s+(?P<the_day>\d{1,2})(?:st|nd|rd|th))"
)
_ONLY_TIME = re.sub(r"\?P<(\w+)>", r"?P<only_\1>", _TIME)
_UNTIL = (
    r"(?:until|till|til|'til|through|до|по(?=\s+(?:\d+[\s.-]*[а-я./\d]|понед|втор|сред|чет|пят|суб|воскр)))\s+"
    rf"(?:(?:{_DAY})(?:\s*(?:,\s*|T)?(?:(?:at|в|к|до)\s+)?(?:{_TIME})|\s+(?:at|в)\s+(?P<bare_hour>\d{{1,2}}))?"
    rf"|(?:{_ONLY_TIME})|(?P<bare>\d{{1,2}})(?=\s*(?:$|[,;\n—–])))(?:\s*(?P<zone>utc|gmt|мск|msk))?(?:\s+(?:включительно|inclusive))?"
)
_WEEKEND = r"(?:на\s+(?:эти\s+)?выходные|(?:for|over)\s+(?:the|this)\s+weekend)"
PHRASE = re.compile(
    rf"(?<![\w-])(?:(?P<over_weekend>{_WEEKEND})|(?:{_FOR})|(?:{_UNTIL})|(?P<forever>{_FOREVER}))(?![\w%]|[.,:/-]\d)",
    re.IGNORECASE,
)
"""Any end in a text without ё."""

ONE_SPAN = re.compile(
    rf"(?:(?P<low>\d{{1,5}})(?:\s*[-–]\s*(?P<high>\d{{1,5}}))?|(?P<words>{_COUNT}))?\s*"
    rf"(?:(?P<unit>{_LONG_UNIT})|(?P<short>мин|дн|[mhdwмчдн]))(?!\w)",
    re.IGNORECASE,
)
"""One member of a span: a number, or none, and its unit."""
