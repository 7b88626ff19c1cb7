"""/recommend, and what the person thinks of what came."""

from time import perf_counter

from bot.handlers.product import keep_long_ids
from bot.handlers.record import recommend_record, verdict_record
from bot.recommender import Pick
from bot.replies.callback import Judge
from bot.replies.notices import old_button
from bot.replies.recommendations import VERDICTS, recommendations, verdict_words
from bot.services import Services
from bot.turn import Turn
from pipeline.contracts.messages import RequestKind


async def recommend(services: Services, turn: Turn, _: str) -> None:
    """Five products with a reason each."""
    begun = perf_counter()
    picks = await turn.typing(_picks(services, turn))
    services.records.request(recommend_record(services, turn, picks, (perf_counter() - begun) * 1000))
    await turn.say(recommendations(picks, turn.texts))


async def judge(services: Services, turn: Turn, press: Judge) -> None:
    """Note the verdict. What is not wanted makes room for something else in the same message."""
    product_id = services.lists.product_id(press.product)
    if product_id is None or press.verdict not in VERDICTS:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    kind = RequestKind(press.verdict)
    services.records.request(verdict_record(services, turn, product_id, kind, position=press.position))
    await turn.toast(verdict_words(kind, turn.texts))
    if kind is not RequestKind.LIKE:
        await turn.change(recommendations(await _picks(services, turn), turn.texts))


async def _picks(services: Services, turn: Turn) -> tuple[Pick, ...]:
    picks = await services.recommender.picks(turn.pseudonym)
    await keep_long_ids(services, tuple(pick.product for pick in picks))
    return picks
