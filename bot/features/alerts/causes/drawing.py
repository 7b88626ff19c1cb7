"""An alert's last hour, drawn in a process of its own."""

from bot.core.drawing import DrawingProcess
from bot.features.alerts.causes.picture import Picture


class HourDrawing:
    """One picture at a time."""

    def __init__(self) -> None:
        self._process = DrawingProcess()

    async def drawn(self, picture: Picture) -> bytes:
        """It as PNG. Raises TimeoutError, and BrokenProcessPool when the process was killed."""
        return await self._process.drawn(_draw, picture)


def _draw(picture: Picture) -> bytes:
    # Matplotlib is for that process alone.
    from bot.features.alerts.causes.charts import draw

    return draw(picture)
