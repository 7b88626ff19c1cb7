"""/bans: what is banned, page by page."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bot.core.update_context import UpdateContext
from bot.features.bans.buttons import ShowBans
from bot.features.bans.list_replies import PER_PAGE, BanPage, ShownBan, ban_list
from bot.features.bans.models import rule_of
from bot.features.bans.refused_products import Held
from bot.features.bans.services import BanServices
from bot.ui.pager import Page, page_of
from bot.ui.reply import Reply
from pipeline.bans import Kind, Rules
from pipeline.bans.rule import KIND_WORDS
from pipeline.contracts.messages import Ban
from pipeline.text.letters import folded


async def bans(services: BanServices, context: UpdateContext, argument: str) -> None:
    """All bans, or those of the kind that was named, in either language."""
    kind = KIND_WORDS.get(folded(argument))
    await context.say(await context.typing(_page(services, context, kind or "", 0)))


async def show_bans(services: BanServices, context: UpdateContext, press: ShowBans) -> None:
    """Another page or kind, in place."""
    kind = press.kind if press.kind in set(Kind) else ""
    await context.change(await context.typing(_page(services, context, kind, press.page)))


def shown_bans(services: BanServices, bans: Iterable[Ban], held: Mapping[str, Held] | None = None) -> list[ShownBan]:
    """Bans with what people call what they name: as their makers saw it, else as the shops do, else by its id."""
    labels, terminal = services.bans.labels(), services.bans.terminal_bans()
    shown = []
    for ban in bans:
        hides = held.get(ban.rule) if held is not None else None
        label = labels.get((ban.rule, ban.at), "") or (hides.label if hides is not None else "")
        kind, _, value = ban.rule.partition(":")
        if kind == Kind.SELLER:
            label = _titled(services.titles.shown(value), label, value)
        shown.append(ShownBan(ban, label or value, (ban.rule, ban.by) in terminal, hides))
    return shown


def others_than(services: BanServices, ban: Ban) -> Rules:
    """The rules in force but this one."""
    return Rules(
        (other, standing.until)
        for standing in services.bans.in_force()
        if standing.rule != ban.rule and (other := rule_of(standing)) is not None
    )


async def _page(services: BanServices, context: UpdateContext, kind: str, number: int) -> Reply:
    active = services.bans.in_force()
    counts = Counter(ban.rule.partition(":")[0] for ban in active)
    kinds = {name.value: counts[name.value] for name in Kind if counts[name.value]}
    gone = kind if kind not in kinds else ""
    kind = "" if gone else kind
    of_kind = tuple(ban for ban in active if not kind or ban.rule.startswith(f"{kind}:"))
    page = page_of(of_kind, number, PER_PAGE)
    shown = Page(await counted_bans(services, page.items), page.number, page.pages, page.first)
    return ban_list(BanPage(shown, len(of_kind), kinds, kind, gone), services.clock(), context.texts)


async def counted_bans(services: BanServices, bans: Sequence[Ban]) -> list[ShownBan]:
    """Bans with how many products each holds back, whose shops' names are taken where no maker left one."""
    held = await services.refused.held(
        {rule: others_than(services, ban) for ban in bans if (rule := rule_of(ban)) is not None}
    )
    return shown_bans(services, bans, held)


def _titled(title: str, label: str, store_id: str) -> str:
    return title if title != store_id else label
