"""The guided way to a ban: from the kinds to a value, from a product's card, and by a written value."""

from bot.core.update_context import UpdateContext
from bot.features.bans.argument import READINGS
from bot.features.bans.buttons import PickBan, TakeBan
from bot.features.bans.choice_replies import (
    PICKABLE,
    ban_kinds,
    ban_of_product,
    ban_values,
    how_to_write,
    no_rule,
)
from bot.features.bans.handlers import ask_for_ban, ban
from bot.features.bans.meaning import Meaning
from bot.features.bans.models import BanOption
from bot.features.bans.services import BanServices
from bot.products.buttons import BanProduct
from bot.ui.callback_ids import mark
from bot.ui.notices import choice_gone, old_button
from bot.ui.roles import Role
from pipeline.bans import Kind, Rule, RuleError, parse_rule
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import parts_of_offer_id


async def pick_ban(services: BanServices, context: UpdateContext, press: PickBan) -> None:
    """The kinds, or what there is of one."""
    services.questions.take(context.user_id, context.chat_id)
    if not press.kind:
        await context.change(ban_kinds(context.texts))
        return
    if press.kind not in set(Kind):
        await context.toast(old_button(context.texts), alert=True)
        return
    kind = Kind(press.kind)
    if kind not in PICKABLE:
        services.questions.ask(context.user_id, context.chat_id, kind)
        await context.change(how_to_write(kind, context.texts))
        return
    await context.change(ban_values(kind, await context.typing(_values(services, kind)), press.page, context.texts))


async def write_value(services: BanServices, context: UpdateContext, text: str) -> bool:
    """Take a written value of a rule; False when none was asked for, or no product has this id."""
    kind = services.questions.take(context.user_id, context.chat_id)
    if kind is None or not services.access.may(context.user_id, Role.ADMIN):
        return False
    if kind is Kind.PRODUCT:
        words = text.split()[:READINGS]
        names = [" ".join(words[:length]) for length in range(1, len(words) + 1)]
        if not any([await context.typing(services.products.catalog.named(name)) for name in names]):
            return False
    await ban(services, context, f"{kind.value}:{text}")
    return True


async def take_ban(services: BanServices, context: UpdateContext, press: TakeBan) -> None:
    """Ask about the value that was picked."""
    if press.kind not in set(PICKABLE):
        await context.toast(old_button(context.texts), alert=True)
        return
    kind = Kind(press.kind)
    values = await context.typing(_values(services, kind))
    value = next((value for value, _ in values if mark(value) == press.value), None)
    if value is None:
        await context.toast(choice_gone(context.texts), alert=True)
        return
    await _ask_about(services, context, kind, value)


async def ban_product(services: BanServices, context: UpdateContext, press: BanProduct) -> None:
    """From a product's card: what of it, and then the question."""
    offer_id = services.products.lists.offer_id(press.product)
    if offer_id is None or press.kind not in {"", *Kind}:
        await context.toast(old_button(context.texts), alert=True)
        return
    if press.kind == Kind.PRODUCT:
        written = services.questions.written(context.user_id, context.chat_id, parts_of_offer_id(offer_id)[1])
        option = BanOption(
            rule=Rule(Kind.PRODUCT, offer_id).id,
            reason=written.reason if written else "",
            until=written.until if written else None,
        )
        await ask_for_ban(services, context, Meaning(option))
        return
    store_id = parts_of_offer_id(offer_id)[0]
    if press.kind == Kind.SELLER and store_id:
        # A product that is gone names its shop all the same.
        await _ask_about(services, context, Kind.SELLER, store_id)
        return
    product = (await context.typing(services.products.offer(offer_id))).product
    if product is None:
        await context.toast(choice_gone(context.texts), alert=True)
        return
    if not press.kind:
        await context.say(ban_of_product(product, context.texts))
        return
    values = {"seller": product.store_id, "category": product.category, "brand": product.brand}
    await _ask_about(services, context, Kind(press.kind), values.get(press.kind, ""))


async def _ask_about(services: BanServices, context: UpdateContext, kind: Kind, value: str) -> None:
    try:
        rule = parse_rule(f"{kind.value}:{value}")
    except RuleError as error:
        await context.say(no_rule(error.fault, context.texts))
        return
    await ask_for_ban(services, context, Meaning(BanOption(rule=rule.id)))


async def _values(services: BanServices, kind: Kind) -> tuple[tuple[str, int], ...]:
    products = services.products
    if kind is Kind.SELLER:
        return await products.catalog.shops()
    request = products.visibility.narrowed(SearchRequest(text="", size=1, by_offer=True))
    page = await products.catalog.search(request, products.visibility.allows)
    return page.facets.categories if kind is Kind.CATEGORY else page.facets.brands
