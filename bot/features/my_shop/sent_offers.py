"""What a shop sent: refused products are not in the index, so the topic of products is read."""

import asyncio
from collections.abc import AsyncIterator

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from bot.features.my_shop.stock import StockTaking
from ops.errors import ServerAway, StartupError
from ops.kafka import Kafka
from ops.logs import get_logger
from pipeline.contracts.messages import OFFER_DIVIDER
from pipeline.contracts.topics import PRODUCTS
from pipeline.kafka.read_to_end import Record, partitions_of, read_to_end

log = get_logger(__name__)
WITHIN_S = 15.0
"""A long topic takes its time; a Kafka that says nothing for `QUIET_S` is away."""
QUIET_S = 2.0
AT_ONCE = 1_000


class KafkaSentOffers:
    """Reads the topic from end to end; only the shop's own records are taken apart."""

    def __init__(self, kafka: Kafka) -> None:
        self._kafka = kafka

    async def count(self, store_id: str, taking: StockTaking) -> bool:
        """See `SentOffers`."""
        mine = f"{store_id}{OFFER_DIVIDER}".encode()
        try:
            async with asyncio.timeout(WITHIN_S), self._kafka.consumer(max_poll_records=AT_ONCE) as consumer:
                async for records in self._read(consumer):
                    own = [
                        (one.key.decode("utf-8", "replace"), one.value)
                        for one in records
                        if one.key is not None and one.key.startswith(mine)
                    ]
                    if own:
                        await asyncio.to_thread(taking.take, own)
        except (KafkaError, ServerAway, StartupError, TimeoutError) as error:
            log.warning("shop_not_counted", shop=store_id, error=f"{type(error).__name__}: {error}"[:200])
            return False
        return True

    async def _read(self, consumer: AIOKafkaConsumer) -> AsyncIterator[list[Record]]:
        async with asyncio.timeout(QUIET_S) as patience:
            partitions = await partitions_of(self._kafka, consumer, PRODUCTS.name)
            async for records in read_to_end(consumer, partitions, at_once=AT_ONCE):
                patience.reschedule(None)
                yield records
                patience.reschedule(asyncio.get_running_loop().time() + QUIET_S)
