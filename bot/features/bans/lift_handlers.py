"""/unban and the buttons that lift a rule, with the same care as a ban."""

import difflib

from bot.core.actor import actor
from bot.core.update_context import UpdateContext
from bot.features.bans.handlers import ask
from bot.features.bans.list_handlers import bans, counted_bans, others_than, shown_bans
from bot.features.bans.list_replies import ShownBan, no_such_ban
from bot.features.bans.models import Admin, BanRequest, rule_of
from bot.features.bans.refused_products import Returning
from bot.features.bans.services import BanServices
from bot.features.bans.steps import Notice
from bot.features.bans.words import notice_words
from bot.products.buttons import LiftBan
from pipeline.bans import RuleError, parse_rule
from pipeline.bans.meant import shops_called, standing
from pipeline.text.letters import folded

MOST_SHOWN = 8
WITHIN = 0.9
TEXT_LIMIT = 300


async def unban(services: BanServices, context: UpdateContext, argument: str) -> None:
    """Ask before a ban is lifted; show those in force when there is no such one."""
    text = argument.strip()[:TEXT_LIMIT]
    if not text:
        await bans(services, context, "")
        return
    active = shown_bans(services, services.bans.in_force())
    named = await context.typing(_named(services, text, active))
    if len(named) == 1:
        await _ask_to_lift(services, context, named[0])
        return
    nearest = named or sorted(active, key=lambda one: -_nearness(text, one))
    shown = await context.typing(counted_bans(services, [one.ban for one in nearest[:MOST_SHOWN]]))
    await context.say(no_such_ban(text, tuple(shown), context.texts, several=bool(named)))


async def lift_ban(services: BanServices, context: UpdateContext, press: LiftBan) -> None:
    """Ask about the rule that was picked from a list."""
    ban = services.bans.standing_ban(press.ban)
    rule = rule_of(ban) if ban is not None else None
    if ban is None or rule is None:
        await context.toast(notice_words(Notice.GONE, context.texts), alert=True)
        return
    await _ask_to_lift(services, context, shown_bans(services, [ban])[0])


async def _ask_to_lift(services: BanServices, context: UpdateContext, shown: ShownBan) -> None:
    ban = shown.ban
    returning = await context.typing(services.refused.returning(parse_rule(ban.rule), others_than(services, ban)))
    request = BanRequest(
        action="lift",
        rule=ban.rule,
        label=_label(shown, returning),
        previous=ban,
        by=Admin.of(actor(context)),
        by_user=context.user_id,
        language=context.texts.language,
        at=services.clock(),
        hits=None if returning is None else returning.count,
        examples=() if returning is None else returning.names,
    )
    await ask(services, context, request)


def _label(shown: ShownBan, returning: Returning | None) -> str:
    """What was known of it, or else what the shops' products tell."""
    known = shown.label != shown.ban.rule.partition(":")[2]
    return shown.label if known or returning is None else returning.label or shown.label


async def _named(services: BanServices, text: str, active: list[ShownBan]) -> list[ShownBan]:
    """The bans that the text names: by their rule, else by what people call what they ban."""
    readable = [one for one in active if rule_of(one.ban) is not None]
    try:
        rule = parse_rule(text)
    except RuleError:
        wanted, kind = folded(text), ""
    else:
        shops = await services.titles.names()
        meant = {
            *standing(rule, (one.ban.rule for one in readable)),
            *(each.id for each in shops_called(rule, shops)),
        }
        by_rule = [one for one in readable if one.ban.rule in meant]
        if by_rule:
            return by_rule
        wanted, kind = folded(rule.value), rule.kind.value
    return [one for one in readable if wanted in _names(one) and one.ban.rule.startswith(kind)]


def _names(shown: ShownBan) -> tuple[str, ...]:
    return folded(shown.label), folded(shown.ban.rule.partition(":")[2])


def _nearness(text: str, shown: ShownBan) -> float:
    """0 to 1: how nearly the text is what the ban is called."""
    wanted = folded(text.partition(":")[2] or text)
    return max(
        WITHIN if len(wanted) > 2 and wanted in name else difflib.SequenceMatcher(None, wanted, name).ratio()
        for name in _names(shown)
    )
