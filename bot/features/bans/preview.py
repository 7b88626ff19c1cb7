"""What a rule would stop, before anybody confirms it."""

import asyncio
from dataclasses import dataclass

from elastic_transport import TransportError
from elasticsearch import ApiError

from bot.features.bans.naming import SellerTitles
from bot.products.catalog import Catalog
from ops.logs import get_logger
from pipeline.bans import Kind, Rule
from pipeline.catalog.unlike import unlike_first
from pipeline.contracts.messages import Product

log = get_logger(__name__)
EXAMPLES = 10
CHOSEN_FROM = 60
SHOPS_NAMED = 3


@dataclass(frozen=True, slots=True)
class Preview:
    """Products in the index that the rule hits (None: it cannot be told), some of them, and their shops."""

    hits: int | None = None
    examples: tuple[Product, ...] = ()
    shops: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Previews:
    """Looks a rule's products up, and what their shops are called."""

    catalog: Catalog
    titles: SellerTitles

    async def of(self, rule: Rule) -> Preview:
        """Never raises what the index raises, for a missing preview must not stop a ban."""
        try:
            hits, examples, shops = await asyncio.gather(
                self.catalog.count(rule), self._examples(rule), self.catalog.shops(rule)
            )
            await self.titles.look([store_id for store_id, _ in shops[:SHOPS_NAMED]])
        except (ApiError, TransportError) as error:
            log.warning("no_preview", rule=rule.id, error=str(error)[:200])
            return Preview()
        return Preview(hits, examples, tuple((self.titles.shown(store_id), count) for store_id, count in shops))

    async def _examples(self, rule: Rule) -> tuple[Product, ...]:
        if rule.kind is not Kind.KEYWORD:
            return await self.catalog.sample(rule, EXAMPLES)
        # A word may stand where nobody thought of: what is most unlike the rest shows it.
        return unlike_first(await self.catalog.sample(rule, CHOSEN_FROM))[:EXAMPLES]
