"""Free text, /search, and the buttons of a result list."""

from bot.handlers.listing import find, look
from bot.replies.callback import Narrow, OpenPanel, PageNumber, ShowList
from bot.replies.filters import narrowed
from bot.replies.notices import choice_gone, empty_search, old_button, page_number
from bot.replies.panels import PANELS, panel
from bot.replies.results import result_list
from bot.replies.text import clean
from bot.services import Services
from bot.turn import Turn
from pipeline.catalog.page import Facets
from pipeline.catalog.price_words import without_price
from pipeline.contracts.chat_state import ListState

TEXT_LIMIT = 256
# Panels whose choices come out of what was found.
FROM_FACETS = frozenset({"category", "brand", "price"})


async def search(services: Services, turn: Turn, text: str) -> None:
    """Answer a text with a result list; a price in it becomes a filter that can be taken away."""
    query = clean(text, 4 * TEXT_LIMIT)[:TEXT_LIMIT].strip()
    if not query:
        await turn.say(empty_search(turn.texts))
        return
    asked = without_price(query)
    state = ListState(text=asked.text, price_min=asked.low, price_max=asked.high)
    shown = await turn.typing(find(services, turn, state, 0))
    await turn.say(result_list(shown, turn.texts))


async def show_list(services: Services, turn: Turn, press: ShowList) -> None:
    """Turn a page, or come back from a panel; from a suggestion, as a new message."""
    state = services.lists.get(press.token)
    if state is None or state.product_id is not None:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    shown = await turn.typing(find(services, turn, state, press.page))
    reply = result_list(shown, turn.texts)
    await (turn.say(reply) if press.way == "n" else turn.change(reply))


async def say_page(services: Services, turn: Turn, press: PageNumber) -> None:
    """The number between the arrows."""
    await turn.toast(page_number(press.page, press.pages, turn.texts))


async def open_panel(services: Services, turn: Turn, press: OpenPanel) -> None:
    """Show the choices of a filter in place of the list."""
    state = services.lists.get(press.token)
    if state is None or press.panel not in PANELS:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    facets = Facets()
    if press.panel in FROM_FACETS:
        facets = await turn.typing(_choices(services, turn, state, press.panel))
    await turn.change(panel(press.panel, state, facets, press.page, turn.texts))


async def narrow(services: Services, turn: Turn, press: Narrow) -> None:
    """Apply one choice and show the list from its beginning."""
    state = services.lists.get(press.token)
    if state is None:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    facets = Facets()
    name = {"c": "category", "b": "brand", "p": "price"}.get(press.by, "")
    if press.value and name:
        facets = await _choices(services, turn, state, name)
    chosen = narrowed(state, press.by, press.value, facets)
    if chosen is None:
        await turn.toast(choice_gone(turn.texts), alert=True)
        return
    shown = await turn.typing(find(services, turn, chosen, 0))
    await turn.change(result_list(shown, turn.texts))


async def _choices(services: Services, turn: Turn, state: ListState, panel_name: str) -> Facets:
    """What there is to choose from: what is found without this very filter, with all others."""
    without: dict[str, object] = {"price_min": None, "price_max": None} if panel_name == "price" else {panel_name: None}
    page = await look(services, turn, state.model_copy(update=without), 0)
    return page.facets
