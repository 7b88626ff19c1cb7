"""What a rule may mean: people write a product's short id, which two shops may have, and call shops by their names."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from pipeline.bans.rule import Kind, Rule
from pipeline.contracts.feeds import Shop
from pipeline.contracts.messages import OFFER_DIVIDER, Product, parts_of_offer_id


class OffersByName(Protocol):
    """The part of the catalogue that knows which offers are called so."""

    async def named(self, text: str) -> tuple[Product, ...]: ...


class NotOneOffer(Exception):
    """The rule names a product without its shop, and not just one offer on sale is called so.

    `candidates` are those that are, none or several. The text is one English sentence with the next step.
    """

    def __init__(self, rule: Rule, candidates: tuple[Product, ...]) -> None:
        self.rule = rule
        self.candidates = candidates
        if candidates:
            names = ", ".join(f"product:{one.offer_id} ({one.name[:60]})" for one in candidates[:10])
            super().__init__(f"{rule} may mean {len(candidates)} offers, write one of them: {names}.")
        else:
            super().__init__(f"No offer on sale has the id {rule.value!r}: write product:STORE/{rule.value}.")


class NotOneShop(Exception):
    """Several shops are called so. The text is one English sentence with the next step."""

    def __init__(self, rule: Rule, candidates: tuple[Rule, ...]) -> None:
        names = ", ".join(str(one) for one in candidates[:10])
        super().__init__(f"{rule} may mean {len(candidates)} shops, write one of them: {names}.")


async def meant(rule: Rule, offers: OffersByName) -> Rule:
    """The rule with the product's shop; one that needs none, or names it, as it is, without asking.

    A slash ends a shop's id, so a product's own id with a slash must be written with its shop. Raises NotOneOffer, and
    what the catalogue raises.
    """
    if not rule.lacks_shop:
        return rule
    candidates = await offers.named(rule.value)
    if len(candidates) != 1:
        raise NotOneOffer(rule, candidates)
    return Rule(Kind.PRODUCT, candidates[0].offer_id)


class ShopsByName(Protocol):
    """The part of the registry that knows which shops are called so; `pipeline.shops.directory.ShopNames` is one."""

    def find(self, text: str) -> tuple[Shop, ...]: ...


def shops_called(rule: Rule, shops: ShopsByName) -> tuple[Rule, ...]:
    """The rules about the shops that people call as the rule's value; the rule itself when nobody is called so."""
    found = shops.find(rule.value) if rule.kind is Kind.SELLER else ()
    return tuple(Rule(Kind.SELLER, shop.store_id) for shop in found) or (rule,)


def one_shop(rule: Rule, shops: ShopsByName) -> Rule:
    """The rule with the id of the shop that is called so. Raises NotOneShop."""
    found = shops_called(rule, shops)
    if len(found) > 1:
        raise NotOneShop(rule, found)
    return found[0]


def standing(rule: Rule, in_force: Iterable[str]) -> tuple[str, ...]:
    """The ids of those rules in force that a person may mean to lift: this one, else offers that are called so."""
    ids = tuple(in_force)
    if rule.id in ids:
        return (rule.id,)
    if rule.kind is not Kind.PRODUCT:
        return ()
    return tuple(sorted(f"{Kind.PRODUCT}:{offer}" for offer in named_by_rules(rule.value, ids)))


def named_by_rules(product_id: str, in_force: Iterable[str]) -> Iterator[str]:
    """The offers with this id of their shop's that rules in force name, each with its shop."""
    start = f"{Kind.PRODUCT}:"
    for rule in in_force:
        offer = rule.removeprefix(start)
        if offer != rule and OFFER_DIVIDER in offer and parts_of_offer_id(offer)[1] == product_id:
            yield offer
