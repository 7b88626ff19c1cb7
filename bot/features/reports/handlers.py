"""/report: pictures with their figures as text, and what to do about searches that find nothing."""

from functools import partial

from elastic_transport import TransportError
from elasticsearch import ApiError

from bot.core.update_context import UpdateContext
from bot.features.reports.buttons import AskSynonym, ShowAlertReview, ShowReport, ShowToShops, TakeSynonym
from bot.features.reports.figures import period_of
from bot.features.reports.replies import being_drawn, for_shops, report_choice, report_pages, synonym_question
from bot.features.reports.review_replies import review_page
from bot.features.reports.services import ReportServices
from bot.features.synonyms.handlers import add_synonym
from bot.products.list_state import ListState
from bot.products.product_item import leaf
from bot.ui.callback_ids import mark
from bot.ui.notices import choice_gone, old_button
from bot.ui.span import Period
from ops.logs import get_logger
from pipeline.catalog.request import SearchRequest

log = get_logger(__name__)
CANDIDATES = 4
ALERTS = frozenset({"alerts", "оповещения"})


async def report(services: ReportServices, context: UpdateContext, argument: str) -> None:
    """The report of a day or a week, or four weeks of alerts; without saying which, the choice."""
    if argument.strip().casefold() in ALERTS:
        told = await context.typing(services.reports.alert_review(context.pseudonym))
        await context.say(review_page(told, context.texts))
        return
    period = period_of(argument)
    if period is None:
        await context.say(report_choice(context.texts, asked=argument.strip()))
        return
    await _show(services, context, period)


async def show_report(services: ReportServices, context: UpdateContext, press: ShowReport) -> None:
    """The same from a button."""
    period = period_of(press.period)
    if period is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    await _show(services, context, period)


async def show_alert_review(services: ReportServices, context: UpdateContext, _: ShowAlertReview) -> None:
    """Four weeks of alerts."""
    told = await context.typing(services.reports.alert_review(context.pseudonym))
    await (context.say if context.shows_photo else context.change)(review_page(told, context.texts))


async def ask_synonym(services: ReportServices, context: UpdateContext, press: AskSynonym) -> None:
    """Offer what a search that finds nothing may find too."""
    state = services.products.lists.get(press.token)
    if state is None or not state.text:
        await context.toast(old_button(context.texts), alert=True)
        return
    candidates = await context.typing(_candidates(services, state.text))
    await context.say(synonym_question(state.text, candidates, context.texts))


async def take_synonym(services: ReportServices, context: UpdateContext, press: TakeSynonym) -> None:
    """Teach the search one of them, as /synonyms does."""
    state = services.products.lists.get(press.token)
    if state is None or not state.text:
        await context.toast(old_button(context.texts), alert=True)
        return
    candidates = await context.typing(_candidates(services, state.text))
    chosen = next((name for name in candidates if mark(name) == press.value), None)
    if chosen is None:
        await context.toast(choice_gone(context.texts), alert=True)
        return
    await add_synonym(services.synonyms, context, f"{state.text} -> {chosen}")


async def show_to_shops(services: ReportServices, context: UpdateContext, press: ShowToShops) -> None:
    """What people look for in vain, to be forwarded."""
    period = period_of(press.period)
    if period is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    told = await context.typing(services.reports.of(context.pseudonym, period))
    await context.say(for_shops(told.searches.nothing, told.span, context.texts))


async def _show(services: ReportServices, context: UpdateContext, period: Period) -> None:
    """Begin to draw; what the person writes next is answered meanwhile."""
    make = partial(_draw, services, context, period)
    await services.long_answers.give(context, f"report {period}", make, being_drawn(period, context.texts))


async def _draw(services: ReportServices, context: UpdateContext, period: Period) -> None:
    told = await context.typing(services.reports.of(context.pseudonym, period))
    pages = report_pages(told, services.reports.least_people, context.texts)
    await services.products.lists.keep(ListState(text=query.text) for query in told.searches.nothing)
    pictures = await context.typing(services.reports.pictures(told, context.texts.language))
    for picture, page in zip(pictures, pages.all(), strict=True):
        await context.show(picture, page)


async def _candidates(services: ReportServices, query: str) -> tuple[str, ...]:
    """Names of categories, those of the nearest products first."""
    found: list[str] = []
    for text in (query, ""):
        try:
            page = await services.products.catalog.search(
                SearchRequest(text=text, size=1), services.products.visibility.allows
            )
        except (ApiError, TransportError) as error:
            log.warning("no_candidates", error=type(error).__name__)
            break
        found += [leaf(category).lower() for category, _ in page.facets.categories]
    return tuple(dict.fromkeys(name for name in found if name != query.lower()))[:CANDIDATES]
