"""Watches as they are written down."""

from bot.core.request_log import RequestLog
from bot.core.update_context import UpdateContext
from bot.products.list_state import ListState, filters_of
from pipeline.contracts.messages import RequestKind


def log_watch(
    request_log: RequestLog, context: UpdateContext, *, offer_id: str | None = None, search: ListState | None = None
) -> None:
    """Write down a product or a search that the person wants to be told about."""
    text, filters = (search.text, filters_of(search)) if search is not None else ("", {})
    request_log.add(context, RequestKind.WATCH, outcome="found", offer_id=offer_id, text=text, filters=filters)
