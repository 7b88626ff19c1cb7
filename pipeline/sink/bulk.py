"""One bulk request after another until the server has taken, or finally refused, every write."""

import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from elasticsearch import ApiError, AsyncElasticsearch, TransportError

from ops import logs, metrics
from pipeline.sink.operation import Operation
from pipeline.sink.size import BulkSize

log = logs.get_logger(__name__)

# Without this, a write to an alias that was removed would create an index of that name.
TO_ALIAS = {"require_alias": "true"}
PARAMS = {
    "filter_path": "errors,items.*._index,items.*.status,items.*.error.type,items.*.error.reason",
}
HEADERS = {"content-type": "application/x-ndjson", "accept": "application/json"}
LONGEST_WAIT_S = 5.0
BYTES_LIMIT = 8 << 20
CONFLICT, NOT_FOUND, TOO_LARGE, BAD_REQUEST = 409, 404, 413, 400
NO_ALIAS = "index_not_found_exception"
NO_WRITE_INDEX = "no write index is defined"


class IndexGone(Exception):
    """The alias that was written to is no longer there."""


class Readiness(Protocol):
    """Told whether the server takes our writes."""

    def __call__(self, holds: bool, /) -> None: ...


class Count(Protocol):
    """Told what came of every write."""

    def __call__(self, operation: Operation, outcome: str, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Rejected:
    """A document that the server will never take."""

    operation: Operation
    reason: str


@dataclass(slots=True)
class BulkOutcome:
    """What came of a batch: the indices that its writes went to, and the documents refused for good."""

    indices: set[str] = field(default_factory=set)
    rejected: list[Rejected] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Bulk:
    """Writes to one alias, or without one to the indices that the writes name.

    Never gives up on a server that is busy or away: it waits, and tries again.
    """

    client: AsyncElasticsearch
    size: BulkSize
    ready: Readiness
    count: Count
    alias: str | None = None

    async def write(self, operations: Sequence[Operation]) -> BulkOutcome:
        """When it returns, every write is durable in the index, was overtaken by a newer one, or is in `rejected`.

        A version conflict means that the index knows this offset or a later one: success. Raises IndexGone.
        """
        written = BulkOutcome()
        for part in parts(operations, BYTES_LIMIT):
            await self._write(part, written)
        return written

    async def _write(self, operations: Sequence[Operation], written: BulkOutcome) -> None:
        waiting: Sequence[Operation] = operations
        attempt = 0
        while waiting:
            started = time.monotonic()
            try:
                left, reason = await self._once(waiting, written)
            except (ApiError, TransportError) as error:
                if isinstance(error, ApiError) and error.status_code in {BAD_REQUEST, TOO_LARGE}:
                    await self._halve(waiting, error, written)
                    return
                left, reason = list(waiting), fault(error)
            seconds = time.monotonic() - started
            metrics.INDEX_BULK.observe(seconds)
            if not left:
                self.size.answered(len(waiting), seconds)
                metrics.INDEX_BULK_SIZE.set(self.size.value)
                self.ready(True)
                return
            await self._wait(attempt, len(left), reason)
            attempt += 1
            waiting = left

    async def _once(self, operations: Sequence[Operation], written: BulkOutcome) -> tuple[list[Operation], str]:
        """Send one request; the writes for which there was no room, and why."""
        answer = await self.client.options(max_retries=0).perform_request(
            "POST",
            f"/{self.alias}/_bulk" if self.alias else "/_bulk",
            params=PARAMS | TO_ALIAS if self.alias else PARAMS,
            headers=HEADERS,
            body=[one.lines for one in operations],
        )
        left: list[Operation] = []
        reason = ""
        for operation, item in zip(operations, answer["items"], strict=True):
            ((_, result),) = item.items()
            status = result["status"]
            if status < 300 or status == CONFLICT or (status == NOT_FOUND and "error" not in result):
                written.indices.add(result["_index"])
                self.count(operation, _outcome(operation, status))
                continue
            refusal = f"{result['error']['type']}: {result['error'].get('reason', '')}"
            if result["error"]["type"] == NO_ALIAS:
                raise IndexGone(refusal)
            if status in {BAD_REQUEST, TOO_LARGE} and NO_WRITE_INDEX not in refusal:
                written.rejected.append(Rejected(operation, refusal))
                self.count(operation, "rejected")
            else:
                left.append(operation)
                reason = f"{status} {refusal}"
        return left, reason

    async def _halve(self, operations: Sequence[Operation], error: ApiError, written: BulkOutcome) -> None:
        """The server refuses a request as a whole: find the document that is to blame."""
        if len(operations) == 1:
            written.rejected.append(Rejected(operations[0], fault(error)))
            self.count(operations[0], "rejected")
            return
        middle = len(operations) // 2
        await self._write(operations[:middle], written)
        await self._write(operations[middle:], written)

    async def _wait(self, attempt: int, documents: int, reason: str) -> None:
        self.size.pushed_back()
        self.ready(False)
        wait = min(0.1 * 2 ** min(attempt, 10), LONGEST_WAIT_S) * random.uniform(0.5, 1.0)  # noqa: S311 - to spread retries
        metrics.INDEX_RETRIES.labels(reason.split(" ", 1)[0].strip(":")).inc()
        log.warning("the index is not taking writes", reason=reason, documents=documents, again_in_s=round(wait, 2))
        await asyncio.sleep(wait)


def parts(operations: Sequence[Operation], limit: int) -> Iterator[Sequence[Operation]]:
    """The writes in their order, cut so that a request stays below `limit` bytes when its documents do."""
    start = size = 0
    for place, operation in enumerate(operations):
        if size and size + len(operation.lines) > limit:
            yield operations[start:place]
            start, size = place, 0
        size += len(operation.lines)
    if start < len(operations):
        yield operations[start:]


def _outcome(operation: Operation, status: int) -> str:
    if status == CONFLICT:
        return "overtaken"
    return "deleted" if operation.is_delete else "indexed"


def fault(error: ApiError | TransportError) -> str:
    """The fault in few words: the server's own, or the innermost of what kept us from reaching it."""
    if isinstance(error, ApiError):
        return f"{error.status_code} {error.error}"
    inner: Exception = error
    while isinstance(inner, TransportError) and inner.errors:
        inner = inner.errors[0]
    return f"{type(error).__name__}: {inner.message if isinstance(inner, TransportError) else inner}"
