"""What a watch has to tell: pure functions from a watch and what was seen to the watch after it."""

from collections.abc import Sequence
from datetime import datetime

from bot.features.watches.models import PriceDue, PriceWatch, SavedSearch
from pipeline.contracts.messages import Product, now

# Enough to know a product again that comes and goes; a message names the first few.
TOLD = 200
DUE = 50


def with_price(watch: PriceWatch, product: Product | None) -> PriceWatch:
    """The watch after the product was seen; None: it may not or cannot be sold. The same object when nothing changes.

    A price that is due is taken back when it no longer holds. While a try to tell one is under way it stays as it is,
    or the person would find a message changed that they have read; a further fall then follows after `price_told`.
    """
    due = watch.due
    if due is not None and due.sending_since is not None:
        return watch
    told = due.told_before if due is not None else watch.told
    price = good_price(watch, product)
    if price is not None and (told is None or price < told):
        if due is not None and due.price == price:
            return watch
        return watch.changed(told=price, due=PriceDue(price=price, told_before=told, at=now()))
    return watch if due is None else watch.changed(told=told, due=None)


def good_price(watch: PriceWatch, product: Product | None) -> float | None:
    """The product's price when it is one that the person waits for, and the product is in stock."""
    price = None if product is None or product.stock.for_sale <= 0 else product.price.within(watch.currency)
    if price is None:
        return None
    enough = price < watch.price if watch.wanted is None else price <= watch.wanted
    return price if enough else None


def price_sending(watch: PriceWatch, since: datetime) -> PriceWatch:
    """The watch while a try to tell its price is under way. The same object when it is so already."""
    if watch.due is None or watch.due.sending_since is not None:
        return watch
    return watch.changed(due=watch.due.sending(since))


def price_told(watch: PriceWatch, price: float) -> PriceWatch:
    """The watch after the message with this price is in the chat, or can no longer be sent."""
    return watch.changed(due=None) if watch.due is not None and watch.due.price == price else watch


def with_matches(saved: SavedSearch, offer_ids: Sequence[str]) -> SavedSearch:
    """The search after these products were found for it. The same object when all were told before."""
    known = frozenset(saved.told)
    fresh = tuple(offer_id for offer_id in offer_ids if offer_id not in known)
    if not fresh:
        return saved
    return saved.changed(due=(*saved.due, *fresh)[-DUE:], told=(*saved.told, *fresh)[-TOLD:])


def matches_sending(saved: SavedSearch, offer_ids: tuple[str, ...], since: datetime) -> SavedSearch:
    """The search while a try to tell these products is under way. The same object when it is so already."""
    return saved if saved.sending_since is not None else saved.changed(sending=offer_ids, sending_since=since)


def matches_told(saved: SavedSearch, offer_ids: Sequence[str]) -> SavedSearch:
    """The search after the message about these products is in the chat."""
    done = frozenset(offer_ids)
    left = tuple(offer_id for offer_id in saved.due if offer_id not in done)
    return saved.changed(due=left, sending=(), sending_since=None)
