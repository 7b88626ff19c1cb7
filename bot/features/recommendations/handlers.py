"""/recommend, and what the person thinks of what came."""

from time import perf_counter

from bot.core.request_log import recommend_record, verdict_record
from bot.core.update_context import UpdateContext
from bot.features.recommendations.recommender import RecommendedItem
from bot.features.recommendations.replies import VERDICTS, recommendations, verdict_words
from bot.products.offer import keep_long_ids
from bot.services import Services
from bot.ui.callback_data import Judge
from bot.ui.notices import old_button
from pipeline.contracts.messages import RequestKind


async def recommend(services: Services, context: UpdateContext, _: str) -> None:
    """Five products with a reason each."""
    begun = perf_counter()
    picks = await context.typing(_picks(services, context))
    services.records.request(recommend_record(services, context, picks, (perf_counter() - begun) * 1000))
    await context.say(recommendations(picks, context.texts))


async def judge(services: Services, context: UpdateContext, press: Judge) -> None:
    """Note the verdict. What is not wanted makes room for something else in the same message."""
    product_id = services.lists.product_id(press.product)
    if product_id is None or press.verdict not in VERDICTS:
        await context.toast(old_button(context.texts), alert=True)
        return
    kind = RequestKind(press.verdict)
    services.records.request(verdict_record(services, context, product_id, kind, position=press.position))
    await context.toast(verdict_words(kind, context.texts))
    if kind is not RequestKind.LIKE:
        await context.change(recommendations(await _picks(services, context), context.texts))


async def _picks(services: Services, context: UpdateContext) -> tuple[RecommendedItem, ...]:
    picks = await services.recommender.picks(context.pseudonym)
    await keep_long_ids(services, tuple(pick.product for pick in picks))
    return picks
