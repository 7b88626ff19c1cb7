"""Vectors for the documents that have none yet, beside the indexer: an offer is found by words at once, by meaning
soon after.

What lacks a vector is asked of the index itself, so nothing else is to be remembered, and a new index is filled as any
other. A document is written again at the version that was read (`external_gte`): what came meanwhile, an update or a
delete, is newer and wins. Between reading and writing lie seconds; a delete is remembered for 15 minutes.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

import orjson
from elasticsearch import ApiError, TransportError

from ops import logs, metrics
from pipeline.catalog.indexer.alias import Indices
from pipeline.catalog.mapping import MEANING, document, document_id, meaning_text, with_meaning
from pipeline.catalog.request_body import some
from pipeline.catalog.response_parsing import indexed
from pipeline.contracts.messages import Product
from pipeline.meaning.model import Encoder
from pipeline.sink.bulk import HEADERS, TO_ALIAS

log = logs.get_logger(__name__)

_READ = 256
# At a time, so that the indexer's own thread waits for no longer than some 30 ms.
_ENCODED = 8
_LOOK_EVERY_S = 1.0
_RETRY_S = 5.0
_CONFLICT = 409


@dataclass(slots=True)
class Pace:
    """How much of a core the vectors may take: a fifth while the indexer has work, nearly all of it otherwise."""

    busy_until: float = field(default=0.0)

    def indexed(self, records: int) -> None:
        """Told after every step of the indexer."""
        if records:
            self.busy_until = time.monotonic() + 1.0

    def rest_after(self, seconds: float) -> float:
        """How long to wait after so much work."""
        return seconds * (4.0 if time.monotonic() < self.busy_until else 0.1)


async def fill(indices: Indices, encoder: Encoder, pace: Pace) -> None:
    """Give vectors to documents without, for as long as it is not cancelled. A server that is away is waited for."""
    wait = _LOOK_EVERY_S
    while True:
        await asyncio.sleep(wait)
        wait = _LOOK_EVERY_S
        try:
            while await fill_some(indices, encoder, pace):
                pass
        except (ApiError, TransportError) as error:
            wait = _RETRY_S
            log.warning("no vectors are written", reason=str(error)[:200], again_in_s=wait)


async def fill_some(indices: Indices, encoder: Encoder, pace: Pace) -> int:
    """Give vectors to up to 256 documents that have none; how many were written. Raises ApiError, TransportError."""
    asked = some({"bool": {"must_not": [{"exists": {"field": MEANING}}]}}, _READ)
    found = indexed((await indices.client.search(index=indices.alias, body=asked)).body)
    offers = list(found.values())
    lines: list[bytes] = []
    for start in range(0, len(offers), _ENCODED):
        began = time.monotonic()
        lines += await asyncio.to_thread(_lines, offers[start : start + _ENCODED], encoder, indices.currency)
        await asyncio.sleep(pace.rest_after(time.monotonic() - began))
    if not lines:
        return 0
    written = await _write(indices, lines)
    metrics.MEANINGS.inc(written)
    # What has a vector now must not be found as without one again.
    await indices.client.indices.refresh(index=indices.alias)
    return written


def _lines(offers: Sequence[tuple[Product, int]], encoder: Encoder, currency: str) -> list[bytes]:
    vectors = encoder.vectors([meaning_text(product) for product, _ in offers])
    lines: list[bytes] = []
    for (product, version), vector in zip(offers, vectors, strict=True):
        where = {"_id": document_id(product.offer_id), "version": version, "version_type": "external_gte"}
        lines += (orjson.dumps({"index": where}), orjson.dumps(with_meaning(document(product, currency), vector)))
    return lines


async def _write(indices: Indices, lines: Sequence[bytes]) -> int:
    answer = await indices.client.perform_request(
        "POST", f"/{indices.alias}/_bulk", params=TO_ALIAS, headers=HEADERS, body=list(lines)
    )
    results = [result for item in answer.body["items"] for result in item.values()]
    faults = [result for result in results if "error" in result and result["status"] != _CONFLICT]
    if faults:
        log.warning("vectors refused", number=len(faults), reason=_reason(faults[0]))
    return sum("error" not in result for result in results)


def _reason(result: Mapping[str, Mapping[str, str]]) -> str:
    return f"{result['error']['type']}: {result['error'].get('reason', '')}"[:200]


@contextlib.asynccontextmanager
async def filling(indices: Indices, encoder: Encoder | None, pace: Pace) -> AsyncIterator[None]:
    """`fill` as long as the body runs; nothing of it without an encoder."""
    if encoder is None:
        yield
        return
    task = asyncio.create_task(fill(indices, encoder, pace), name="meanings")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
