"""What is on sale, for those who look for a rule: values to choose from, names of what was chosen, a real example."""

from dataclasses import dataclass

from elastic_transport import TransportError
from elasticsearch import ApiError

from bot.features.bans.choice_replies import Value, ban_kinds
from bot.features.bans.naming import SellerTitles, label_of
from bot.products.offers import Products
from bot.products.product_item import leaf
from bot.ui.locale import Texts
from bot.ui.reply import Reply
from ops.logs import get_logger
from pipeline.bans import Kind, Rule
from pipeline.catalog.request import SearchRequest

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Guide:
    """Looks it up in the index; only `values` raises what that raises."""

    products: Products
    titles: SellerTitles

    async def kinds(self, texts: Texts) -> Reply:
        """The kinds to choose from."""
        return ban_kinds(await self.example(), texts)

    async def example(self) -> str:
        """A category that is on sale, to be written in an example; empty when the index does not say."""
        try:
            values = await self.values(Kind.CATEGORY)
        except (ApiError, TransportError) as error:
            log.warning("no_example", error=str(error)[:200])
            return ""
        return leaf(values[0].value) if values else ""

    async def values(self, kind: Kind) -> tuple[Value, ...]:
        """The categories, brands or shops of what is on sale, the largest first."""
        if kind is Kind.SELLER:
            shops = await self.products.catalog.shops()
            await self.titles.look([store_id for store_id, _ in shops])
            return tuple(Value(store_id, self.titles.shown(store_id), count) for store_id, count in shops)
        request = self.products.visibility.narrowed(SearchRequest(text="", size=1, by_offer=True))
        page = await self.products.catalog.search(request, self.products.visibility.allows)
        if kind is Kind.CATEGORY:
            return tuple(Value(name, leaf(name), count) for name, count in page.facets.categories)
        return tuple(Value(name, name, count) for name, count in page.facets.brands)

    async def label(self, rule: Rule) -> str:
        """What people call that which the rule names; empty when nothing on sale tells."""
        try:
            if rule.kind is Kind.SELLER:
                await self.titles.look([rule.value])
                return self.titles.shown(rule.value)
            found = await self.products.catalog.sample(rule, 1)
        except (ApiError, TransportError) as error:
            log.warning("rule_not_named", rule=rule.id, error=str(error)[:200])
            return ""
        return label_of(rule, found[0]) if found else ""
