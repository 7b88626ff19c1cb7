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
