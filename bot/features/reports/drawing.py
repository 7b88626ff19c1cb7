"""The report's charts, drawn in a process of its own."""

from bot.core.drawing import DrawingProcess
from bot.features.reports.figures import Report
from bot.ui.locale import Language


class Drawing:
    """One report at a time."""

    def __init__(self) -> None:
        self._process = DrawingProcess()

    async def pictures(self, report: Report, language: Language) -> tuple[bytes, ...]:
        """The report's charts as PNG. Raises TimeoutError, and BrokenProcessPool when the process was killed."""
        return await self._process.drawn(_draw, report, language)


def _draw(report: Report, language: Language) -> tuple[bytes, ...]:
    # Matplotlib is for that process alone.
    from bot.features.reports.charts import draw

    return draw(report, language)
