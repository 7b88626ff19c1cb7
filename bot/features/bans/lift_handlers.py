"""/unban and the buttons that lift a rule, with the same care as a ban."""

import difflib

from bot.core.actor import actor
from bot.core.update_context import UpdateContext
from bot.features.bans.choice_replies import no_rule
from bot.features.bans.handlers import ask
from bot.features.bans.list_handlers import bans
from bot.features.bans.list_replies import no_such_rule
from bot.features.bans.models import Admin, BanRequest, rule_of
from bot.features.bans.services import BanServices
from bot.features.bans.steps import Notice
from bot.features.bans.words import notice_words
from bot.products.buttons import LiftBan
from pipeline.bans import Rule, RuleError, Rules, parse_rule
from pipeline.bans.meant import shops_called, standing
from pipeline.contracts.messages import Ban

NEAR = 4
TEXT_LIMIT = 300


async def unban(services: BanServices, context: UpdateContext, argument: str) -> None:
    """Ask before a rule is lifted; suggest others when there is no such rule."""
    text = argument.strip()[:TEXT_LIMIT]
    if not text:
        await bans(services, context, "")
        return
    active = services.bans.in_force()
    try:
        rule = parse_rule(text)
    except RuleError as error:
        near = _near(text, active)
        await context.say(no_such_rule(text, near, context.texts) if near else no_rule(error.fault, context.texts))
        return
    called = {each.id for each in shops_called(rule, services.shops.names())}
    meant = {*standing(rule, (ban.rule for ban in active)), *called}
    named = tuple(ban for ban in active if ban.rule in meant)
    if len(named) != 1:
        await context.say(no_such_rule(rule.id, named or _near(rule.id, active), context.texts))
        return
    await _ask_to_lift(services, context, parse_rule(named[0].rule), named[0])


async def lift_ban(services: BanServices, context: UpdateContext, press: LiftBan) -> None:
    """Ask about the rule that was picked from a list."""
    ban = services.bans.standing_ban(press.ban)
    rule = rule_of(ban) if ban is not None else None
    if ban is None or rule is None:
        await context.toast(notice_words(Notice.GONE, context.texts), alert=True)
        return
    await _ask_to_lift(services, context, rule, ban)


async def _ask_to_lift(services: BanServices, context: UpdateContext, rule: Rule, ban: Ban) -> None:
    others = Rules(
        (other, standing.until)
        for standing in services.bans.in_force()
        if standing.rule != ban.rule and (other := rule_of(standing)) is not None
    )
    returning = await context.typing(services.refused.returning(rule, others))
    request = BanRequest(
        action="lift",
        rule=ban.rule,
        previous=ban,
        by=Admin.of(actor(context)),
        by_user=context.user_id,
        language=context.texts.language,
        at=services.clock(),
        hits=None if returning is None else returning.count,
        examples=() if returning is None else returning.names,
    )
    await ask(services, context, request)


def _near(text: str, active: tuple[Ban, ...]) -> tuple[Ban, ...]:
    """Rules that hold the text, or are written alike."""
    wanted = text.casefold().partition(":")[2] or text.casefold()
    by_id = {ban.rule: ban for ban in active}
    holding = [name for name in by_id if wanted.strip() in name.partition(":")[2]]
    alike = difflib.get_close_matches(text.casefold(), list(by_id), n=NEAR, cutoff=0.6)
    return tuple(by_id[name] for name in dict.fromkeys((*holding, *alike)))[:NEAR]
