"""The shop's week as a picture, drawn in a process of its own."""

from bot.core.drawing import DrawingProcess
from bot.features.my_shop.figures import Week
from bot.ui.locale import Language


class WeekDrawing:
    """One picture at a time."""

    def __init__(self) -> None:
        self._process = DrawingProcess()

    async def picture(self, week: Week, shop: str, language: Language) -> bytes:
        """See `Drawn`."""
        return await self._process.drawn(_draw, week, shop, language)


def _draw(week: Week, shop: str, language: Language) -> bytes:
    # Matplotlib is for that process alone.
    from bot.features.my_shop.charts import draw

    return draw(week, shop, language)
