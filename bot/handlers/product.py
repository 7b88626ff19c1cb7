"""Product cards: from a list, from a link, and what is like them."""

import asyncio

from bot.handlers.listing import find
from bot.handlers.record import similar_record, view_record
from bot.replies.callback import BackToList, OpenProduct, ShowSimilar
from bot.replies.marks import product_mark
from bot.replies.notices import old_button
from bot.replies.product import no_longer_sold, product_card, stopped_words
from bot.replies.reply import Reply
from bot.replies.results import result_list
from bot.replies.similar import similar_list
from bot.replies.text import clean
from bot.services import Services
from bot.turn import Turn
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.chat_state import ListState
from pipeline.contracts.messages import Product

SIMILAR = 5
NAME_LIMIT = 200


async def open_product(services: Services, turn: Turn, press: OpenProduct) -> None:
    """The card of a product from a list, as a new message; the list stays above it."""
    product_id = services.lists.product_id(press.product)
    if product_id is None:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    product = await turn.typing(on_sale(services, product_id))
    source = "search" if press.token else "similar"
    services.records.request(
        view_record(services, turn, product_id, shown=product is not None, source=source, position=press.position)
    )
    if product is not None:
        await turn.say(await card(services, turn, product, press.token, press.page))
        return
    await turn.toast(stopped_words(turn.texts, banned=services.gate.names(product_id)), alert=True)
    await _refresh(services, turn, press)


async def open_link(services: Services, turn: Turn, product_id: str) -> None:
    """The card that a link leads to."""
    product = await turn.typing(on_sale(services, product_id))
    services.records.request(
        view_record(services, turn, product_id, shown=product is not None, source="link", position=None)
    )
    if product is None:
        await turn.say(no_longer_sold(product_id, "", turn.texts, banned=services.gate.names(product_id)))
        return
    await turn.say(await card(services, turn, product))


async def show_similar(services: Services, turn: Turn, press: ShowSimilar) -> None:
    """Products like the card's. When that product is no longer sold, its card says so from now on."""
    product_id = services.lists.product_id(press.product)
    if product_id is None:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    name = turn.first_line
    product = await turn.typing(on_sale(services, product_id))
    if product is not None:
        name = product.name
        products = await turn.typing(services.catalog.similar(product, SIMILAR, services.gate.allows))
    else:
        await _strike(services, turn, product_id, name)
        products = await _like_name(services, turn, name)
    services.records.request(similar_record(services, turn, product_id, products))
    await _keep_long_ids(services, products)
    await turn.say(similar_list(name, products, turn.texts))


async def back_to_list(services: Services, turn: Turn, press: BackToList) -> None:
    """The list again, as the last message of the chat. A second press of the same button does nothing more."""
    state = services.lists.get(press.token)
    product_id = services.lists.product_id(press.product)
    if state is None or product_id is None:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    product, shown = await turn.typing(
        asyncio.gather(on_sale(services, product_id), find(services, turn, state, press.page))
    )
    reply = result_list(shown, turn.texts)
    if product is None:
        await _strike(services, turn, product_id, turn.first_line)
        await turn.say(reply)
    elif turn.shows_photo:
        # A picture cannot become a text: the card goes, and the list comes after it.
        if await turn.remove():
            await turn.say(reply)
    else:
        await turn.change(reply)


async def on_sale(services: Services, product_id: str) -> Product | None:
    """The product, if it is in the catalogue and no rule stops it."""
    product = await services.catalog.product(product_id)
    return product if product is not None and services.gate.allows(product) else None


async def _refresh(services: Services, turn: Turn, press: OpenProduct) -> None:
    state = services.lists.get(press.token) if press.token else None
    if state is not None:
        await turn.change(result_list(await find(services, turn, state, press.page), turn.texts))


async def _strike(services: Services, turn: Turn, product_id: str, name: str) -> None:
    banned = services.gate.names(product_id)
    await turn.change(no_longer_sold(product_id, name, turn.texts, banned=banned))
    await turn.toast(stopped_words(turn.texts, banned=banned), alert=True)


async def _like_name(services: Services, turn: Turn, name: str) -> tuple[Product, ...]:
    query = clean(name, NAME_LIMIT)
    if not query:
        return ()
    request = SearchRequest(text=query, language=turn.texts.language, size=SIMILAR)
    return (await services.catalog.search(request, services.gate.allows)).products


async def _keep_long_ids(services: Services, products: tuple[Product, ...]) -> None:
    ids = [product.product_id for product in products if product_mark(product.product_id).startswith("=")]
    await services.lists.keep(ListState(product_id=product_id) for product_id in ids)


async def card(services: Services, turn: Turn, product: Product, token: str = "", page: int = 0) -> Reply:
    """The card, with what its buttons need kept."""
    await _keep_long_ids(services, (product,))
    return product_card(product, turn.texts, token=token, page=page)
