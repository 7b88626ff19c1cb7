"""Rules as one would write them down, without any thought of speed: what the fast ones are compared with."""

import re
from collections.abc import Iterable
from datetime import datetime

import pymorphy3
import snowballstemmer

from pipeline.bans import Decidable, Kind, Rule

_morphology = pymorphy3.MorphAnalyzer(lang="ru")
_english = snowballstemmer.stemmer("english")


def refused(offer: Decidable, bans: Iterable[tuple[Rule, datetime | None]], now: datetime) -> set[Rule]:
    """All active rules that stop the offer."""
    return {rule for rule, until in bans if (until is None or now < until) and _stops(rule, offer)}


def _stops(rule: Rule, offer: Decidable) -> bool:
    if rule.kind is Kind.PRODUCT:
        return rule.value in {f"{offer.store_id}/{offer.product_id}", offer.product_id}
    if rule.kind is Kind.SELLER:
        return rule.value == offer.store_id
    if rule.kind is Kind.BRAND:
        return rule.value == _fold(offer.brand)
    if rule.kind is Kind.CATEGORY:
        parts = [part.strip() for part in re.split(r"[/>]", _fold(offer.category)) if part.strip()]
        return bool(parts) and rule.value in {" / ".join(parts), parts[-1]}
    wanted = rule.value.split()
    return any(_holds(wanted, text) for text in _texts(offer))


def _holds(wanted: list[str], text: str) -> bool:
    found = re.findall(r"\w+", _fold(text))
    return any(
        all(_same(rule_word, word) for rule_word, word in zip(wanted, found[start:], strict=False))
        for start in range(len(found) - len(wanted) + 1)
    )


def _same(rule_word: str, word: str) -> bool:
    if rule_word == word:
        return True
    if re.fullmatch("[a-z]+", rule_word) and re.fullmatch("[a-z]+", word):
        return bool(_english.stemWord(rule_word) == _english.stemWord(word))
    if not re.search("[а-я]", rule_word):
        return False
    parses = _morphology.parse(rule_word)
    entries = [parse for parse in parses if parse.is_known and parse.normal_form.replace("ё", "е") == rule_word]
    entries = entries or [parse for parse in parses if parse.is_known] or parses[:1]
    return any(word == form.word.replace("ё", "е") for parse in entries for form in parse.lexeme)


def _texts(offer: Decidable) -> list[str]:
    values = [value for value in offer.specifications.values() if isinstance(value, str)]
    return [offer.name, offer.description, offer.category, offer.brand, *offer.tags, *values]


def _fold(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split())
