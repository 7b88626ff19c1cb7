"""Recommendations, and what people think of them, as they are written down."""

from bot.core.request_log import RequestLog
from bot.core.update_context import UpdateContext
from bot.features.recommendations.recommender import RecommendedItem
from pipeline.contracts.messages import Product, RequestKind


def log_similar(request_log: RequestLog, context: UpdateContext, offer_id: str, products: tuple[Product, ...]) -> None:
    """Products like one that was asked for."""
    request_log.add(
        context,
        RequestKind.SIMILAR,
        outcome="found" if products else "nothing",
        total=len(products),
        hits=tuple(product.offer_id for product in products),
        offer_id=offer_id,
    )


def log_recommended(
    request_log: RequestLog, context: UpdateContext, items: tuple[RecommendedItem, ...], latency_ms: float
) -> None:
    """Recommendations that were shown."""
    request_log.add(
        context,
        RequestKind.RECOMMEND,
        outcome="found" if items else "nothing",
        total=len(items),
        hits=tuple(item.product.offer_id for item in items),
        latency_ms=round(latency_ms, 2),
    )


def log_feedback(
    request_log: RequestLog, context: UpdateContext, offer_id: str, kind: RequestKind, *, position: int | None
) -> None:
    """What a person thinks of the recommended product at this place, from 0; without one, from what is hidden."""
    request_log.add(context, kind, outcome="found", offer_id=offer_id, position=position, source="recommend")
