"""Which offers a person may mean by what they wrote after "trace". Pure."""

from collections.abc import Iterable

from pipeline.bans import Kind
from pipeline.bans.meant import named_by_rules
from pipeline.contracts.messages import OFFER_DIVIDER, offer_id

MOST = 20


def whole_id(text: str) -> str | None:
    """The offer id, when the text is one; a shop's own id with a slash must be written with its shop."""
    written = plain(text)
    store_id, divider, product_id = written.partition(OFFER_DIVIDER)
    return offer_id(store_id.strip(), product_id.strip()) if divider and store_id and product_id else None


def plain(text: str) -> str:
    """The id without the word that rules have before it."""
    return text.strip().removeprefix(f"{Kind.PRODUCT}:").strip()


def candidates(short: str, indexed: Iterable[str], in_force: Iterable[str]) -> tuple[str, ...]:
    """The offers that are called so: those in the index, and those that a rule keeps out of it."""
    return tuple(sorted({*indexed, *named_by_rules(short, in_force)}))[:MOST]
