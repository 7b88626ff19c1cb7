"""What the bot would recommend to somebody, in a terminal."""

import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from elastic_transport import TransportError
from elasticsearch import ApiError
from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.table import Table

from bot.core.pseudonyms import Pseudonyms
from bot.features.recommendations.models import PREFERENCES
from bot.features.recommendations.published import KafkaPublished
from bot.features.recommendations.recommender import RecommendedItem, Recommender
from bot.features.recommendations.replies import reason_words
from bot.features.recommendations.store import PreferenceStore
from bot.products.price_text import price_text
from bot.products.visibility import VisibilityPolicy
from bot.state.chat_state import open_stores
from bot.state.disk.files import StateFiles, open_files
from bot.terminal.search import IDENTITY
from bot.ui.locale import Language, texts
from bot.ui.text import clean
from ops import elasticsearch
from ops.errors import StartupError
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.catalog.catalog import Catalog
from pipeline.contracts.messages import Ban, Reason, now
from pipeline.contracts.topics import BANS
from pipeline.kafka.live_view import LiveView

PSEUDONYM = re.compile(r"[0-9a-f]{64}")


class RecommendedLine(BaseModel):
    """One recommendation for a program."""

    model_config = ConfigDict(frozen=True)

    offer_id: str
    name: str
    price: float
    currency: str
    price_words: str
    reason: Reason
    because: str
    words: str


@dataclass(frozen=True, slots=True)
class RecommendedInTerminal:
    """The recommended items, and the words for them."""

    items: tuple[RecommendedItem, ...]
    language: Language

    def lines(self) -> tuple[RecommendedLine, ...]:
        words = texts(self.language)
        return tuple(
            RecommendedLine(
                offer_id=item.product.offer_id,
                name=item.product.name,
                price=item.product.price.amount,
                currency=item.product.price.currency,
                price_words=price_text(item.product.price, words),
                reason=item.reason,
                because=item.because,
                words=reason_words(item, words),
            )
            for item in self.items
        )


async def recommend(settings: Settings, user: str, language: Language, size: int) -> RecommendedInTerminal:
    """What the bot would show to this Telegram id or pseudonym now; nothing is recorded. Raises StartupError."""
    pseudonyms = Pseudonyms.from_file(settings.credentials / "bot" / "user-hash.key")
    pseudonym = user if PSEUDONYM.fullmatch(user) else pseudonyms.of(user)
    kafka = Kafka(settings, IDENTITY)
    async with (
        _files(settings, kafka) as files,
        kafka.producer() as producer,
        LiveView(kafka, BANS, Ban) as bans,
        open_stores(files, producer, (PREFERENCES,)) as stores,
        KafkaPublished(files, producer).followed(None) as published,
    ):
        client = elasticsearch.client(settings, IDENTITY)
        preferences = PreferenceStore(stores.buffered(PREFERENCES), now)
        catalog = Catalog(client, settings.search.alias, currency=settings.market.currency)
        try:
            recommender = Recommender(published, preferences, catalog, VisibilityPolicy(bans, now))
            items = await recommender.items(pseudonym, size)
        except (ApiError, TransportError) as error:
            raise StartupError(
                f"Elasticsearch at {settings.elasticsearch.url} (YARMARKA_ELASTICSEARCH__URL) does not answer: "
                f"{str(error)[:200]}; `python -m ops doctor` looks for the cause."
            ) from None
        finally:
            await client.close()
    return RecommendedInTerminal(items, language)


@contextlib.asynccontextmanager
async def _files(settings: Settings, kafka: Kafka) -> AsyncIterator[StateFiles]:
    """The files of commands: the first that is given takes a while, the next one goes on from there."""
    with open_files(kafka, settings.stack_dir / "cli") as files:
        yield files


def show(answer: RecommendedInTerminal, console: Console) -> None:
    """The items as a table, each with its reason."""
    words = texts(answer.language)
    if not answer.items:
        console.print(words.plain("There is nothing to recommend now: nothing is in stock."))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("#", justify="right")
    for title in (words.plain("Product"), words.plain("Price"), words.plain("Why"), "id"):
        table.add_column(title, justify="right" if title == words.plain("Price") else "left", overflow="fold")
    for place, line in enumerate(answer.lines(), start=1):
        table.add_row(str(place), clean(line.name), line.price_words, line.words, line.offer_id)
    console.print(table)
