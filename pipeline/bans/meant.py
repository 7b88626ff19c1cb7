"""Which offers a rule about a product may mean: people write the shop's own id, which another shop may have too."""

from collections.abc import Iterable
from typing import Protocol

from pipeline.bans.rule import Kind, Rule
from pipeline.contracts.messages import Product, parts_of_offer_id


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


def standing(rule: Rule, in_force: Iterable[str]) -> tuple[str, ...]:
    """The ids of those rules in force that a person may mean to lift: this one, else offers that are called so."""
    ids = tuple(in_force)
    if rule.id in ids:
        return (rule.id,)
    if rule.kind is not Kind.PRODUCT:
        return ()
    start = f"{Kind.PRODUCT}:"
    offers = (each for each in ids if each.startswith(start))
    return tuple(sorted(each for each in offers if parts_of_offer_id(each.removeprefix(start))[1] == rule.value))
