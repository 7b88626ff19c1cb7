"""/bans: the rules in force, page by page."""

from collections import Counter

from bot.core.update_context import UpdateContext
from bot.features.bans.buttons import ShowBans
from bot.features.bans.list_replies import PER_PAGE, BanPage, ban_list
from bot.features.bans.models import rule_of
from bot.features.bans.services import BanServices
from bot.ui.pager import page_of
from bot.ui.reply import Reply
from pipeline.bans import Kind


async def bans(services: BanServices, context: UpdateContext, argument: str) -> None:
    """All rules, or those of the kind that was named."""
    kind = argument.strip().lower()
    await context.say(await context.typing(_page(services, context, kind if kind in set(Kind) else "", 0)))


async def show_bans(services: BanServices, context: UpdateContext, press: ShowBans) -> None:
    """Another page or kind, in place."""
    kind = press.kind if press.kind in set(Kind) else ""
    await context.change(await context.typing(_page(services, context, kind, press.page)))


async def _page(services: BanServices, context: UpdateContext, kind: str, number: int) -> Reply:
    active = services.bans.in_force()
    counts = Counter(ban.rule.partition(":")[0] for ban in active)
    kinds = {name.value: counts[name.value] for name in Kind if counts[name.value]}
    of_kind = tuple(ban for ban in active if not kind or ban.rule.startswith(f"{kind}:"))
    page = page_of(of_kind, number, PER_PAGE)
    refused = await services.refused.hits(rule for ban in page.items if (rule := rule_of(ban)) is not None)
    return ban_list(BanPage(page, len(of_kind), kinds, kind, refused), context.texts)
