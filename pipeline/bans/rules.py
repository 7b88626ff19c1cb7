"""All rules compiled for speed, and the decision about one product."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pipeline.bans.phrases import Phrases
from pipeline.bans.rule import Kind, Rule, category_names
from pipeline.contracts.messages import OFFER_DIVIDER, parts_of_offer_id
from pipeline.text.brand_names import brand_answers, brand_keys


class Named(Protocol):
    """What all rules but keywords look at in a product."""

    @property
    def offer_id(self) -> str: ...
    @property
    def product_id(self) -> str: ...
    @property
    def store_id(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def brand(self) -> str: ...


class Decidable(Named, Protocol):
    """What a decision looks at in a product."""

    @property
    def name(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def tags(self) -> Sequence[str]: ...
    @property
    def specifications(self) -> Mapping[str, object]: ...


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed, or refused by the rule it names."""

    rule: Rule | None = None

    @property
    def allowed(self) -> bool:
        """True when no active rule stops the product."""
        return self.rule is None


ALLOWED = Decision()


class Rules:
    """A compiled, unchanging set of rules, each with the moment from which it is inactive (None: never).

    Deciding costs dictionary and set look-ups only, so it stays flat however many rules there are. A product's rule
    that names no shop was written before any shop had the product; it stops that id whosever it is.
    """

    def __init__(self, bans: Iterable[tuple[Rule, datetime | None]] = ()) -> None:
        self._until: dict[Rule, datetime | None] = dict(bans)
        self._by_kind: dict[Kind, dict[str, Rule]] = {kind: {} for kind in Kind}
        for rule in self._until:
            self._by_kind[rule.kind][rule.value] = rule
        self._products = self._by_kind[Kind.PRODUCT]
        self._shopless = {value: rule for value, rule in self._products.items() if OFFER_DIVIDER not in value}
        self._sellers = self._by_kind[Kind.SELLER]
        self._categories = _Names(self._by_kind[Kind.CATEGORY].values(), _itself, category_names)
        self._brands = _Names(self._by_kind[Kind.BRAND].values(), brand_answers, brand_keys)
        self._phrases = Phrases(self._by_kind[Kind.KEYWORD].values())

    def __len__(self) -> int:
        return len(self._until)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._until)

    def until(self, rule: Rule) -> datetime | None:
        """The moment from which the rule is inactive, None for never. Raises `KeyError` for a foreign rule."""
        return self._until[rule]

    def active(self, rule: Rule, now: datetime) -> bool:
        """Whether the rule is in the set and not over yet."""
        return rule in self._until and _active(self._until[rule], now)

    def only_products(self) -> bool:
        """Whether every rule names an offer by its id, so that a record's key says if it is touched."""
        return len(self._products) == len(self._until)

    def names_offer(self, offer_id: str) -> bool:
        """Whether a rule, active or not, names this offer, with its shop or without."""
        return offer_id in self._products or parts_of_offer_id(offer_id)[1] in self._products

    def stopping(self, offer: Decidable, now: datetime) -> Rule | None:
        """The first active rule that stops the offer, in the order of `Kind`; None if it may pass."""
        rule = self.naming(offer, now)
        if rule is None and self._phrases:
            for found in self._phrases.found(searched_texts(offer)):
                if _active(self._until[found], now):
                    return found
        return rule

    def naming(self, offer: Named, now: datetime) -> Rule | None:
        """The first active rule that stops the offer by what it names; the offer's words are not looked at.

        If there is one, `stopping` says the same: keywords come last.
        """
        until = self._until
        for rule in (
            self._products.get(offer.offer_id),
            self._shopless.get(offer.product_id),
            self._sellers.get(offer.store_id),
        ):
            if rule is not None and _active(until[rule], now):
                return rule
        for rule in self._categories.found(offer.category):
            if _active(until[rule], now):
                return rule
        for rule in self._brands.found(offer.brand):
            if _active(until[rule], now):
                return rule
        return None


def decide(product: Decidable, rules: Rules, now: datetime) -> Decision:
    """Whether the rules that are active at `now` let the product through. Pure; `now` must know its time zone."""
    rule = rules.stopping(product, now)
    return ALLOWED if rule is None else Decision(rule)


def searched_texts(offer: Decidable) -> list[str]:
    """Where keywords are looked for: all that a customer reads as the shop's words.

    Name, description, category, brand, tags and the textual values of specifications. Not the names of
    specifications («часы работы» names no clock), numbers, addresses of pictures or ids.
    """
    texts = [offer.name, offer.description, offer.category, offer.brand, *offer.tags]
    texts += [value for value in offer.specifications.values() if type(value) is str]
    return texts


class _Names:
    """Rules by the names they answer to; what a spelling of a product's field is called is worked out once."""

    def __init__(
        self,
        rules: Iterable[Rule],
        answers: Callable[[str], Iterable[str]],
        names: Callable[[str], Iterable[str]],
    ) -> None:
        self._rules: dict[str, list[Rule]] = {}
        for rule in rules:
            for name in answers(rule.value):
                self._rules.setdefault(name, []).append(rule)
        self._names = names
        self._seen: dict[str, tuple[Rule, ...]] = {}

    def found(self, text: str) -> tuple[Rule, ...]:
        """The rules that stop what has this text in the field."""
        if not self._rules:
            return ()
        known = self._seen.get(text)
        if known is None:
            if len(self._seen) > _SPELLINGS:
                self._seen.clear()
            hit = (rule for name in self._names(text) for rule in self._rules.get(name, ()))
            known = self._seen[text] = tuple(dict.fromkeys(hit))
        return known


def _itself(value: str) -> tuple[str]:
    return (value,)


_SPELLINGS = 1 << 16


def _active(until: datetime | None, now: datetime) -> bool:
    return until is None or now < until
