"""How long products take into the index, by Prometheus."""

import math
from typing import Protocol

from bot.features.reports.figures import DelayFigures
from bot.ui.span import Span

BUCKETS = "yarmarka_indexer_delay_seconds_bucket"
COUNT = "yarmarka_indexer_delay_seconds_count"
SHARES = (0.5, 0.95, 0.99)


class Asking(Protocol):
    """The part of Prometheus that is needed here."""

    async def values(self, query: str) -> list[float]:
        """The values of an instant query. Raises PrometheusDownError."""


class Delay:
    """Asks Prometheus how long products took."""

    def __init__(self, prometheus: Asking) -> None:
        self._prometheus = prometheus

    async def figures(self, span: Span) -> DelayFigures | None:
        """The delay in the span; since the indexer's start when nothing came in it; None when nothing ever came.

        Raises PrometheusDownError.
        """
        within = f"increase({{}}[{span.hours}h])"
        return await self._figures(within) or await self._figures("{}", whole_life=True)

    async def _figures(self, taken: str, *, whole_life: bool = False) -> DelayFigures | None:
        count = await self._value(f"sum({taken.format(COUNT)})")
        if not count:
            return None
        counted = f"sum by (le) ({taken.format(BUCKETS)})"
        median, p95, p99 = [await self._value(f"histogram_quantile({share}, {counted})") for share in SHARES]
        if median is None or p95 is None or p99 is None:
            return None
        return DelayFigures(median, p95, p99, round(count), whole_life)

    async def _value(self, query: str) -> float | None:
        values = await self._prometheus.values(query)
        return values[0] if values and math.isfinite(values[0]) else None
