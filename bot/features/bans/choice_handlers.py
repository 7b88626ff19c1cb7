"""The guided way to a ban: from the kinds to a value, and from a product's card, where one more press hides it."""

from bot.core.actor import entry_id
from bot.core.update_context import UpdateContext
from bot.features.bans.buttons import BanNow, PickBan, TakeBan
from bot.features.bans.choice_replies import PICKABLE, ban_of_product, ban_values, how_to_write
from bot.features.bans.handlers import ask_for_ban, new_request, take_step
from bot.features.bans.meaning import Meaning
from bot.features.bans.models import BanOption
from bot.features.bans.questions import ValueQuestion
from bot.features.bans.services import BanServices
from bot.features.bans.steps import Notice, Step
from bot.features.bans.words import notice_words
from bot.products.ban_reasons import preset_reasons
from bot.products.buttons import BanProduct
from bot.ui.callback_ids import mark
from bot.ui.notices import choice_gone, old_button
from pipeline.bans import Kind, Rule, RuleError, parse_rule
from pipeline.contracts.messages import parts_of_offer_id


async def pick_ban(services: BanServices, context: UpdateContext, press: PickBan) -> None:
    """The kinds, or what there is of one."""
    services.questions.take(context.user_id, context.chat_id)
    if not press.kind:
        await context.change(await context.typing(services.guide.kinds(context.texts)))
        return
    if press.kind not in set(Kind):
        await context.toast(old_button(context.texts), alert=True)
        return
    kind = Kind(press.kind)
    if kind not in PICKABLE:
        services.questions.ask(context.user_id, context.chat_id, ValueQuestion(kind))
        await context.change(how_to_write(kind, context.texts))
        return
    await context.change(ban_values(kind, await context.typing(services.guide.values(kind)), press.page, context.texts))


async def take_ban(services: BanServices, context: UpdateContext, press: TakeBan) -> None:
    """Ask about the value that was picked."""
    if press.kind not in set(PICKABLE):
        await context.toast(old_button(context.texts), alert=True)
        return
    kind = Kind(press.kind)
    values = await context.typing(services.guide.values(kind))
    chosen = next((one for one in values if mark(one.value) == press.value), None)
    if chosen is None:
        await context.toast(choice_gone(context.texts), alert=True)
        return
    await _ask_about(services, context, kind, chosen.value)


async def ban_product(services: BanServices, context: UpdateContext, press: BanProduct) -> None:
    """From a product's card: why it is hidden, or what of it; or the question about one of these."""
    offer_id = services.products.lists.offer_id(press.product)
    if offer_id is None or press.kind not in {"", *Kind}:
        await context.toast(old_button(context.texts), alert=True)
        return
    if press.kind == Kind.PRODUCT:
        written = services.questions.written(context.user_id, context.chat_id, offer_id)
        option = BanOption(
            rule=Rule(Kind.PRODUCT, offer_id).id,
            reason=written.reason if written else "",
            until=written.until if written else None,
            endless=written.endless if written else False,
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


async def ban_now(services: BanServices, context: UpdateContext, press: BanNow) -> None:
    """Hide the product for this reason, without a further question: Undo is below."""
    offer_id, reasons = services.products.lists.offer_id(press.product), preset_reasons(context.texts)
    if offer_id is None or press.reason not in {"", *reasons}:
        await context.toast(old_button(context.texts), alert=True)
        return
    rule = Rule(Kind.PRODUCT, offer_id)
    request_id = mark(entry_id(context), 8)
    if services.bans.get(request_id) is None and services.bans.repository.get(rule.id) is not None:
        await context.toast(notice_words(Notice.BANNED_ALREADY, context.texts), alert=True)
        return
    label = await context.typing(services.guide.label(rule))
    option = BanOption(rule=rule.id, reason=reasons.get(press.reason, ""), endless=True, label=label)
    await services.bans.ask(request_id, new_request(services, context, option))
    await take_step(services, context, request_id, Step.CONFIRM)


async def _ask_about(services: BanServices, context: UpdateContext, kind: Kind, value: str) -> None:
    try:
        rule = parse_rule(f"{kind.value}:{value}")
    except RuleError:
        await context.toast(choice_gone(context.texts), alert=True)
        return
    await ask_for_ban(services, context, Meaning(BanOption(rule=rule.id)), value)
