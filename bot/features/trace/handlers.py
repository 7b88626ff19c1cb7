"""/trace: an offer's whole way, from the shop's feed to the search, and where it stopped."""

import asyncio
from functools import partial

from elastic_transport import TransportError
from elasticsearch import ApiError

from bot.core.update_context import UpdateContext
from bot.features.trace.buttons import TraceOffer
from bot.features.trace.replies import card, how_to_trace, reading, which_offer, whose_offer
from bot.features.trace.seller_replies import seller_card, which_shop
from bot.features.trace.services import TraceServices
from bot.products.list_state import ListState
from bot.products.offer_ids import is_marked, product_mark
from bot.ui.notices import old_button
from bot.ui.reply import Reply
from bot.ui.roles import Role
from pipeline.contracts.messages import offer_id, parts_of_offer_id
from pipeline.trace.facts import Facts
from pipeline.trace.gathering import ANSWER_S, gather
from pipeline.trace.lake import FILLING, filled_at
from pipeline.trace.meant import candidates, plain, whole_id

NAMED_WITHIN_S = 1.5
FURTHER_S = 60.0
"""So long the topics are read when somebody asks for it."""
TOLD_EVERY_S = 2.0
MOST_SHOPS = 8


async def trace(services: TraceServices, context: UpdateContext, argument: str) -> None:
    """The offer's card; when several are called so, or none that is known, the question which is meant."""
    short, whole = plain(argument), whole_id(argument)
    if not short:
        await context.say(how_to_trace(context.texts, staff=_is_staff(context)))
        return
    if whole is not None and (_is_staff(context) or may_trace(services, context, whole)):
        await context.say(await context.typing(_card(services, context, whole)))
        return
    found, answered = await context.typing(_called(services, short))
    own = tuple(one for one in found if may_trace(services, context, one))
    if len(own) == 1:
        await context.say(await context.typing(_card(services, context, own[0])))
    elif own:
        await _keep(services, own)
        await context.say(which_offer(short, own, services.ports.shop_name, context.texts))
    elif _is_staff(context):
        possible = tuple(offer_id(store, short) for store in services.ports.shops()[:MOST_SHOPS])
        await _keep(services, possible)
        shop_name = services.ports.shop_name
        await context.say(whose_offer(short, possible, shop_name, context.texts, searched=answered))
    else:
        await context.say(await context.typing(_of_own_shops(services, context, short)))


async def trace_offer(services: TraceServices, context: UpdateContext, press: TraceOffer) -> None:
    """The card of the offer that was chosen, as it is now; or after the topics were read further."""
    chosen = services.products.lists.offer_id(press.offer)
    if chosen is None or not may_trace(services, context, chosen):
        await context.toast(old_button(context.texts), alert=True)
    elif press.further:
        await services.long_answers.give(context, f"trace {chosen}", partial(_read_on, services, context, chosen))
    else:
        await context.change(await _card(services, context, chosen))


def may_trace(services: TraceServices, context: UpdateContext, offer: str) -> bool:
    """Whether this person may see the offer's way: operators and admins everybody's, a seller those of their shops."""
    return _is_staff(context) or parts_of_offer_id(offer)[0] in services.access.shops_of(context.user_id)


def _is_staff(context: UpdateContext) -> bool:
    return context.role >= Role.OPERATOR


async def _of_own_shops(services: TraceServices, context: UpdateContext, short: str) -> Reply:
    """An id that nothing on sale is called by: what has become of it in the seller's shop, or which shop is meant."""
    own = sorted(services.access.shops_of(context.user_id))[:MOST_SHOPS]
    possible = tuple(offer_id(store, short) for store in own)
    if len(possible) == 1:
        return await _card(services, context, possible[0])
    await _keep(services, possible)
    return which_shop(short, possible, services.ports.shop_name, context.texts)


async def _card(services: TraceServices, context: UpdateContext, offer: str) -> Reply:
    await _keep(services, (offer,))
    return _shown(services, context, await _facts(services, offer, _Progress(), ANSWER_S))


async def _read_on(services: TraceServices, context: UpdateContext, offer: str) -> None:
    """Read for as long as a minute, and say every two seconds in the message how far it is."""
    progress = _Progress()
    task = asyncio.ensure_future(_facts(services, offer, progress, FURTHER_S))
    try:
        while not (await asyncio.wait((task,), timeout=TOLD_EVERY_S))[0]:
            await context.change(reading(offer, progress.share, context.texts))
        await context.change(_shown(services, context, task.result()))
    finally:
        task.cancel()


class _Progress:
    """How much of the topics was read."""

    share = 0.0

    def tell(self, share: float) -> None:
        self.share = share


async def _facts(services: TraceServices, offer: str, progress: _Progress, reading_s: float) -> Facts:
    return await gather(
        offer,
        services.ports.logs,
        services.products.catalog,
        services.in_force,
        clock=services.clock,
        lake_at=filled_at(services.jobs.get(FILLING)),
        reading_s=reading_s,
        told=progress.tell,
    )


def _shown(services: TraceServices, context: UpdateContext, facts: Facts) -> Reply:
    shop = services.ports.shop_name(parts_of_offer_id(facts.offer_id)[0])
    if _is_staff(context):
        return card(facts, shop, context.texts, admin=context.role is Role.ADMIN)
    return seller_card(facts, shop, context.texts)


async def _called(services: TraceServices, short: str) -> tuple[tuple[str, ...], bool]:
    """The offers that are called so, and whether the search was asked: what a rule names is known without it."""
    answered = True
    try:
        async with asyncio.timeout(NAMED_WITHIN_S):
            indexed = [product.offer_id for product in await services.products.catalog.named(short)]
    except (ApiError, TransportError, TimeoutError):
        indexed, answered = [], False
    return candidates(short, indexed, [rule for rule, _ in services.ports.bans.items()]), answered


async def _keep(services: TraceServices, offers: tuple[str, ...]) -> None:
    """Make sure that buttons can name these offers, also after a restart."""
    await services.products.lists.keep(ListState(offer_id=offer) for offer in offers if is_marked(product_mark(offer)))
