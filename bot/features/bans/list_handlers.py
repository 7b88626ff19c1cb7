"""/bans: the rules in force, page by page."""

from collections import Counter

from bot.core.update_context import UpdateContext
from bot.features.bans.list_replies import Listed, ban_list
from bot.services import Services
from bot.ui.callback_data import ShowBans
from bot.ui.reply import Reply
from pipeline.bans import Kind, Rule, RuleError, parse_rule
from pipeline.contracts.messages import Ban


async def bans(services: Services, context: UpdateContext, argument: str) -> None:
    """All rules, or those of the kind that was named."""
    kind = argument.strip().lower()
    await context.say(await context.typing(_page(services, context, kind if kind in set(Kind) else "", 0)))


async def show_bans(services: Services, context: UpdateContext, press: ShowBans) -> None:
    """Another page or kind, in place."""
    kind = press.kind if press.kind in set(Kind) else ""
    await context.change(await context.typing(_page(services, context, kind, press.page)))


def in_force(services: Services) -> tuple[Ban, ...]:
    """The bans that count now, the newest first."""
    now = services.clock()
    active = [ban for _, ban in services.admin.desk.book.items() if ban.until is None or now < ban.until]
    return tuple(sorted(active, key=lambda ban: ban.at, reverse=True))


async def _page(services: Services, context: UpdateContext, kind: str, page: int) -> Reply:
    active = in_force(services)
    counts = Counter(ban.rule.partition(":")[0] for ban in active)
    kinds = {name.value: counts[name.value] for name in Kind if counts[name.value]}
    of_kind = tuple(ban for ban in active if not kind or ban.rule.startswith(f"{kind}:"))
    listed = Listed(of_kind, kinds, kind, page)
    held = await services.admin.held.hits(rule for ban in listed.shown if (rule := _rule(ban)) is not None)
    return ban_list(Listed(of_kind, kinds, kind, page, held), context.texts)


def _rule(ban: Ban) -> Rule | None:
    try:
        return parse_rule(ban.rule)
    except RuleError:
        return None
