"""What people ask for, as it is written down: by a pseudonym, with an id that a repeat of the same update shares."""

from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from typing import Protocol, TypedDict, Unpack

from bot.core.update_context import UpdateContext
from pipeline.contracts.messages import AuditEntry, ClientRequest, RequestKind


class Recording(Protocol):
    """Where requests and refusals are written down; neither call waits or raises."""

    def request(self, request: ClientRequest) -> None: ...

    def audit(self, entry: AuditEntry) -> None: ...


class Asked(TypedDict, total=False):
    """What only some kinds of request say."""

    text: str
    filters: dict[str, str]
    sort: str
    offset: int
    outcome: str
    total: int
    hits: tuple[str, ...]
    offer_id: str | None
    position: int | None
    source: str
    latency_ms: float


class RequestLog:
    """Writes requests down, and tells those who learn from them."""

    def __init__(self, records: Recording, clock: Callable[[], datetime]) -> None:
        self._records = records
        self._clock = clock
        self._listeners: list[Callable[[ClientRequest], None]] = []

    def subscribe(self, listener: Callable[[ClientRequest], None]) -> None:
        """Call `listener` with each request; it must not wait and not raise."""
        self._listeners.append(listener)

    def add(self, context: UpdateContext, kind: RequestKind, **asked: Unpack[Asked]) -> None:
        """Write down who asked, what, when, where, in which language; it survives a kill. Never waits or raises."""
        request = ClientRequest(
            request_id=request_id(context),
            user=context.pseudonym,
            kind=kind,
            at=self._clock(),
            channel=context.channel,
            language=context.texts.language,
            **asked,
        )
        self._records.request(request)
        for listener in self._listeners:
            listener(request)

    def refused(self, entry: AuditEntry) -> None:
        """Write down that somebody was refused something; costs them and us nothing."""
        self._records.audit(entry)


def request_id(context: UpdateContext) -> str:
    """32 hexadecimal digits, the same whenever the same update is handled again."""
    return blake2b(f"{context.pseudonym}:{context.key}".encode(), digest_size=16).hexdigest()
