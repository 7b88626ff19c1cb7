"""The last hour of a query, from Prometheus: https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp
import orjson
from pydantic import BaseModel, Field, ValidationError

HOUR = timedelta(hours=1)
STEP_S = 30
# Less than the five seconds in which a person hears that it does not answer.
PATIENCE_S = 4.0
LARGEST_BYTES = 4 << 20
MOST_SERIES = 6
STARTED = "process_start_time_seconds"
NAME_LIMIT = 60


class NoHistoryError(Exception):
    """Prometheus gives no answer; the text says why, for the log."""


@dataclass(frozen=True, slots=True)
class Series:
    """A line: what tells it from the others, and its points, seconds before the end and values."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class History:
    """The lines up to a moment; `left_out` more were not asked for by their labels or are too many."""

    end: datetime
    series: tuple[Series, ...] = field(default=())
    left_out: int = 0


class _Line(BaseModel):
    metric: dict[str, str] = Field(default_factory=dict)
    values: list[tuple[float, str]] = Field(default_factory=list)
    value: tuple[float, str] | None = None


class _Data(BaseModel):
    result: list[_Line]


class _Answer(BaseModel):
    data: _Data


class Prometheus:
    """Every method raises NoHistoryError when there is no good answer within four seconds."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    async def last_hour(self, query: str, labels: Mapping[str, str], end: datetime) -> History:
        """The lines of the alert with these labels; all of them when none is told by its labels."""
        values = {
            "query": query,
            "start": f"{(end - HOUR).timestamp():.0f}",
            "end": f"{end.timestamp():.0f}",
            "step": str(STEP_S),
        }
        lines = [
            Series({name: value for name, value in line.metric.items() if name != "__name__"}, _points(line, end))
            for line in await self._ask("query_range", values)
        ]
        lines = [line for line in lines if line.points]
        own = [line for line in lines if line.labels.items() <= labels.items()]
        shown = (own or lines)[:MOST_SERIES]
        return History(end, tuple(shown), len(own or lines) - len(shown))

    async def started(self, since: datetime) -> dict[str, datetime]:
        """Which services were started since then, by their names."""
        lines = await self._ask("query", {"query": f"{STARTED} > {since.timestamp():.0f}"})
        found: dict[str, datetime] = {}
        for line in lines[:200]:
            name = line.metric.get("service") or line.metric.get("job") or line.metric.get("instance", "")
            at = float(line.value[1]) if line.value is not None else 0.0
            if name and math.isfinite(at) and at > 0:
                found[name[:NAME_LIMIT]] = datetime.fromtimestamp(min(at, 32e9), UTC)
        return found

    async def _ask(self, method: str, values: Mapping[str, str]) -> list[_Line]:
        if not self._url:
            raise NoHistoryError("YARMARKA_BOT__PROMETHEUS_URL is not set")
        patience = aiohttp.ClientTimeout(total=PATIENCE_S)
        try:
            async with (
                aiohttp.ClientSession(timeout=patience) as session,
                session.post(f"{self._url}/api/v1/{method}", data=values) as answer,
            ):
                payload = await answer.content.read(LARGEST_BYTES + 1)
                while len(payload) <= LARGEST_BYTES and (more := await answer.content.read(LARGEST_BYTES)):
                    payload += more
            if answer.status != 200:
                raise NoHistoryError(f"{answer.status}: {payload[:200].decode(errors='replace')}")
            if len(payload) > LARGEST_BYTES:
                raise NoHistoryError(f"the answer is larger than {LARGEST_BYTES} bytes")
            return _Answer.model_validate(orjson.loads(payload)).data.result
        except (aiohttp.ClientError, TimeoutError, OSError, orjson.JSONDecodeError, ValidationError) as error:
            raise NoHistoryError(f"{type(error).__name__}: {str(error)[:200]}") from None


def _points(line: _Line, end: datetime) -> tuple[tuple[float, float], ...]:
    found = ((at - end.timestamp(), _number(text)) for at, text in line.values)
    return tuple((at, value) for at, value in found if math.isfinite(value) and math.isfinite(at))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
