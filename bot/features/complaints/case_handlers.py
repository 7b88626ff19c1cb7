"""/complaints: the offers whose reports wait for a decision, and one of them."""

from bot.core.update_context import UpdateContext
from bot.features.complaints.buttons import ShowCases
from bot.features.complaints.case_replies import case_list, with_way_back
from bot.features.complaints.replies import case_card, over
from bot.features.complaints.services import ComplaintServices
from bot.ui.reply import Reply


async def complaints(services: ComplaintServices, context: UpdateContext, _: str) -> None:
    """What waits, those with the most reports first."""
    await context.say(_list(services, context, 0))


async def show_cases(services: ComplaintServices, context: UpdateContext, press: ShowCases) -> None:
    """A page of the list, or one case with its decisions."""
    if not press.case:
        await context.change(_list(services, context, press.page))
        return
    case = services.complaints.case(press.case)
    if case is None or case.outcome is not None:
        await context.toast(over(context.texts), alert=True)
        await context.change(_list(services, context, press.page))
        return
    offer = await context.typing(services.products.offer(case.offer_id))
    if offer.product is not None:
        await services.products.lists.keep_long_ids((offer.product,))
    card = case_card(case, services.complaints.open_of(case.offer_id), offer, context.texts)
    await context.change(with_way_back(card, press.page, context.texts))


def _list(services: ComplaintServices, context: UpdateContext, page: int) -> Reply:
    waiting = services.complaints.waiting()
    counts = {case.offer_id: len(services.complaints.open_of(case.offer_id)) for case in waiting}
    return case_list(waiting, counts, page, context.texts)
