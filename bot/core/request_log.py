"""Requests as they are written down: by a pseudonym, and with an id that a repeat of the same update shares."""

from hashlib import blake2b
from typing import TypedDict, Unpack

from bot.core.update_context import UpdateContext
from bot.features.recommendations.recommender import RecommendedItem
from bot.features.search.replies import ResultList
from bot.services import Services
from pipeline.catalog.page import SearchPage
from pipeline.contracts.chat_state import ListState
from pipeline.contracts.messages import ClientRequest, Product, RequestKind


def search_record(services: Services, context: UpdateContext, shown: ResultList, latency_ms: float) -> ClientRequest:
    """A page of a result list."""
    return page_record(
        services, context, shown.state, shown.page, offset=shown.number * shown.size, latency_ms=latency_ms
    )


def page_record(
    services: Services, context: UpdateContext, state: ListState, page: SearchPage, *, offset: int, latency_ms: float
) -> ClientRequest:
    """What was asked and which products were shown."""
    return _request(
        services,
        context,
        RequestKind.SEARCH,
        text=state.text,
        filters=filters_of(state),
        sort=state.sort,
        offset=offset,
        outcome=page.kind,
        total=page.total,
        hits=tuple(product.product_id for product in page.products),
        latency_ms=round(latency_ms, 2),
    )


def view_record(
    services: Services, context: UpdateContext, product_id: str, *, shown: bool, source: str, position: int | None
) -> ClientRequest:
    """A product's card that was asked for."""
    return _request(
        services,
        context,
        RequestKind.VIEW,
        outcome="found" if shown else "refused",
        total=int(shown),
        hits=(product_id,) if shown else (),
        product_id=product_id,
        position=position,
        source=source,
    )


def similar_record(
    services: Services, context: UpdateContext, product_id: str, products: tuple[Product, ...]
) -> ClientRequest:
    """Products like one that was asked for."""
    return _request(
        services,
        context,
        RequestKind.SIMILAR,
        outcome="found" if products else "nothing",
        total=len(products),
        hits=tuple(product.product_id for product in products),
        product_id=product_id,
    )


def recommend_record(
    services: Services, context: UpdateContext, picks: tuple[RecommendedItem, ...], latency_ms: float
) -> ClientRequest:
    """Recommendations that were shown."""
    return _request(
        services,
        context,
        RequestKind.RECOMMEND,
        outcome="found" if picks else "nothing",
        total=len(picks),
        hits=tuple(pick.product.product_id for pick in picks),
        latency_ms=round(latency_ms, 2),
    )


def verdict_record(
    services: Services, context: UpdateContext, product_id: str, kind: RequestKind, *, position: int
) -> ClientRequest:
    """What a person thinks of a recommended product."""
    return _request(
        services,
        context,
        kind,
        outcome="found",
        product_id=product_id,
        position=position,
        source="recommend",
    )


def watch_record(
    services: Services, context: UpdateContext, *, product_id: str | None = None, search: ListState | None = None
) -> ClientRequest:
    """A product or a search that the person wants to be told about."""
    text, filters = (search.text, filters_of(search)) if search is not None else ("", {})
    return _request(
        services, context, RequestKind.WATCH, outcome="found", product_id=product_id, text=text, filters=filters
    )


class _Told(TypedDict, total=False):
    text: str
    filters: dict[str, str]
    sort: str
    offset: int
    outcome: str
    total: int
    hits: tuple[str, ...]
    product_id: str | None
    position: int | None
    source: str
    latency_ms: float


def _request(services: Services, context: UpdateContext, kind: RequestKind, **told: Unpack[_Told]) -> ClientRequest:
    """What every request says (who, what, when, where, in which language), and what only this one does."""
    return ClientRequest(
        request_id=request_id(context),
        user=context.pseudonym,
        kind=kind,
        at=services.clock(),
        channel=context.channel,
        language=context.texts.language,
        **told,
    )


def filters_of(state: ListState) -> dict[str, str]:
    """The filters that are set, by name."""
    chosen = state.model_dump(
        include={"category", "brand", "price_min", "price_max", "in_stock"}, exclude_defaults=True
    )
    return {name: str(value) for name, value in chosen.items()}


def request_id(context: UpdateContext) -> str:
    """32 hexadecimal digits, the same whenever the same update is handled again."""
    return blake2b(f"{context.pseudonym}:{context.key}".encode(), digest_size=16).hexdigest()
