"""/ban, the guided way to it, and the buttons of a ban request."""

from datetime import datetime

from bot.bans.argument import Argument, Reading, parse
from bot.bans.preview import Preview
from bot.bans.steps import Said, Step
from bot.handlers.acting import admin, entry_id, place
from bot.handlers.product import look_up
from bot.replies.ban import ENDS, presets
from bot.replies.ban_choice import PICKABLE, ban_kinds, ban_of_product, ban_values, how_to_write, no_end, no_rule
from bot.replies.ban_notices import said_words
from bot.replies.ban_request import request_card
from bot.replies.callback import BanProduct, BanStep, ChangeBan, PickBan, TakeBan
from bot.replies.marks import mark
from bot.replies.notices import choice_gone, old_button
from bot.roles import Role
from bot.services import Services
from bot.turn import Turn
from pipeline.bans import Kind, RuleError, UntilError, parse_rule
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.ban_requests import BanRequest

TEXT_LIMIT = 700


async def ban(services: Services, turn: Turn, argument: str) -> None:
    """Show what the rule would stop, and ask; without a rule, help to find one."""
    if not argument.strip():
        await turn.say(ban_kinds(turn.texts))
        return
    try:
        asked = parse(argument[:TEXT_LIMIT], services.clock())
    except RuleError as error:
        await turn.say(no_rule(error.fault, turn.texts))
        return
    except UntilError:
        await turn.say(no_end(turn.texts))
        return
    reading = await turn.typing(_meant(services, asked))
    await _ask(services, turn, reading, asked.until)


async def pick_ban(services: Services, turn: Turn, press: PickBan) -> None:
    """The kinds, or what there is of one."""
    services.admin.questions.take(turn.user_id, turn.chat_id)
    if not press.kind:
        await turn.change(ban_kinds(turn.texts))
        return
    if press.kind not in set(Kind):
        await turn.toast(old_button(turn.texts), alert=True)
        return
    kind = Kind(press.kind)
    if kind not in PICKABLE:
        services.admin.questions.ask(turn.user_id, turn.chat_id, kind)
        await turn.change(how_to_write(kind, turn.texts))
        return
    await turn.change(ban_values(kind, await turn.typing(_values(services, kind)), press.page, turn.texts))


async def write_value(services: Services, turn: Turn, text: str) -> bool:
    """Take a written value of a rule; False when none was asked for, or no product has this id."""
    kind = services.admin.questions.take(turn.user_id, turn.chat_id)
    if kind is None or not services.access.may(turn.user_id, Role.ADMIN):
        return False
    if kind is Kind.PRODUCT and await turn.typing(services.catalog.product(text.split(maxsplit=1)[0])) is None:
        return False
    await ban(services, turn, f"{kind.value}:{text}")
    return True


async def take_ban(services: Services, turn: Turn, press: TakeBan) -> None:
    """Ask about the value that was picked."""
    if press.kind not in set(PICKABLE):
        await turn.toast(old_button(turn.texts), alert=True)
        return
    kind = Kind(press.kind)
    values = await turn.typing(_values(services, kind))
    value = next((value for value, _ in values if mark(value) == press.value), None)
    if value is None:
        await turn.toast(choice_gone(turn.texts), alert=True)
        return
    await _ask_about(services, turn, kind, value)


async def ban_product(services: Services, turn: Turn, press: BanProduct) -> None:
    """From a product's card: what of it, and then the question."""
    product_id = services.lists.product_id(press.product)
    if product_id is None or press.kind not in {"", *Kind}:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    if press.kind == Kind.PRODUCT:
        await _ask_about(services, turn, Kind.PRODUCT, product_id)
        return
    product = (await turn.typing(look_up(services, product_id))).product
    if product is None:
        await turn.toast(choice_gone(turn.texts), alert=True)
        return
    if not press.kind:
        await turn.say(ban_of_product(product, turn.texts))
        return
    values = {"seller": product.store_id, "category": product.category, "brand": product.brand}
    await _ask_about(services, turn, Kind(press.kind), values.get(press.kind, ""))


async def change_ban(services: Services, turn: Turn, press: ChangeBan) -> None:
    """Another reason or end, before the ban is confirmed."""
    request = services.admin.desk.get(press.request)
    fields: dict[str, object] | None = None
    if press.field == "r" and press.value in presets(turn.texts):
        chosen = presets(turn.texts)[press.value]
        fields = {"reason": "" if request is not None and request.reason == chosen else chosen}
    elif press.field == "u" and press.value in {*ENDS, "0"}:
        fields = {"until": services.clock() + ENDS[press.value] if press.value in ENDS else None}
    changed = await services.admin.desk.change(press.request, admin(turn), **fields) if fields is not None else None
    if changed is None:
        await turn.toast(
            old_button(turn.texts) if request is None else said_words(Said.DECIDED, turn.texts), alert=True
        )
        return
    await show_request(services, turn, press.request, changed, change=True)


async def step_ban(services: Services, turn: Turn, press: BanStep) -> None:
    """Confirm, cancel, undo. The effect is durable, and in force in every answer, before anybody is told."""
    if press.step not in set(Step):
        await turn.toast(old_button(turn.texts), alert=True)
        return
    here = place(turn)
    pressed = await turn.typing(services.admin.desk.press(press.request, Step(press.step), admin(turn), here))
    if pressed is None:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    if pressed.said:
        await turn.toast(said_words(pressed.said, turn.texts), alert=True)
    if pressed.said is Said.NOT_YOURS:
        return
    await show_request(services, turn, press.request, pressed.request, change=True)
    work = services.admin.work
    if pressed.changed:
        await work.show(turn.bot, press.request, pressed.request, but=here)
        if pressed.request.status == "waiting":
            await work.tell_admins(turn.bot, press.request, pressed.request)
    work.follow(turn.bot, press.request, pressed.request)


async def _ask_about(services: Services, turn: Turn, kind: Kind, value: str) -> None:
    try:
        rule = parse_rule(f"{kind.value}:{value}")
    except RuleError as error:
        await turn.say(no_rule(error.fault, turn.texts))
        return
    await _ask(services, turn, Reading(rule, ""), None)


async def _ask(services: Services, turn: Turn, reading: Reading, until: datetime | None) -> None:
    request = BanRequest(
        rule=reading.rule.id,
        reason=reading.reason,
        until=until,
        by=admin(turn),
        by_user=turn.user_id,
        language=turn.texts.language,
        at=services.clock(),
    )
    request_id = mark(entry_id(turn), 8)
    kept = await services.admin.desk.ask(request_id, request)
    await show_request(services, turn, request_id, kept)


async def show_request(
    services: Services, turn: Turn, request_id: str, request: BanRequest, *, change: bool = False
) -> None:
    """The request as it stands, in a new message or in place of the pressed one."""
    shown = Preview()
    if request.status in {"asked", "waiting"}:
        shown = await turn.typing(services.admin.work.preview(request))
    card = request_card(request_id, request, shown, services.admin.work.standing(), turn.texts)
    await (turn.change(card) if change else turn.say(card))


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
    request = services.gate.narrowed(SearchRequest(text="", size=1))
    page = await services.catalog.search(request, services.gate.allows)
    return page.facets.categories if kind is Kind.CATEGORY else page.facets.brands
