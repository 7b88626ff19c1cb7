"""Gathers a report from where its figures are."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Protocol

from aiokafka.errors import KafkaError

from bot.core.looking_up import NotReadableError, looked_up
from bot.features.reports.alert_history import EARLIER, Episode
from bot.features.reports.alert_review import AlertReview, begin, review
from bot.features.reports.figures import AlertFigures, DelayFigures, Report, SearchFigures
from bot.features.status.prometheus import PrometheusDownError
from bot.ui.span import Period, Span, span_of
from ops.errors import StartupError
from ops.logs import get_logger
from pipeline.bans import Rule
from pipeline.contracts.messages import AuditEntry

log = get_logger(__name__)
RULES = 8
ALERTS_WITHIN_S = 8.0


class Searches(Protocol):
    async def figures(self, span: Span) -> SearchFigures: ...


class Delays(Protocol):
    async def figures(self, span: Span) -> DelayFigures | None: ...


class Alerts(Protocol):
    async def figures(self, span: Span) -> AlertFigures: ...

    async def episodes(self, since: datetime) -> tuple[Episode, ...]: ...

    def entries(self) -> Sequence[AuditEntry]: ...


class HitsByRule(Protocol):
    async def hits(self, rules: tuple[Rule, ...]) -> Mapping[str, int] | None: ...


class Reporter:
    """Asks all sources at once. Without the search log there is no report; the others may be away."""

    def __init__(
        self,
        searches: Searches,
        *,
        delays: Delays | None,
        alerts: Alerts | None,
        refused: HitsByRule,
        rules: Callable[[], Iterator[Rule]],
        clock: Callable[[], datetime],
    ) -> None:
        self._searches = searches
        self._delays = delays
        self._alerts = alerts
        self._refused = refused
        self._rules = rules
        self._clock = clock

    async def report(self, period: Period, zone: tzinfo) -> Report:
        """The report up to now, by this clock. Raises what Elasticsearch's client raises."""
        span = span_of(period, self._clock(), zone)
        searches, before, refused, delay, alerts = await asyncio.gather(
            self._searches.figures(span),
            self._searches.figures(span.before),
            self._refused_products(),
            self._delay(span),
            self._alert_figures(span),
        )
        return Report(span, searches, refused, delay, alerts, before)

    async def alert_review(self, zone: tzinfo) -> AlertReview | None:
        """Four weeks of alerts, by this clock; None when Kafka does not answer."""
        if self._alerts is None:
            return None
        now = self._clock()
        try:
            found = await looked_up(self._alerts.episodes(begin(now, zone) - EARLIER), ALERTS_WITHIN_S)
        except NotReadableError as error:
            log.warning("no_review_of_alerts", error=str(error))
            return None
        return review(found, self._alerts.entries(), now, zone)

    async def _refused_products(self) -> tuple[tuple[str, int], ...] | None:
        rules = tuple(self._rules())
        if not rules:
            return ()
        try:
            hits = await self._refused.hits(rules)
        except (KafkaError, StartupError) as error:
            log.warning("report_without_rules", error=str(error))
            return None
        if hits is None:
            return None
        return tuple(sorted(hits.items(), key=lambda hit: (-hit[1], hit[0]))[:RULES])

    async def _delay(self, span: Span) -> DelayFigures | None:
        if self._delays is None:
            return None
        try:
            return await self._delays.figures(span)
        except PrometheusDownError as error:
            log.warning("report_without_delay", setting="YARMARKA_BOT__PROMETHEUS_URL", error=str(error))
            return None

    async def _alert_figures(self, span: Span) -> AlertFigures:
        if self._alerts is None:
            return AlertFigures()
        try:
            async with asyncio.timeout(ALERTS_WITHIN_S):
                return await self._alerts.figures(span)
        except (KafkaError, StartupError, TimeoutError) as error:
            log.warning("report_without_alerts", error=f"{type(error).__name__}: {error}")
            return AlertFigures()
