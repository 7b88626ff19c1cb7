"""Which offer a person means by a link, an id, the article on its card, or its name."""

import asyncio
import re
from dataclasses import replace

from elastic_transport import TransportError
from elasticsearch import ApiError

from bot.features.bans.argument import Argument, Reading
from bot.products.offer_ids import offer_of_payload
from bot.products.offers import Products
from ops.logs import get_logger
from pipeline.bans import Kind, Rule
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import Product
from pipeline.text.letters import folded

log = get_logger(__name__)
LINK = re.compile(r"^https?://\S+[?&]start=(?P<payload>[A-Za-z0-9_-]+)", re.IGNORECASE)
LOOKED_AT = 20
LONGEST_TEXT = 200


class NoSuchOffer(Exception):
    """Nobody, or not just one, is called as `reading` names it; `offers` are those who are, or come near."""

    def __init__(self, reading: Reading, argument: Argument, offers: tuple[Product, ...], *, near: bool) -> None:
        super().__init__(reading.rule.value)
        self.reading = reading
        self.argument = argument
        self.offers = offers
        self.near = near


async def with_offers(products: Products, argument: Argument) -> Argument:
    """The argument with the offers that it names; that of other kinds as it is. Raises NoSuchOffer.

    Never raises what the index raises: without it an offer is named by its shop and id.
    """
    if argument.readings[0].rule.kind is not Kind.PRODUCT:
        return argument
    try:
        named = await _with_offer(products, argument)
        return replace(named, others=tuple([await _with_offer(products, other) for other in argument.others]))
    except (ApiError, TransportError) as error:
        if argument.readings[0].rule.lacks_shop:
            raise
        log.warning("offers_not_named", error=str(error)[:200])
        return argument


async def offers_called(products: Products, text: str) -> tuple[Product, ...]:
    """The offers that are called exactly so. Raises what the catalogue raises."""
    link = LINK.match(text)
    named = offer_of_payload(link["payload"]) if link else text
    offer_id = products.lists.offer_id(named) if named else None
    found = await products.catalog.named(offer_id) if offer_id else ()
    if found or link:
        return found
    page = await products.catalog.search(SearchRequest(text=text[:LONGEST_TEXT], size=LOOKED_AT, by_offer=True))
    code, name = text.strip().casefold(), folded(text)
    return tuple(each for each in page.products if each.sku.strip().casefold() == code) or tuple(
        each for each in page.products if folded(each.name) == name
    )


async def _with_offer(products: Products, argument: Argument) -> Argument:
    first = argument.readings[0]
    called = await asyncio.gather(*(offers_called(products, reading.rule.value) for reading in argument.readings))
    for reading, offers in zip(argument.readings, called, strict=True):
        if len(offers) > 1:
            raise NoSuchOffer(reading, argument, offers, near=False)
        if offers:
            return replace(argument, readings=(replace(reading, rule=Rule(Kind.PRODUCT, offers[0].offer_id)),))
    if not first.rule.lacks_shop:
        return argument
    shortest = argument.readings[-1] if len(argument.readings) > 1 else first
    for reading in (first, shortest):
        page = await products.catalog.search(
            SearchRequest(text=reading.rule.value[:LONGEST_TEXT], size=LOOKED_AT, by_offer=True)
        )
        if page.products:
            raise NoSuchOffer(first, argument, page.products, near=True)
    raise NoSuchOffer(shortest if _is_code(shortest.rule.value) else first, argument, (), near=True)


def _is_code(text: str) -> bool:
    return any(character.isdigit() for character in text)
