"""/ban, and the buttons of a ban request."""

from typing import Literal

from bot.core.actor import actor, entry_id
from bot.core.place import place
from bot.core.update_context import UpdateContext
from bot.features.bans.argument import Argument, parse
from bot.features.bans.buttons import BanStep, ChangeBan, ShowRequest
from bot.features.bans.choice_replies import no_end, no_rule
from bot.features.bans.finding_replies import which_offer
from bot.features.bans.kindless import kinds_meant, with_kind
from bot.features.bans.meaning import Meaning, meaning
from bot.features.bans.models import ENDLESS, WRITTEN, Admin, BanOption, BanRequest
from bot.features.bans.named_offers import NoSuchOffer, with_offers
from bot.features.bans.naming import as_written
from bot.features.bans.open_rows import ENDS, NO_REASON, WRITE
from bot.features.bans.questions import DetailQuestion, WrittenBeside
from bot.features.bans.replies import write_detail
from bot.features.bans.services import BanServices
from bot.features.bans.steps import Notice, Step
from bot.features.bans.words import notice_words
from bot.products.ban_reasons import preset_reasons
from bot.ui.callback_ids import mark
from bot.ui.notices import old_button
from pipeline.bans import Fault, RuleError, UntilError, parse_rule

TEXT_LIMIT = 700


async def ban(services: BanServices, context: UpdateContext, argument: str) -> None:
    """Show what the rule would hide, and ask; without a rule, help to find one."""
    text = argument.strip()[:TEXT_LIMIT]
    if not text:
        await context.say(await context.typing(services.guide.kinds(context.texts)))
        return
    if text.casefold().startswith(("http://", "https://")):
        text = f"product:{text}"
    try:
        written = parse(text, services.clock(), context.texts.zone)
    except RuleError as error:
        await _explain(services, context, error.fault, text)
        return
    except UntilError as error:
        await context.say(no_end(error, services.clock(), context.texts))
        return
    try:
        asked = await context.typing(with_offers(services.products, written))
    except NoSuchOffer as missing:
        await _which_offer(services, context, missing)
        return
    shops = await context.typing(services.titles.names())
    await ask_for_ban(
        services, context, await context.typing(meaning(services.bans, services.products.catalog, shops, asked)), text
    )


async def _explain(services: BanServices, context: UpdateContext, fault: Fault, text: str) -> None:
    """Ask what is meant when only the kind is missing and something is called so; else say how a ban is written."""
    if fault is Fault.NO_KIND and (named := with_kind(text)) != text:
        await ban(services, context, named)
        return
    if fault is Fault.NO_KIND:
        shops = await context.typing(services.titles.names())
        try:
            meant = await context.typing(kinds_meant(services.bans, shops, text, services.clock(), context.texts.zone))
        except UntilError as error:
            await context.say(no_end(error, services.clock(), context.texts))
            return
        if meant is not None:
            await ask_for_ban(services, context, meant, text)
            return
    example = await context.typing(services.guide.example())
    await context.say(no_rule(fault, example, context.texts))


async def ask_for_ban(services: BanServices, context: UpdateContext, meant: Meaning, written: str = "") -> None:
    """Keep a new request for a ban, and show it. `written` is what the person wrote, with their capital letters."""
    asked = meant.likeliest
    label = asked.label or await context.typing(services.guide.label(parse_rule(asked.rule)))
    label = label or as_written(parse_rule(asked.rule).value, written)
    request = new_request(services, context, asked.called(label)).model_copy(
        update={
            "options": tuple(one.called(label) if one.rule == asked.rule and not one.label else one
                             for one in meant.options),
            "must_choose": meant.ask,
        }
    )  # fmt: skip
    await ask(services, context, request)


def new_request(services: BanServices, context: UpdateContext, asked: BanOption) -> BanRequest:
    """A request for this ban by the person, as it is before anything was chosen."""
    return BanRequest(
        rule=asked.rule,
        label=asked.label,
        reason=asked.reason,
        until=asked.until,
        end=WRITTEN if asked.until is not None else ENDLESS if asked.endless else "",
        by=Admin.of(actor(context)),
        by_user=context.user_id,
        language=context.texts.language,
        at=services.clock(),
    )


async def ask(services: BanServices, context: UpdateContext, request: BanRequest, *, in_place: bool = False) -> None:
    """Keep a new request and show it, `in_place` of the message whose button was pressed.

    A repeat of the update shows the one that is kept.
    """
    request_id = mark(entry_id(context), 8)
    kept = await services.bans.ask(request_id, request)
    give = context.change if in_place else context.say
    await give(await context.typing(services.messages.drawn(request_id, kept, context.texts)))


async def show_request(services: BanServices, context: UpdateContext, press: ShowRequest) -> None:
    """The request as it stands, for an admin who lost sight of it or whom it waits for."""
    request = services.bans.get(press.request)
    if request is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    await context.say(await context.typing(services.messages.drawn(press.request, request, context.texts)))


async def change_ban(services: BanServices, context: UpdateContext, press: ChangeBan) -> None:
    """Another reason or end, before the ban is confirmed; or the question for one in the admin's own words."""
    services.questions.take(context.user_id, context.chat_id)
    request = services.bans.get(press.request)
    if request is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    if press.value == WRITE and press.field in {"r", "u"} and may_change(request, context):
        field: Literal["reason", "end"] = "reason" if press.field == "r" else "end"
        services.questions.ask(context.user_id, context.chat_id, DetailQuestion(press.request, field, place(context)))
        await context.change(write_detail(press.request, request, field, context.texts))
        return
    changed = request if press.field == "b" else await _changed(services, context, press)
    if changed is None:
        await context.toast(notice_words(Notice.DECIDED, context.texts), alert=True)
        return
    await show(services, context, press.request, changed)


def may_change(request: BanRequest, context: UpdateContext) -> bool:
    """Whether the person may still say why and until when."""
    return (request.action, request.status, request.by.id) == ("ban", "asked", context.pseudonym)


async def step_ban(services: BanServices, context: UpdateContext, press: BanStep) -> None:
    """Confirm, cancel, undo. The effect is durable, and in force in every answer, before anybody is told."""
    if press.step not in set(Step):
        await context.toast(old_button(context.texts), alert=True)
        return
    await take_step(services, context, press.request, Step(press.step))


async def take_step(services: BanServices, context: UpdateContext, request_id: str, step: Step) -> None:
    """Take the step for the person, and show what came of it in the message whose button was pressed."""
    here, who = place(context), Admin.of(actor(context))
    if here is not None and services.messages.cards.shows(request_id, here.chat_id, here.message_id):
        # Another admin's card follows the request by itself.
        here = None
    pressed = await context.typing(services.bans.press(request_id, step, who, here))
    if pressed is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    if pressed.notice:
        await context.toast(notice_words(pressed.notice, context.texts), alert=True)
    if pressed.notice is Notice.NOT_YOURS:
        return
    await show(services, context, request_id, pressed.request)
    if pressed.changed:
        await services.messages.show(request_id, pressed.request, but=here)
    services.progress.follow(request_id, pressed.request)


async def show(services: BanServices, context: UpdateContext, request_id: str, request: BanRequest) -> None:
    """Put the request in place of the message whose button was pressed."""
    await context.change(await context.typing(services.messages.drawn(request_id, request, context.texts)))


async def _changed(services: BanServices, context: UpdateContext, press: ChangeBan) -> BanRequest | None:
    who, reasons = Admin.of(actor(context)), preset_reasons(context.texts)
    if press.field == "o" and press.value.isdecimal():
        return await services.bans.choose(press.request, who, int(press.value))
    if press.field == "f":
        return await services.bans.mean_future(press.request, who)
    if press.field == "r" and press.value in {*reasons, NO_REASON}:
        return await services.bans.set_reason(press.request, who, reasons.get(press.value, ""))
    if press.field == "u" and press.value in {*ENDS, ENDLESS}:
        until = services.clock() + ENDS[press.value] if press.value in ENDS else None
        return await services.bans.set_end(press.request, who, until, press.value)
    return None


async def _which_offer(services: BanServices, context: UpdateContext, missing: NoSuchOffer) -> None:
    """The offers that may be meant, as buttons; what was written beside their name is kept until one is chosen."""
    argument: Argument = missing.argument
    beside = WrittenBeside(missing.reading.reason, argument.until, argument.endless)
    offers = frozenset(offer.offer_id for offer in missing.offers)
    services.questions.remember(context.user_id, context.chat_id, offers, beside)
    await services.products.lists.keep_long_ids(missing.offers)
    await context.say(which_offer(missing.reading.rule, missing.offers, context.texts, near=missing.near))
