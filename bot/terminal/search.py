"""The same answers in a terminal."""

import getpass
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from uuid import uuid4

from elastic_transport import TransportError
from elasticsearch import ApiError
from rich.console import Console
from rich.table import Table

from bot.core.pseudonyms import Pseudonyms
from bot.core.recording import kafka_sender
from bot.products.list_words import band_words, beyond_words, no_rate_words, rate_words
from bot.products.product_item import told_of
from bot.products.shop_titles import TITLES, shop_title
from bot.products.visibility import VisibilityPolicy
from bot.ui.locale import Language, Texts, texts
from bot.ui.money import MARKET
from ops import elasticsearch, metrics
from ops.errors import StartupError
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.catalog.catalog import Catalog
from pipeline.catalog.page import SearchPage
from pipeline.catalog.query import OtherCurrency, Query, QueryContext, understand
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.feeds import Shop
from pipeline.contracts.messages import Ban, ClientRequest, Product, RequestKind, encode, now
from pipeline.contracts.topics import BANS, CLIENT_REQUESTS, SHOPS
from pipeline.kafka.live_view import LiveView
from pipeline.meaning.model import encoder
from pipeline.shops.directory import ShopNames
from pipeline.text.words import is_cyrillic

IDENTITY = "cli"
_LATIN_WORD = re.compile(r"(?<![\w-])[a-z]{3,}(?![\w-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SearchedInTerminal:
    """A search in a terminal and its answer."""

    request: SearchRequest
    page: SearchPage
    latency_ms: float
    other: OtherCurrency | None = None


def understood(
    given: SearchRequest, context: QueryContext, *, keeps_order: bool = False
) -> tuple[SearchRequest, Query]:
    """What is asked for by the request's words, and by what was given beside them, which goes before them."""
    query = understand(given.text, context)
    said = query.request()
    update: dict[str, object] = {
        "text": said.text,
        "shops": said.shops,
        "sort": given.sort if keeps_order else said.sort,
    }
    if given.price_min is None is given.price_max:
        update |= {"price_min": said.price_min, "price_max": said.price_max}
    return given.model_copy(update=update), query


async def search(settings: Settings, given: SearchRequest, *, keeps_order: bool = False) -> SearchedInTerminal:
    """Search as the bot does, rules of bans and request log included.

    Its words are understood; `keeps_order`: whatever they say of an order.
    """
    kafka = Kafka(settings, IDENTITY)
    MARKET.code = settings.market.currency
    async with (
        kafka.producer() as producer,
        LiveView(kafka, BANS, Ban) as bans,
        LiveView(kafka, SHOPS, Shop) as shops,
    ):
        names = ShopNames.of(shop for _, shop in shops.items())
        TITLES.follow(names.shown)
        context = QueryContext(settings.market.currency, settings.market.rate_of(), lambda: names.by_name)
        request, query = understood(given, context, keeps_order=keeps_order)
        client = elasticsearch.client(settings, IDENTITY)
        try:
            begun = perf_counter()
            catalog = Catalog(
                client,
                settings.search.alias,
                currency=settings.market.currency,
                encoder=encoder(wanted=settings.search.meaning, most=1),
            )
            page = await catalog.search(request, VisibilityPolicy(bans, now).allows)
            asked = SearchedInTerminal(request, page, (perf_counter() - begun) * 1000, query.other)
        except (ApiError, TransportError) as error:
            raise StartupError(
                f"Elasticsearch at {settings.elasticsearch.url} (YARMARKA_ELASTICSEARCH__URL) does not answer: "
                f"{str(error)[:200]}; `python -m ops doctor` looks for the cause."
            ) from None
        finally:
            await client.close()
        metrics.SEARCHES.labels("terminal", page.kind).inc()
        record = _record(settings, asked)
        await kafka_sender(producer)([(CLIENT_REQUESTS.name, record.user, encode(record))])
    return asked


def show(asked: SearchedInTerminal, console: Console) -> None:
    """The answer as a table, with one line above it that says what it is an answer to."""
    page, words = asked.page, texts(asked.request.language)
    if page.kind == "corrected" and page.corrected:
        console.print(
            words.plain(
                "You wrote “{query}”, I looked for “{corrected}”.", query=asked.request.text, corrected=page.corrected
            )
        )
    band = (asked.request.price_min, asked.request.price_max)
    if band != (None, None):
        console.print(band_words(band, words), style="dim")
    if asked.other is not None:
        console.print(rate_words(asked.other.code, asked.other.rate, words), style="dim")
    if asked.request.shops:
        console.print(", ".join(map(shop_title, asked.request.shops)), style="dim")
    if page.beyond:
        console.print(beyond_words(band, page.beyond, words))
    elif page.kind == "nearest":
        console.print(words.plain("No exact match for “{query}”. Closest:", query=asked.request.text))
    if page.no_rate:
        console.print(no_rate_words(page.no_rate, words), style="dim")
    if not page.shown:
        console.print(words.plain("Nothing found for “{query}”.", query=asked.request.text))
        return
    first = asked.request.offset + 1
    if page.products:
        console.print(_table(page, page.products, first, words))
    if page.near:
        if page.products:
            console.print(words.plain("More like this:"), style="bold")
        console.print(_table(page, page.near, first + len(page.products), words))
    console.print(
        words.plain_n("{n} product", "{n} products", page.total) + f" · {asked.latency_ms:.0f} ms", style="dim"
    )


def _table(page: SearchPage, products: Sequence[Product], first: int, words: Texts) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("#", justify="right")
    for title in (words.plain("Product"), words.plain("Price"), words.plain("Stock"), words.plain("Shop"), "id"):
        table.add_column(title, justify="right" if title == words.plain("Price") else "left", overflow="fold")
    for place, product in enumerate(products, start=first):
        told = told_of(product, words, page.lines.get(product.offer_id))
        table.add_row(str(place), told.name, told.price, told.stock, told.shop, product.offer_id)
    return table


def _record(settings: Settings, asked: SearchedInTerminal) -> ClientRequest:
    key = Pseudonyms.from_file(settings.credentials / "bot" / "user-hash.key")
    filters = asked.request.model_dump(
        include={"category", "brands", "shops", "price_min", "price_max", "in_stock"}, exclude_defaults=True
    )
    return ClientRequest(
        request_id=uuid4().hex,
        user=key.of(f"terminal:{getpass.getuser()}"),
        kind=RequestKind.SEARCH,
        channel="terminal",
        language=asked.request.language,
        text=asked.request.text,
        filters={name: str(value) for name, value in filters.items()},
        sort=asked.request.sort,
        offset=asked.request.offset,
        outcome=asked.page.kind,
        total=asked.page.total,
        hits=tuple(product.offer_id for product in asked.page.shown),
        latency_ms=round(asked.latency_ms, 2),
    )


def default_language(text: str, otherwise: Language, locale: str | None = None) -> Language:
    """The text's language; an article such as sw-0901 has none, and an English word may be typed by anybody.

    So Latin letters leave it to the system's `locale` (that of the environment) if it is Russian, and what is no word
    to `otherwise`.
    """
    if is_cyrillic(text.lower()):
        return "ru"
    system = os.environ.get("LC_ALL") or os.environ.get("LANG", "") if locale is None else locale
    if system.startswith("ru"):
        return "ru"
    return "en" if _LATIN_WORD.search(text) else otherwise
