"""What shops sent, and who found their products, as a test has it."""

from dataclasses import replace

from elastic_transport import ConnectionError as ElasticsearchAway

from bot.features.my_shop.figures import Week
from bot.features.my_shop.stock import StockTaking
from bot.ui.span import Span
from pipeline.contracts.messages import Product, encode
from tests.bot.world.away import AwayCatalog, MemoryKafka


class MemorySentOffers:
    """What shops sent last, by the offer's id, as long as `kafka` is there."""

    def __init__(self, kafka: MemoryKafka) -> None:
        self._kafka = kafka
        self.sent: dict[str, Product] = {}
        self.counted = 0

    def put(self, *products: Product) -> None:
        self.sent |= {product.offer_id: product for product in products}

    async def count(self, store_id: str, taking: StockTaking) -> bool:
        if self._kafka.fault:
            return False
        self.counted += 1
        mine = {key: encode(one) for key, one in self.sent.items() if one.store_id == store_id}
        taking.take(mine.items())
        return True


class MemoryActivity:
    """The weeks of shops, as long as Elasticsearch answers; the client gives one up that never does."""

    def __init__(self, elasticsearch: AwayCatalog) -> None:
        self._elasticsearch = elasticsearch
        self.weeks: dict[str, Week] = {}

    async def week(self, store_id: str, span: Span) -> Week:
        if self._elasticsearch.fault:
            raise ElasticsearchAway("refused")
        known = self.weeks.get(store_id)
        return replace(known, span=span) if known is not None else Week(span)
