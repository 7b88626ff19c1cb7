"""Prices as people of a language write them."""

from decimal import ROUND_HALF_UP, Decimal

from bot.ui.locale import Language

SYMBOLS = {
    "RUB": "₽", "RUR": "₽", "USD": "$", "EUR": "€", "GBP": "£", "KZT": "₸", "BYN": "Br", "CNY": "¥", "UAH": "₴",
    "AMD": "֏", "GEL": "₾", "TRY": "₺",
}  # fmt: skip
SPACE = "\u00a0"
ROUND_FROM = 100
CENT = Decimal("0.01")
LARGEST = Decimal(10) ** 15


class MarketCurrency:
    """The currency in which prices are compared, narrowed and watched; set once, when a process starts."""

    def __init__(self) -> None:
        self.code = "RUB"


MARKET = MarketCurrency()


def money(amount: Decimal | float, currency: str, language: Language) -> str:
    """12 990 ₽ in Russian, ₽12,990 in English; kopecks only when there are some. Never breaks over lines."""
    value = min(max(Decimal(str(amount)), -LARGEST), LARGEST).quantize(CENT, ROUND_HALF_UP)
    whole = value == value.to_integral_value()
    grouped = f"{value.to_integral_value():,f}" if whole else f"{value:,.2f}"
    symbol = SYMBOLS.get(currency.upper(), currency.upper()[:3])
    if language == "ru":
        return grouped.replace(",", SPACE).replace(".", ",") + SPACE + symbol
    return f"{symbol}{grouped}" if len(symbol) == 1 else f"{symbol}{SPACE}{grouped}"


def money_range(low: float, high: float, currency: str, language: Language) -> str:
    """2 000–5 000 ₽ in Russian, ₽2,000–5,000 in English: the currency once, where the language has it."""
    first, last = money(low, currency, language), money(high, currency, language)
    symbol = SYMBOLS.get(currency.upper(), currency.upper()[:3])
    if language == "ru":
        return f"{first.removesuffix(symbol).rstrip(SPACE)}–{last}"
    return f"{first}–{last.removeprefix(symbol).lstrip(SPACE)}"


def short_range(low: float, high: float, currency: str, language: Language) -> str:
    """A range for a button: 10–20 тыс. ₽ in Russian, ₽10–20K in English, where both ends are round; else the whole."""
    for unit, words in (
        (1_000_000, {"ru": "млн", "en": "M"}),
        (1_000, {"ru": "тыс.", "en": "K"}),
    ):
        if unit <= low and high < 1_000 * unit and low % unit == high % unit == 0:
            symbol = SYMBOLS.get(currency.upper(), currency.upper()[:3])
            ends = f"{low / unit:.0f}–{high / unit:.0f}"
            if language == "ru":
                return SPACE.join((ends, words["ru"], symbol))
            return f"{symbol}{'' if len(symbol) == 1 else SPACE}{ends}{words['en']}"
    return money_range(low, high, currency, language)
