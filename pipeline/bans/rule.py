"""One ban rule: what kind of thing it names, the normalised name, and the id under which it is stored."""

import difflib
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from pipeline.contracts.messages import OFFER_DIVIDER
from pipeline.text.letters import folded
from pipeline.text.rule_words import phrase

LONGEST_VALUE = 200
LONGEST_OFFER_ID = 401
"""A shop's id and its product's, of 200 characters each, and what divides them."""
_DIVIDER = " / "
_STEPS_IN_A_ROW = 4
_PATH_SEPARATOR = re.compile(r"\s*(?:[>›»→|\\/]|::)+\s*")


class Kind(StrEnum):
    """What a rule can name. The order is the order in which `decide` asks."""

    PRODUCT = "product"
    SELLER = "seller"
    CATEGORY = "category"
    BRAND = "brand"
    KEYWORD = "keyword"


KIND_WORDS = {
    **{kind.value: kind for kind in Kind},
    **dict.fromkeys(("товар", "id", "item", "offer"), Kind.PRODUCT),
    **dict.fromkeys(("продавец", "магазин", "shop", "store"), Kind.SELLER),
    **dict.fromkeys(("категория", "раздел", "section"), Kind.CATEGORY),
    **dict.fromkeys(("бренд", "марка", "производитель"), Kind.BRAND),
    **dict.fromkeys(("слово", "слова", "ключевое слово", "word", "words"), Kind.KEYWORD),
}
"""How people name the kinds, in small letters without ё; a rule's id has the kind's own name."""


class Fault(StrEnum):
    """Why a text is no rule, for messages in other languages than English."""

    NO_KIND = "no_kind"
    UNKNOWN_KIND = "unknown_kind"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNPRINTABLE = "unprintable"
    NO_WORD = "no_word"


class RuleError(ValueError):
    """The text is no rule. `str(error)` is one English sentence with the next step; `fault` is its code."""

    def __init__(self, fault: Fault, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Rule:
    """A parsed rule. `value` is normalised, so equal rules have equal ids whatever their spelling."""

    kind: Kind
    value: str

    @property
    def lacks_shop(self) -> bool:
        """Whether it names a product by the shop's own id alone, which several shops may have."""
        return self.kind is Kind.PRODUCT and OFFER_DIVIDER not in self.value

    @property
    def id(self) -> str:
        """The key of the rule in the topic `bans`; `parse_rule(rule.id) == rule`."""
        return f"{self.kind.value}:{self.value}"

    def __str__(self) -> str:
        return self.id


def parse_rule(text: str, *, bare: Kind | None = None) -> Rule:
    """The rule that a person wrote as `kind:value`. Raises `RuleError`.

    With `bare`, a text that does not begin with a kind names something of that kind, colons and all.

    Products (`store/id`) and sellers keep their exact ids. Brands and categories lose case, ё and repeated spaces, and
    category paths get one separator (` / `). Keywords also lose punctuation: they are words.
    """
    text = unicodedata.normalize("NFC", text)
    kind_text, colon, value = text.partition(":")
    if bare is not None and not (colon and folded(kind_text) in KIND_WORDS):
        kind_text, colon, value = bare.value, ":", text
    if not colon:
        raise RuleError(Fault.NO_KIND, f"{_shown(text)} does not say what to ban: write one of {_examples()}.")
    kind = _kind(kind_text)
    longest = LONGEST_OFFER_ID if kind is Kind.PRODUCT else LONGEST_VALUE
    if len(value) > longest:
        raise RuleError(Fault.TOO_LONG, f"The rule is longer than {longest} characters: shorten it.")
    if any(unicodedata.category(character) in {"Cc", "Cs"} and character not in "\t\n" for character in value):
        raise RuleError(Fault.UNPRINTABLE, "The rule holds unprintable characters: write it again by hand.")
    normalised = _NORMALISERS[kind](value)
    if not normalised and kind is Kind.KEYWORD and value.strip():
        raise RuleError(Fault.NO_WORD, f"{_shown(value)} holds no word: a keyword needs letters or digits.")
    if not normalised:
        raise RuleError(Fault.EMPTY, f"Nothing follows {kind}: in the rule: write one of {_examples()}.")
    return Rule(kind, normalised)


def category_path(text: str) -> str:
    """A category with one way of writing its separators: `Electronics > Watches` → `electronics / watches`."""
    return _DIVIDER.join(category_steps(folded(text)))


def category_steps(text: str) -> list[str]:
    """The steps of a category as they are written, from the general to the special, whatever divides them."""
    return [step for step in _PATH_SEPARATOR.split(text.strip()) if step]


def category_names(text: str) -> tuple[str, ...]:
    """The names of rules that stop a product of this category: its own, and those of all that it belongs to.

    A rule may give the whole path to a branch, one step alone, or some steps in a row, up to four. The whole path
    comes first.
    """
    steps = category_path(text).split(_DIVIDER)
    if steps == [""]:
        return ()
    paths = (_DIVIDER.join(steps[:end]) for end in range(len(steps), 0, -1))
    rows = (
        _DIVIDER.join(steps[end - length : end])
        for length in range(min(_STEPS_IN_A_ROW, len(steps)), 0, -1)
        for end in range(len(steps), length - 1, -1)
    )
    return tuple(name for name in dict.fromkeys((*paths, *rows)) if len(name) <= LONGEST_VALUE)


def _kind(text: str) -> Kind:
    name = folded(text)
    kind = KIND_WORDS.get(name)
    if kind is not None:
        return kind
    close = difflib.get_close_matches(name, KIND_WORDS, n=1, cutoff=0.7)
    hint = f"did you mean {close[0]}:…?" if close else f"write one of {_examples()}."
    raise RuleError(Fault.UNKNOWN_KIND, f"Unknown kind of rule {_shown(name)}: {hint}") from None


def _exact(value: str) -> str:
    return value.strip()


def _keyword(value: str) -> str:
    return phrase(folded(value))


_NORMALISERS = {
    Kind.PRODUCT: _exact,
    Kind.SELLER: _exact,
    Kind.CATEGORY: category_path,
    Kind.BRAND: folded,
    Kind.KEYWORD: _keyword,
}


def _examples() -> str:
    return "product:STORE/ID, seller:STORE, category:NAME, brand:NAME, keyword:WORDS"


def _shown(text: str) -> str:
    cut = text.strip()
    return f"“{cut[:40]}…”" if len(cut) > 40 else f"“{cut}”"
