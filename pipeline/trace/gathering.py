"""Asking each server in its own time: one that is away is a fact that is missing, and never holds up the others."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from aiokafka.errors import KafkaError
from elastic_transport import TransportError
from elasticsearch import ApiError, NotFoundError

from ops.errors import StartupError
from ops.logs import get_logger
from pipeline.bans import Rules, decide
from pipeline.contracts.messages import Ban, Product
from pipeline.trace.facts import Facts, Indexed, Logs, newest_product

log = get_logger(__name__)
HINT_S = 0.5
"""So long the topics wait for what the index knows of the offer: then most of them need not be read."""
ANSWER_S = 3.0
"""So long a server may be silent."""
AFTERWARDS_S = 0.8
"""So long what is asked when the topics were read."""
CLOSING_S = 0.5
"""So much longer than the reading may take, Kafka may be silent."""
Told = Callable[[float], None]


class Index(Protocol):
    """The part of the catalogue that knows what is indexed, and from where."""

    async def indexed(self, offer_ids: Iterable[str]) -> Mapping[str, tuple[Product, int]]: ...


class ReadableLogs(Protocol):
    """What is asked of the topics; `pipeline.trace.offer_logs.OfferLogs` is one."""

    async def look(self, offer_id: str, indexed: int | None, within_s: float, told: Told = ...) -> Logs: ...

    async def with_run(self, logs: Logs, offer_id: str) -> Logs: ...


class InForce(Protocol):
    """The rules at this moment."""

    def rules(self) -> Rules: ...

    def ban(self, rule_id: str) -> Ban | None: ...


async def gather(
    offer_id: str,
    logs: ReadableLogs,
    index: Index,
    in_force: InForce,
    *,
    clock: Callable[[], datetime],
    lake_at: datetime | None = None,
    reading_s: float = ANSWER_S,
    told: Told = lambda _: None,
) -> Facts:
    """All that is known of the offer, in `reading_s` and some two seconds more; it raises for no server's fault."""
    asked = asyncio.ensure_future(_indexed(index, offer_id, ANSWER_S))
    try:
        await asyncio.wait((asked,), timeout=HINT_S)
        first = asked.result() if asked.done() else None
        found = await _read(logs, offer_id, first.offset if first is not None else None, reading_s, told)
        if first is None:
            found, indexed = await _run(logs, found, offer_id), await asked
        else:
            # Asked again, so that what was let through meanwhile is not taken for what waits.
            found, again = await asyncio.gather(_run(logs, found, offer_id), _indexed(index, offer_id, AFTERWARDS_S))
            indexed = again or first
    finally:
        asked.cancel()
    at = clock()
    product = newest_product(found, indexed)
    rule = decide(product, in_force.rules(), at).rule if product is not None else None
    ban = None if rule is None else in_force.ban(rule.id) or Ban(rule=rule.id, at=at)
    return Facts(offer_id, at, found, indexed, ban, lake_at)


async def _read(logs: ReadableLogs, offer_id: str, hint: int | None, reading_s: float, told: Told) -> Logs | None:
    try:
        async with asyncio.timeout(reading_s + CLOSING_S):
            return await logs.look(offer_id, hint, reading_s - CLOSING_S, told)
    except (KafkaError, StartupError, TimeoutError) as error:
        log.warning("topics_not_read", error=f"{type(error).__name__}: {error}"[:200])
        return None


async def _run(logs: ReadableLogs, found: Logs | None, offer_id: str) -> Logs | None:
    """The same with its run, which is a courtesy."""
    if found is None:
        return None
    try:
        async with asyncio.timeout(AFTERWARDS_S):
            return await logs.with_run(found, offer_id)
    except (KafkaError, StartupError, TimeoutError) as error:
        log.warning("run_not_read", error=f"{type(error).__name__}: {error}"[:200])
        return found


async def _indexed(index: Index, offer_id: str, within_s: float) -> Indexed | None:
    try:
        async with asyncio.timeout(within_s):
            found = await index.indexed((offer_id,))
    except NotFoundError:
        # The indexer has not begun: there is no index yet, and so nothing is in it.
        return Indexed()
    except (ApiError, TransportError, TimeoutError) as error:
        log.warning("index_not_asked", error=f"{type(error).__name__}: {error}"[:200])
        return None
    product, offset = found.get(offer_id, (None, None))
    return Indexed(offset, product)
