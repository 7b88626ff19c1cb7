"""The same from Prometheus, for a deployment in which the services do not share a directory."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import aiohttp
import orjson
from pydantic import BaseModel, ValidationError

from bot.features.status.metrics_text import (
    BUILD,
    COMMIT,
    JOB_FAILED,
    JOB_FAILURE,
    JOB_SUCCESS,
    LAG,
    READY,
    Samples,
    jobs_of,
    service_of,
)
from bot.features.status.report import JobHealth, ServiceStatus, StatusReport

NAMES = (READY, LAG, COMMIT, BUILD, JOB_SUCCESS, JOB_FAILED, JOB_FAILURE)
# Less than the five seconds in which a person hears that it does not answer.
PATIENCE_S = 4.0


class PrometheusDownError(Exception):
    """Prometheus gives no answer; the text says why."""


class _Result(BaseModel):
    metric: dict[str, str]
    value: tuple[float, str]


class _Data(BaseModel):
    result: tuple[_Result, ...]


class _QueryAnswer(BaseModel):
    data: _Data


class Prometheus:
    """Asks the instant query API: https://prometheus.io/docs/prometheus/latest/querying/api/."""

    def __init__(self, url: str, clock: Callable[[], datetime]) -> None:
        self._url = url.rstrip("/")
        self._clock = clock

    async def look(self) -> StatusReport:
        """Everything as of the last scrape. Raises PrometheusDownError."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE_S)) as session:
            up, *rest = await asyncio.gather(*(self._query(session, name) for name in ("up", *NAMES)))
        by_service: dict[str, Samples] = {}
        for name, rows in zip(NAMES, rest, strict=True):
            for labels, value in rows:
                by_service.setdefault(labels.get("service", ""), {}).setdefault(name, []).append((labels, value))
        services: dict[str, ServiceStatus] = {}
        jobs: list[JobHealth] = []
        for labels, value in up:
            name = labels.get("service", labels.get("instance", "?"))
            samples = by_service.get(name, {})
            services[name] = service_of(name, samples) if value else ServiceStatus(name, good=False, codes=("silent",))
            jobs += jobs_of(samples)
        return StatusReport(self._clock(), tuple(services[name] for name in sorted(services)), tuple(jobs))

    async def values(self, query: str) -> list[float]:
        """The values of an instant query, without their labels. Raises PrometheusDownError."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE_S)) as session:
            return [value for _, value in await self._query(session, query)]

    async def _query(self, session: aiohttp.ClientSession, query: str) -> list[tuple[dict[str, str], float]]:
        try:
            async with session.get(f"{self._url}/api/v1/query", params={"query": query}) as answer:
                payload = _QueryAnswer.model_validate(orjson.loads(await answer.read()))
        except (aiohttp.ClientError, TimeoutError, orjson.JSONDecodeError, ValidationError) as error:
            raise PrometheusDownError(f"{type(error).__name__}: {error}") from None
        return [(row.metric, float(row.value[1])) for row in payload.data.result]
