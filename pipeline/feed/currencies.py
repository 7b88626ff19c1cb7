"""Currencies as shops write them: codes, signs and words, and what one of them is worth in the marketplace's own. Pure.

Codes: ISO 4217, those in which goods are priced.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.contracts.feeds import FaultCode
from pipeline.feed.rows import RowRefused

# Shops still send the codes of before 1998 and 2016.
OLD_CODES = {"RUR": "RUB", "BYR": "BYN"}
_CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD "
    "HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD "
    "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN "
    "PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY "
    "TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL"
)
CODES = frozenset(_CODES.split(" "))
_DOLLARS = ("USD", "AUD", "CAD", "HKD", "NZD", "SGD", "TWD", "MXN")
# What each sign or word may stand for; the first is meant when nothing else is said, unless there are several at par.
SIGNS: Mapping[str, tuple[str, ...]] = {
    "₽": ("RUB",), "$": _DOLLARS, "US$": ("USD",), "€": ("EUR",), "£": ("GBP",), "¥": ("CNY", "JPY"), "₴": ("UAH",),
    "₸": ("KZT",), "₾": ("GEL",), "֏": ("AMD",), "₺": ("TRY",), "₼": ("AZN",), "BR": ("BYN",), "ZŁ": ("PLN",),
    "KČ": ("CZK",), "KR": ("SEK", "NOK", "DKK", "ISK"), "₹": ("INR",), "₩": ("KRW",), "₪": ("ILS",), "CHF": ("CHF",),
    "РУБ": ("RUB", "BYN"), "РУБЛЬ": ("RUB", "BYN"), "РУБЛЯ": ("RUB", "BYN"), "РУБЛЕЙ": ("RUB", "BYN"),
    "Р": ("RUB", "BYN"),
    "P": ("RUB", "BYN"), "RUBLES": ("RUB",), "ROUBLES": ("RUB",), "EURO": ("EUR",), "EUROS": ("EUR",), "ЕВРО": ("EUR",),
    "ДОЛЛ": _DOLLARS, "ДОЛЛАР": _DOLLARS, "ДОЛЛАРА": _DOLLARS, "ДОЛЛАРОВ": _DOLLARS, "ГРН": ("UAH",), "ТГ": ("KZT",),
    "ТЕНГЕ": ("KZT",), "ЮАНЬ": ("CNY",), "ЮАНЕЙ": ("CNY",),
}  # fmt: skip
AT_PAR = frozenset({"¥", "KR"})
"""Signs of which nobody can say whose they are."""

RATE = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,12})?", re.ASCII)
PERCENT = re.compile(r"[+]?[0-9]{1,3}(?:[.,][0-9]{1,6})?%?", re.ASCII)
BANKS = frozenset({"CBRF", "CB", "NBU", "NBK", "NBB", "NBRB", "ЦБ", "ЦБРФ"})
LARGEST_RATE = 1e9


def code(value: str) -> str:
    """The code in capitals, old codes replaced; not looked up."""
    written = value.strip().upper()
    return OLD_CODES.get(written, written)


def meant(sign: str) -> tuple[str, ...]:
    """The currencies for which a sign, a word or a code may stand, as it is written; none when it is no currency."""
    written = sign.strip().rstrip(".").upper()
    if written in SIGNS:
        return SIGNS[written]
    known = code(written)
    return (known,) if known in CODES else ()


def agreed(sign: str, given: str, field_name: str) -> str:
    """The one currency of a sign beside a price and of the field of the currency, either of which may be empty.

    Raises RowRefused when they differ, or when the sign alone leaves it open.
    """
    if not sign:
        return given
    candidates = meant(sign)
    if given:
        if given not in candidates:
            text = f"{field_name}: it says «{sign}», and its currency is «{given}»; send one of the two"
            raise RowRefused(text, FaultCode.TWO_CURRENCIES, field_name, sign=sign, given=given)
        return given
    if sign.strip().rstrip(".").upper() in AT_PAR:
        text = f"{field_name}: «{sign}» is {' or '.join(candidates)}; send the currency's code"
        raise RowRefused(text, FaultCode.CURRENCY_UNCLEAR, field_name, sign=sign, codes=", ".join(candidates))
    return candidates[0]


@dataclass(frozen=True, slots=True)
class Rates:
    """What one unit of each currency is worth in the marketplace's own. `plain`: of each currency that has a rate."""

    market: str = "RUB"
    plain: Mapping[str, float] = field(default_factory=dict)

    def of(self, currency: str) -> float | None:
        """The rate; None when there is none."""
        return 1.0 if currency == self.market else self.plain.get(currency)


@dataclass(frozen=True, slots=True)
class DeclaredRate:
    """A `<currency>` of a catalogue: `rate` as it is written, `plus` a percentage over a bank's rate."""

    currency: str
    rate: str
    plus: str = ""


def file_rates(declared: "list[DeclaredRate]", settings: Rates) -> tuple[Rates, list[str]]:
    """The rates of a catalogue over those of the settings, and in words what of it could not be used.

    Numbers are in the catalogue's base, which is the currency whose rate is 1; a bank's name stands for the rate of
    the settings. What has no rate of its own has that of the settings.
    """
    told: list[str] = []
    numbers: dict[str, float] = {}
    banks: dict[str, float] = {}
    for each in declared:
        if each.rate.upper() in BANKS:
            banks[each.currency] = _plus(each.plus)
            continue
        number = _number(each.rate)
        if number is None:
            told.append(f"currencies: the rate «{each.rate[:40]}» of «{each.currency}» is no rate")
        else:
            numbers.setdefault(each.currency, number)
    base = _base(numbers, settings)
    worth = _worth(numbers, base, settings, told)
    for currency, share in banks.items():
        known = settings.of(currency)
        if known is not None and currency != settings.market:
            worth[currency] = known * share
    return Rates(settings.market, {**settings.plain, **worth}), told


def _base(numbers: Mapping[str, float], settings: Rates) -> str:
    ones = [currency for currency, number in numbers.items() if number == 1]
    return settings.market if settings.market in ones or not ones else ones[0]


def _worth(numbers: Mapping[str, float], base: str, settings: Rates, told: list[str]) -> dict[str, float]:
    """The rates of the file in the marketplace's currency."""
    if base == settings.market:
        of_base: float | None = 1.0
    elif numbers.get(settings.market):
        of_base = 1 / numbers[settings.market]
    else:
        of_base = settings.of(base)
    worth: dict[str, float] = {}
    for currency, number in numbers.items():
        if currency == settings.market:
            continue
        if number == 1 and currency != base:
            # Exports put 1 everywhere; a dollar for a rouble is no rate.
            told.append(f"currencies: the rate 1 of «{currency}» is that of «{base}» itself, and is not used")
        elif of_base is not None and 0 < number * of_base < LARGEST_RATE:
            worth[currency] = number * of_base
    return worth


def _number(text: str) -> float | None:
    found = RATE.fullmatch("".join(text.split()))
    number = float(found.group().replace(",", ".")) if found else 0.0
    return number if number > 0 else None


def _plus(text: str) -> float:
    found = PERCENT.fullmatch("".join(text.split()))
    return 1 + float(found.group().strip("+%").replace(",", ".")) / 100 if found else 1.0
