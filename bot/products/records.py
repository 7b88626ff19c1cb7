"""Product cards as they are written down."""

from bot.core.request_log import RequestLog
from bot.core.update_context import UpdateContext
from pipeline.contracts.messages import RequestKind


def log_view(
    request_log: RequestLog, context: UpdateContext, offer_id: str, *, shown: bool, source: str, position: int | None
) -> None:
    """A product's card was asked for, and shown if it may be; `position` is its place in the list, from 0."""
    request_log.add(
        context,
        RequestKind.VIEW,
        outcome="found" if shown else "refused",
        total=int(shown),
        hits=(offer_id,) if shown else (),
        offer_id=offer_id,
        position=position,
        source=source,
    )
