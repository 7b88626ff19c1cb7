"""/report: pictures with their figures as text, and what to do about searches that find nothing."""

from elastic_transport import TransportError
from elasticsearch import ApiError

from bot.handlers.synonyms import add_synonym
from bot.replies.callback import AskSynonym, ShowReport, ShowToShops, TakeSynonym
from bot.replies.filters import leaf
from bot.replies.marks import mark
from bot.replies.notices import choice_gone, old_button
from bot.replies.report import for_shops, report_choice, report_pages, synonym_question
from bot.reports.figures import PERIODS, Period
from bot.services import Services
from bot.turn import Turn
from ops.logs import get_logger
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.chat_state import ListState

log = get_logger(__name__)
CANDIDATES = 4
WORDS: dict[str, Period] = {"day": "day", "день": "day", "сутки": "day", "week": "week", "неделя": "week"}


async def report(services: Services, turn: Turn, argument: str) -> None:
    """The report of a day or a week; without saying which, the choice."""
    period = WORDS.get(argument.strip().lower())
    if period is None:
        await turn.say(report_choice(turn.texts))
        return
    await _show(services, turn, period)


async def show_report(services: Services, turn: Turn, press: ShowReport) -> None:
    """The same from a button."""
    period = _period(press.period)
    if period is None:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    await turn.toast("")
    await _show(services, turn, period)


async def ask_synonym(services: Services, turn: Turn, press: AskSynonym) -> None:
    """Offer what a search that finds nothing may find too."""
    state = services.lists.get(press.token)
    if state is None or not state.text:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    candidates = await turn.typing(_candidates(services, state.text))
    await turn.say(synonym_question(state.text, candidates, turn.texts))


async def take_synonym(services: Services, turn: Turn, press: TakeSynonym) -> None:
    """Teach the search one of them, as /synonyms does."""
    state = services.lists.get(press.token)
    if state is None or not state.text:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    candidates = await turn.typing(_candidates(services, state.text))
    chosen = next((name for name in candidates if mark(name) == press.value), None)
    if chosen is None:
        await turn.toast(choice_gone(turn.texts), alert=True)
        return
    await add_synonym(services, turn, f"{state.text} -> {chosen}")


async def show_to_shops(services: Services, turn: Turn, press: ShowToShops) -> None:
    """What people look for in vain, to be forwarded."""
    period = _period(press.period)
    if period is None:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    told = await turn.typing(services.admin.reports.of(turn.pseudonym, period))
    await turn.say(for_shops(told.searches.nothing, told.span, turn.texts))


async def _show(services: Services, turn: Turn, period: Period) -> None:
    told = await turn.typing(services.admin.reports.of(turn.pseudonym, period))
    pages = report_pages(told, services.admin.reports.least_people, turn.texts)
    await services.lists.keep(ListState(text=query.text) for query in told.searches.nothing)
    pictures = await turn.typing(services.admin.reports.pictures(told, turn.texts.language))
    for picture, page in zip(pictures, pages.all(), strict=True):
        await turn.show(picture, page)


async def _candidates(services: Services, query: str) -> tuple[str, ...]:
    """Names of categories, those of the nearest products first."""
    found: list[str] = []
    for text in (query, ""):
        try:
            page = await services.catalog.search(SearchRequest(text=text, size=1), services.gate.allows)
        except (ApiError, TransportError) as error:
            log.warning("no_candidates", error=type(error).__name__)
            break
        found += [leaf(category).lower() for category, _ in page.facets.categories]
    return tuple(dict.fromkeys(name for name in found if name != query.lower()))[:CANDIDATES]


def _period(name: str) -> Period | None:
    return next((period for period in PERIODS if period == name), None)
