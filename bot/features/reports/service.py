"""Reports as handlers and the digest ask for them."""

from collections.abc import Callable
from datetime import tzinfo
from typing import Protocol

from bot.features.reports.alert_review import AlertReview
from bot.features.reports.figures import Report
from bot.ui.locale import Language
from bot.ui.span import Period


class Gathering(Protocol):
    """Where reports come from."""

    async def report(self, period: Period, zone: tzinfo) -> Report: ...

    async def alert_review(self, zone: tzinfo) -> AlertReview | None: ...


class Drawn(Protocol):
    """Who draws pictures of them."""

    async def pictures(self, report: Report, language: Language) -> tuple[bytes, ...]: ...


class ReportService:
    """Reports by the reader's clock, and their pictures."""

    def __init__(self, gathering: Gathering, drawing: Drawn, zone: Callable[[str], tzinfo], least_people: int) -> None:
        self._gathering = gathering
        self._drawing = drawing
        self._zone = zone
        self.least_people = least_people

    async def of(self, pseudonym: str, period: Period) -> Report:
        """The report up to now. Raises what Elasticsearch's client raises."""
        return await self._gathering.report(period, self._zone(pseudonym))

    async def alert_review(self, pseudonym: str) -> AlertReview | None:
        """Four weeks of alerts by the reader's clock; None when nobody can look."""
        return await self._gathering.alert_review(self._zone(pseudonym))

    async def pictures(self, report: Report, language: Language) -> tuple[bytes, ...]:
        """Its charts as PNG."""
        return await self._drawing.pictures(report, language)
