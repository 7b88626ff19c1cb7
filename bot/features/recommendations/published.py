"""The lists of the topic `recommendations`, which the job publishes: by person, and by product."""

from typing import Protocol

from bot.ui.locale import Html, Texts
from pipeline.contracts.messages import HEADERS, Recommendations
from pipeline.contracts.topics import RECOMMENDATIONS
from pipeline.kafka.confirming_producer import ConfirmingProducer
from pipeline.kafka.live_view import LiveView


class Published(Protocol):
    """Lists by pseudonym, by `item:<offer_id>`, and the one named `popular`."""

    def get(self, key: str) -> Recommendations | None: ...

    async def drop(self, key: str) -> None:
        """Delete a list; durable when it returns. Raises KafkaError."""


class KafkaPublished:
    """`Published` over a live view of the topic."""

    def __init__(self, view: LiveView[Recommendations], producer: ConfirmingProducer) -> None:
        self._view = view
        self._producer = producer

    def get(self, key: str) -> Recommendations | None:
        return self._view.get(key)

    async def drop(self, key: str) -> None:
        if self._view.get(key) is not None:
            await self._producer.send_and_wait(RECOMMENDATIONS.name, None, key=key.encode(), headers=HEADERS)


class RecommendedToPerson:
    """What was published for one person, as `/privacy` counts it and "forget me" deletes it."""

    def __init__(self, published: Published) -> None:
        self._published = published

    async def count(self, person: str) -> int | None:
        found = self._published.get(person)
        return len(found.items) if found is not None else 0

    def words(self, count: int | None, texts: Texts) -> Html:
        return texts.html_n("• {n} product recommended to you", "• {n} products recommended to you", count or 0)

    async def forget(self, person: str) -> None:
        await self._published.drop(person)
