"""/ban, the guided way to it, and the buttons of a ban request."""

from datetime import datetime

from bot.core.admin_context import admin, entry_id, place
from bot.core.update_context import UpdateContext
from bot.features.bans.argument import Argument, Reading, parse
from bot.features.bans.choice_replies import (
    PICKABLE,
    ban_kinds,
    ban_of_product,
    ban_values,
    how_to_write,
    no_end,
    no_rule,
)
from bot.features.bans.models import BanRequest
from bot.features.bans.notices import said_words
from bot.features.bans.preview import Preview
from bot.features.bans.replies import ENDS, presets
from bot.features.bans.request_card import request_card
from bot.features.bans.steps import Notice, Step
from bot.products.offer import look_up
from bot.roles import Role
from bot.services import Services
from bot.ui.callback_data import BanProduct, BanStep, ChangeBan, PickBan, TakeBan
from bot.ui.callback_ids import mark
from bot.ui.notices import choice_gone, old_button
from pipeline.bans import Kind, RuleError, UntilError, parse_rule
from pipeline.catalog.request import SearchRequest

TEXT_LIMIT = 700


async def ban(services: Services, context: UpdateContext, argument: str) -> None:
    """Show what the rule would stop, and ask; without a rule, help to find one."""
    if not argument.strip():
        await context.say(ban_kinds(context.texts))
        return
    try:
        asked = parse(argument[:TEXT_LIMIT], services.clock())
    except RuleError as error:
        await context.say(no_rule(error.fault, context.texts))
        return
    except UntilError:
        await context.say(no_end(context.texts))
        return
    reading = await context.typing(_meant(services, asked))
    await _ask(services, context, reading, asked.until)


async def pick_ban(services: Services, context: UpdateContext, press: PickBan) -> None:
    """The kinds, or what there is of one."""
    services.admin.questions.take(context.user_id, context.chat_id)
    if not press.kind:
        await context.change(ban_kinds(context.texts))
        return
    if press.kind not in set(Kind):
        await context.toast(old_button(context.texts), alert=True)
        return
    kind = Kind(press.kind)
    if kind not in PICKABLE:
        services.admin.questions.ask(context.user_id, context.chat_id, kind)
        await context.change(how_to_write(kind, context.texts))
        return
    await context.change(ban_values(kind, await context.typing(_values(services, kind)), press.page, context.texts))


async def write_value(services: Services, context: UpdateContext, text: str) -> bool:
    """Take a written value of a rule; False when none was asked for, or no product has this id."""
    kind = services.admin.questions.take(context.user_id, context.chat_id)
    if kind is None or not services.access.may(context.user_id, Role.ADMIN):
        return False
    if kind is Kind.PRODUCT and await context.typing(services.catalog.product(text.split(maxsplit=1)[0])) is None:
        return False
    await ban(services, context, f"{kind.value}:{text}")
    return True


async def take_ban(services: Services, context: UpdateContext, press: TakeBan) -> None:
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


async def ban_product(services: Services, context: UpdateContext, press: BanProduct) -> None:
    """From a product's card: what of it, and then the question."""
    product_id = services.lists.product_id(press.product)
    if product_id is None or press.kind not in {"", *Kind}:
        await context.toast(old_button(context.texts), alert=True)
        return
    if press.kind == Kind.PRODUCT:
        await _ask_about(services, context, Kind.PRODUCT, product_id)
        return
    product = (await context.typing(look_up(services, product_id))).product
    if product is None:
        await context.toast(choice_gone(context.texts), alert=True)
        return
    if not press.kind:
        await context.say(ban_of_product(product, context.texts))
        return
    values = {"seller": product.store_id, "category": product.category, "brand": product.brand}
    await _ask_about(services, context, Kind(press.kind), values.get(press.kind, ""))


async def change_ban(services: Services, context: UpdateContext, press: ChangeBan) -> None:
    """Another reason or end, before the ban is confirmed."""
    request = services.admin.desk.get(press.request)
    fields: dict[str, object] | None = None
    if press.field == "r" and press.value in presets(context.texts):
        chosen = presets(context.texts)[press.value]
        fields = {"reason": "" if request is not None and request.reason == chosen else chosen}
    elif press.field == "u" and press.value in {*ENDS, "0"}:
        fields = {"until": services.clock() + ENDS[press.value] if press.value in ENDS else None}
    changed = await services.admin.desk.change(press.request, admin(context), **fields) if fields is not None else None
    if changed is None:
        await context.toast(
            old_button(context.texts) if request is None else said_words(Notice.DECIDED, context.texts), alert=True
        )
        return
    await show_request(services, context, press.request, changed, change=True)


async def step_ban(services: Services, context: UpdateContext, press: BanStep) -> None:
    """Confirm, cancel, undo. The effect is durable, and in force in every answer, before anybody is told."""
    if press.step not in set(Step):
        await context.toast(old_button(context.texts), alert=True)
        return
    here = place(context)
    pressed = await context.typing(services.admin.desk.press(press.request, Step(press.step), admin(context), here))
    if pressed is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    if pressed.said:
        await context.toast(said_words(pressed.said, context.texts), alert=True)
    if pressed.said is Notice.NOT_YOURS:
        return
    await show_request(services, context, press.request, pressed.request, change=True)
    work = services.admin.work
    if pressed.changed:
        await work.show(context.bot, press.request, pressed.request, but=here)
        if pressed.request.status == "waiting":
            await work.tell_admins(context.bot, press.request, pressed.request)
    work.follow(context.bot, press.request, pressed.request)


async def _ask_about(services: Services, context: UpdateContext, kind: Kind, value: str) -> None:
    try:
        rule = parse_rule(f"{kind.value}:{value}")
    except RuleError as error:
        await context.say(no_rule(error.fault, context.texts))
        return
    await _ask(services, context, Reading(rule, ""), None)


async def _ask(services: Services, context: UpdateContext, reading: Reading, until: datetime | None) -> None:
    request = BanRequest(
        rule=reading.rule.id,
        reason=reading.reason,
        until=until,
        by=admin(context),
        by_user=context.user_id,
        language=context.texts.language,
        at=services.clock(),
    )
    request_id = mark(entry_id(context), 8)
    kept = await services.admin.desk.ask(request_id, request)
    await show_request(services, context, request_id, kept)


async def show_request(
    services: Services, context: UpdateContext, request_id: str, request: BanRequest, *, change: bool = False
) -> None:
    """The request as it stands, in a new message or in place of the pressed one."""
    shown = Preview()
    if request.status in {"asked", "waiting"}:
        shown = await context.typing(services.admin.work.preview(request))
    card = request_card(request_id, request, shown, services.admin.work.standing(), context.texts)
    await (context.change(card) if change else context.say(card))


async def _meant(services: Services, asked: Argument) -> Reading:
    """The longest reading that hits a product; when none does, the one without a reason."""
    if len(asked.readings) > 1:
        for reading in asked.readings:
            if await services.admin.desk.count(reading.rule.id):
                return reading
    return asked.readings[0]


async def _values(services: Services, kind: Kind) -> tuple[tuple[str, int], ...]:
    if kind is Kind.SELLER:
        return await services.catalog.shops()
    request = services.visibility.narrowed(SearchRequest(text="", size=1))
    page = await services.catalog.search(request, services.visibility.allows)
    return page.facets.categories if kind is Kind.CATEGORY else page.facets.brands
