"""/why TEXT ID: how the query is read, what of it the product has, its place, and what leaves it out."""

from bot.core.update_context import UpdateContext
from bot.features.why.replies import Place, answer, how_to_ask, not_on_sale, which_offer
from bot.features.why.services import WhyServices
from bot.ui.reply import Reply
from bot.ui.text import clean
from pipeline.catalog.line import line_of
from pipeline.catalog.query import understand
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import Product

LONGEST = 256
PAGE, FURTHEST = 100, 300
"""So far down the answer the product is looked for."""


async def why(services: WhyServices, context: UpdateContext, argument: str) -> None:
    """Explain the product's place in the answer to a text; the last word is its id or article."""
    text, _, name = clean(argument)[: 2 * LONGEST].strip().rpartition(" ")
    if not text.strip() or not name:
        await context.say(how_to_ask(context.texts))
        return
    offers = await context.typing(services.products.named(name))
    if len(offers) > 1:
        await context.say(which_offer(text, offers, context.texts))
        return
    offer = await context.typing(services.products.offer(offers[0].offer_id if offers else name))
    if offer.product is None or offer.banned:
        rule = services.products.visibility.rule_of(offer.product) if offer.product is not None else None
        await context.say(not_on_sale(name, offer, rule, context.texts))
        return
    await context.say(await context.typing(_explained(services, context, text[:LONGEST], offer.product)))


async def _explained(services: WhyServices, context: UpdateContext, text: str, product: Product) -> Reply:
    query = understand(text, services.products.query_context)
    request = query.request()
    found = await services.products.catalog.explain(request, product)
    await services.products.lists.keep_long_ids((product,))
    return answer(query, product, found, await _place(services, request, product), context.texts)


async def _place(services: WhyServices, request: SearchRequest, product: Product) -> Place:
    """Where the product's line stands in the answer, what is nearest included."""
    line = line_of(product)
    place = Place()
    for offset in range(0, FURTHEST, PAGE):
        page = await services.products.search(request.model_copy(update={"offset": offset, "size": PAGE}))
        place = Place(total=page.total, shown=page.shown_total)
        for number, other in enumerate(page.shown, start=offset + 1):
            if line_of(other) == line:
                return Place(
                    number, page.total, page.shown_total, None if other.offer_id == product.offer_id else other
                )
        if offset + PAGE >= page.shown_total:
            break
    return place
