"""/ban, and the buttons of a ban request."""

from bot.core.actor import actor, entry_id
from bot.core.place import place
from bot.core.update_context import UpdateContext
from bot.features.bans.argument import parse
from bot.features.bans.buttons import BanStep, ChangeBan, ShowRequest
from bot.features.bans.choice_replies import ban_kinds, no_end, no_rule, which_offer
from bot.features.bans.meaning import Meaning, meaning
from bot.features.bans.models import Admin, BanRequest
from bot.features.bans.replies import ENDS
from bot.features.bans.services import BanServices
from bot.features.bans.steps import Notice, Step
from bot.features.bans.words import notice_words, preset_reasons
from bot.ui.callback_ids import mark
from bot.ui.notices import old_button
from pipeline.bans import RuleError, UntilError, parse_rule
from pipeline.bans.meant import NotOneOffer, meant

TEXT_LIMIT = 700


async def ban(services: BanServices, context: UpdateContext, argument: str) -> None:
    """Show what the rule would stop, and ask; without a rule, help to find one."""
    if not argument.strip():
        await context.say(ban_kinds(context.texts))
        return
    try:
        asked = parse(argument[:TEXT_LIMIT], services.clock(), context.texts.zone)
    except RuleError as error:
        await context.say(no_rule(error.fault, context.texts))
        return
    except UntilError as error:
        await context.say(no_end(error, services.clock(), context.texts))
        return
    found = await context.typing(meaning(services.bans, services.products.catalog, services.shops.names(), asked))
    try:
        rule = await context.typing(meant(parse_rule(found.likeliest.rule), services.products.catalog))
    except NotOneOffer as error:
        written = found.likeliest
        services.questions.remember(context.user_id, context.chat_id, error.rule.value, written.reason, written.until)
        await services.products.lists.keep_long_ids(error.candidates)
        await context.say(which_offer(error.rule, error.candidates, context.texts))
        return
    await ask_for_ban(services, context, found.of_offer(rule))


async def ask_for_ban(services: BanServices, context: UpdateContext, meant: Meaning) -> None:
    """Keep a new request for a ban, and show it."""
    asked = meant.likeliest
    request = BanRequest(
        rule=asked.rule,
        reason=asked.reason,
        until=asked.until,
        options=meant.options,
        must_choose=meant.ask,
        by=Admin.of(actor(context)),
        by_user=context.user_id,
        language=context.texts.language,
        at=services.clock(),
    )
    await ask(services, context, request)


async def ask(services: BanServices, context: UpdateContext, request: BanRequest) -> None:
    """Keep a new request and show it; a repeat of the update shows the one that is kept."""
    request_id = mark(entry_id(context), 8)
    kept = await services.bans.ask(request_id, request)
    await context.say(await context.typing(services.messages.card(request_id, kept, context.texts)))


async def show_request(services: BanServices, context: UpdateContext, press: ShowRequest) -> None:
    """The request as it stands, for an admin who lost sight of it or whom it waits for."""
    request = services.bans.get(press.request)
    if request is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    await context.say(await context.typing(services.messages.card(press.request, request, context.texts)))


async def change_ban(services: BanServices, context: UpdateContext, press: ChangeBan) -> None:
    """Another reason or end, before the ban is confirmed."""
    request = services.bans.get(press.request)
    changed = None if request is None else await _changed(services, context, press, request)
    if changed is None:
        await context.toast(
            old_button(context.texts) if request is None else notice_words(Notice.DECIDED, context.texts), alert=True
        )
        return
    await _show(services, context, press.request, changed)


async def step_ban(services: BanServices, context: UpdateContext, press: BanStep) -> None:
    """Confirm, cancel, undo. The effect is durable, and in force in every answer, before anybody is told."""
    if press.step not in set(Step):
        await context.toast(old_button(context.texts), alert=True)
        return
    here, who = place(context), Admin.of(actor(context))
    pressed = await context.typing(services.bans.press(press.request, Step(press.step), who, here))
    if pressed is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    if pressed.notice:
        await context.toast(notice_words(pressed.notice, context.texts), alert=True)
    if pressed.notice is Notice.NOT_YOURS:
        return
    await _show(services, context, press.request, pressed.request)
    if pressed.changed:
        await services.messages.show(press.request, pressed.request, but=here)
        if pressed.request.status == "waiting":
            await services.messages.tell_admins(press.request, pressed.request)
    services.progress.follow(press.request, pressed.request)


async def _changed(
    services: BanServices, context: UpdateContext, press: ChangeBan, request: BanRequest
) -> BanRequest | None:
    who, reasons = Admin.of(actor(context)), preset_reasons(context.texts)
    if press.field == "o" and press.value.isdecimal():
        return await services.bans.choose(press.request, who, int(press.value))
    if press.field == "r" and press.value in reasons:
        chosen = reasons[press.value]
        # The reason that is set already is taken back by the same button.
        return await services.bans.set_reason(press.request, who, "" if request.reason == chosen else chosen)
    if press.field == "u" and press.value in {*ENDS, "0"}:
        until = services.clock() + ENDS[press.value] if press.value in ENDS else None
        return await services.bans.set_end(press.request, who, until)
    return None


async def _show(services: BanServices, context: UpdateContext, request_id: str, request: BanRequest) -> None:
    await context.change(await context.typing(services.messages.card(request_id, request, context.texts)))
