"""/unban and the buttons that lift a rule, with the same care as a ban."""

import difflib

from bot.handlers.acting import admin
from bot.handlers.bans import bans, in_force
from bot.replies.ban_choice import no_rule
from bot.replies.ban_notices import lifted_before
from bot.replies.bans import kept, lift_question, lifted, no_such_rule
from bot.replies.callback import LiftBan
from bot.replies.notices import old_button
from bot.replies.reply import Reply
from bot.services import Services
from bot.turn import Turn
from pipeline.bans import Rule, RuleError, Rules, parse_rule
from pipeline.contracts.messages import Ban

NEAR = 4
TEXT_LIMIT = 300


async def unban(services: Services, turn: Turn, argument: str) -> None:
    """Ask before a rule is lifted; suggest others when there is no such rule."""
    text = argument.strip()[:TEXT_LIMIT]
    if not text:
        await bans(services, turn, "")
        return
    active = in_force(services)
    try:
        rule = parse_rule(text)
    except RuleError as error:
        near = _near(text, active)
        await turn.say(no_such_rule(text, near, turn.texts) if near else no_rule(error.fault, turn.texts))
        return
    ban = next((ban for ban in active if ban.rule == rule.id), None)
    if ban is None:
        await turn.say(no_such_rule(rule.id, _near(rule.id, active), turn.texts))
        return
    await turn.say(await turn.typing(_question(services, turn, rule, ban)))


async def lift_ban(services: Services, turn: Turn, press: LiftBan) -> None:
    """Ask, lift, or leave it."""
    desk = services.admin.desk
    if press.step == "yes":
        done = await turn.typing(desk.lift(press.ban, admin(turn)))
        if done is None:
            await turn.toast(lifted_before(turn.texts), alert=True)
            return
        await turn.change(lifted(done, turn.texts))
        return
    ban = desk.standing_ban(press.ban)
    if ban is None:
        await turn.toast(lifted_before(turn.texts), alert=True)
    elif press.step == "ask":
        await turn.say(await turn.typing(_question(services, turn, parse_rule(ban.rule), ban)))
    elif press.step == "no":
        await turn.change(kept(ban, turn.texts))
    else:
        await turn.toast(old_button(turn.texts), alert=True)


async def _question(services: Services, turn: Turn, rule: Rule, ban: Ban) -> Reply:
    others = Rules(
        (other, standing.until)
        for standing in in_force(services)
        if standing.rule != ban.rule and (other := _parsed(standing)) is not None
    )
    return lift_question(ban, await services.admin.held.returning(rule, others), turn.texts)


def _parsed(ban: Ban) -> Rule | None:
    try:
        return parse_rule(ban.rule)
    except RuleError:
        return None


def _near(text: str, active: tuple[Ban, ...]) -> tuple[Ban, ...]:
    """Rules that hold the text, or are written alike."""
    wanted = text.casefold().partition(":")[2] or text.casefold()
    by_id = {ban.rule: ban for ban in active}
    holding = [name for name in by_id if wanted.strip() in name.partition(":")[2]]
    alike = difflib.get_close_matches(text.casefold(), list(by_id), n=NEAR, cutoff=0.6)
    return tuple(by_id[name] for name in dict.fromkeys((*holding, *alike)))[:NEAR]
