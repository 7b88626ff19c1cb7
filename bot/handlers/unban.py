"""/unban and the buttons that lift a rule, with the same care as a ban."""

import difflib

from bot.bans.steps import Said
from bot.handlers.acting import admin, entry_id
from bot.handlers.ban import show_request
from bot.handlers.bans import bans, in_force
from bot.replies.ban_choice import no_rule
from bot.replies.ban_notices import said_words
from bot.replies.bans import no_such_rule
from bot.replies.callback import LiftBan
from bot.replies.marks import mark
from bot.services import Services
from bot.turn import Turn
from pipeline.bans import Rule, RuleError, Rules, parse_rule
from pipeline.contracts.ban_requests import BanRequest
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
    await _ask(services, turn, rule, ban)


async def lift_ban(services: Services, turn: Turn, press: LiftBan) -> None:
    """Ask about the rule that was picked from a list."""
    ban = services.admin.desk.standing_ban(press.ban)
    rule = _parsed(ban) if ban is not None else None
    if ban is None or rule is None:
        await turn.toast(said_words(Said.GONE, turn.texts), alert=True)
        return
    await _ask(services, turn, rule, ban)


async def _ask(services: Services, turn: Turn, rule: Rule, ban: Ban) -> None:
    others = Rules(
        (other, standing.until)
        for standing in in_force(services)
        if standing.rule != ban.rule and (other := _parsed(standing)) is not None
    )
    returning = await turn.typing(services.admin.held.returning(rule, others))
    request = BanRequest(
        action="lift",
        rule=ban.rule,
        previous=ban,
        by=admin(turn),
        by_user=turn.user_id,
        language=turn.texts.language,
        at=services.clock(),
        hits=None if returning is None else returning.count,
        examples=() if returning is None else returning.names,
    )
    request_id = mark(entry_id(turn), 8)
    kept = await services.admin.desk.ask(request_id, request)
    await show_request(services, turn, request_id, kept)


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
