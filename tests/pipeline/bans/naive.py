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
        return bool(offer.brand) and _brand(rule.value) == _brand(offer.brand)
    if rule.kind is Kind.CATEGORY:
        steps = [part.strip() for part in re.split(r"[/>]", _fold(offer.category)) if part.strip()]
        wanted = rule.value.split(" / ")
        whole = steps[: len(wanted)] == wanted
        return whole or any(steps[at : at + len(wanted)] == wanted for at in range(len(steps)) if len(wanted) <= 4)
    return any(_holds(wanted, text) for wanted in _written(rule.value.split()) for text in _texts(offer))


def _written(words: list[str]) -> list[list[str]]:
    """The phrases that a phrase stands for: "&" in other words, and then a name in one word or in two."""
    found = []
    if {"&", "and", "и"} & set(words[1:-1]):
        for between in ("and", "и"):
            found.append([between if word in {"&", "and", "и"} else word for word in words])
        words = [word for word in words if word not in {"&", "and", "и"}]
    found.append(words)
    joined = " ".join(words)
    for one, two in (("wifi", "wi fi"), ("смартчасы", "смарт часы"), ("gtr4", "gtr 4")):
        if re.search(rf"\b{two}\b", joined):
            found.append(re.sub(rf"\b{two}\b", one, joined, count=1).split())
        # A word with a digit is an article number, and stays as it is.
        if re.search(rf"\b{one}\b", joined) and one.isalpha():
            found.append(re.sub(rf"\b{one}\b", two, joined, count=1).split())
    return found


def _brand(text: str) -> str:
    for one, other in (("самсунг", "samsung"), (" and ", " "), (" & ", " "), ("&", "")):
        text = _fold(text).replace(one, other)
    return text.replace(" ", "").replace("-", "")


def _holds(wanted: list[str], text: str) -> bool:
    found = re.findall(r"\b[a-zа-я]\+\+|\b[a-zа-я]#|\b\d{1,3}\+|\w+", _fold(text))
    return any(
        all(_same(rule_word, word) for rule_word, word in zip(wanted, found[start:], strict=False))
        for start in range(len(found) - len(wanted) + 1)
    )


def _same(rule_word: str, word: str) -> bool:
    if rule_word == word or {rule_word, word} == {"samsung", "самсунг"}:
        return True
    if word[-1] in "+#":
        # A word without a sign answers with any; the letter of «с++» is Latin.
        return word.replace("с", "c") == rule_word or (rule_word[-1] not in "+#" and word.rstrip("+#") == rule_word)
    if rule_word[-1] in "+#":
        return False
    if re.fullmatch("[a-z]+", rule_word) and re.fullmatch("[a-z]+", word):
        return bool(_english.stemWord(rule_word) == _english.stemWord(word))
    if rule_word == "samsung" and re.search("[а-я]", word):
        rule_word = "самсунг"
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
