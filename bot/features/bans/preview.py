"""What a rule would stop, before anybody confirms it."""

import asyncio
from dataclasses import dataclass

from elastic_transport import TransportError
from elasticsearch import ApiError

from bot.products.catalog import Catalog
from ops.logs import get_logger
from pipeline.bans import Kind, Rule
from pipeline.catalog.unlike import unlike_first
from pipeline.contracts.messages import Product

log = get_logger(__name__)
EXAMPLES = 10
CHOSEN_FROM = 60


@dataclass(frozen=True, slots=True)
class Preview:
    """Products in the index that the rule hits (None: it cannot be told), some of them, and their shops."""

    hits: int | None = None
    examples: tuple[Product, ...] = ()
    shops: tuple[tuple[str, int], ...] = ()


async def preview(catalog: Catalog, rule: Rule) -> Preview:
    """Look it up; never raises what the index raises, for a missing preview must not stop a ban."""
    try:
        hits, examples, shops = await asyncio.gather(catalog.count(rule), _examples(catalog, rule), catalog.shops(rule))
    except (ApiError, TransportError) as error:
        log.warning("no_preview", rule=rule.id, error=str(error)[:200])
        return Preview()
    return Preview(hits, examples, shops)


async def _examples(catalog: Catalog, rule: Rule) -> tuple[Product, ...]:
    if rule.kind is not Kind.KEYWORD:
        return await catalog.sample(rule, EXAMPLES)
    # A word may stand where nobody thought of: what is most unlike the rest shows it.
    return unlike_first(await catalog.sample(rule, CHOSEN_FROM))[:EXAMPLES]
