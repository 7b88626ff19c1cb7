"""Searches as they are written down."""

from bot.core.request_log import RequestLog
from bot.core.update_context import UpdateContext
from bot.features.search.replies import ResultList
from bot.products.list_state import ListState, filters_of
from pipeline.catalog.page import SearchPage
from pipeline.contracts.messages import RequestKind


def log_list(request_log: RequestLog, context: UpdateContext, shown: ResultList, latency_ms: float) -> None:
    """A page of a result list was shown."""
    offset = shown.number * shown.size
    log_page(request_log, context, shown.state, shown.page, offset=offset, latency_ms=latency_ms)


def log_page(
    request_log: RequestLog,
    context: UpdateContext,
    state: ListState,
    page: SearchPage,
    *,
    offset: int,
    latency_ms: float,
) -> None:
    """What was asked, and which products were shown from `offset` on."""
    request_log.add(
        context,
        RequestKind.SEARCH,
        text=state.text,
        filters=filters_of(state),
        sort=state.sort,
        offset=offset,
        outcome=page.kind,
        total=page.total,
        hits=tuple(product.offer_id for product in page.shown),
        latency_ms=round(latency_ms, 2),
    )
