"""The rules in force as a paged list, and lifting one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.features.bans.buttons import PickBan, ShowBans
from bot.features.bans.choice_replies import ICONS
from bot.features.bans.models import rule_of
from bot.features.bans.refused_products import Held
from bot.features.bans.words import end_words, kind_words, moment_words, reason_words, rule_words
from bot.products.buttons import LiftBan, ban_mark
from bot.ui.locale import Html, Texts, number
from bot.ui.pager import Page, pager
from bot.ui.reply import Button, Reply, Rows, in_rows
from bot.ui.text import clean, cut, escaped, fit
from bot.ui.time import clock, day
from pipeline.bans import Kind, Rule
from pipeline.contracts.messages import Ban

PER_PAGE = 5
LABEL_LIMIT = 40


@dataclass(frozen=True, slots=True)
class ShownBan:
    """A ban with what people call what it names, and what it hides, if that is known."""

    ban: Ban
    label: str = ""
    terminal: bool = False
    held: Held | None = None


@dataclass(frozen=True, slots=True)
class BanPage:
    """A page of the bans of a kind (all: empty), the newest first; `kinds` says how many there are of each kind.

    `gone` is a kind that was asked for and has none: all are shown.
    """

    page: Page[ShownBan]
    total: int
    kinds: Mapping[str, int]
    kind: str = ""
    gone: str = ""


def ban_list(shown: BanPage, now: datetime, texts: Texts) -> Reply:
    """The bans in force, each with a button that lifts it."""
    if not shown.total:
        return Reply(texts.html("✅ No bans are in force."), ((Button(texts.plain("🚫 Ban something"), PickBan()),),))
    heading = texts.html_n("🚫 <b>{n} ban in force</b>", "🚫 <b>{n} bans in force</b>", shown.total)
    if shown.kind:
        heading = Html(f"{heading} · {escaped(kind_words(Kind(shown.kind), texts))}")
    numbered = tuple(enumerate(shown.page.items, start=shown.page.first + 1))
    items = [_item(number, one, now, texts) for number, one in numbered]
    gone = [none_of_kind(Kind(shown.gone), texts)] if shown.gone else []
    lifts = [Button(f"🔓 {number}", LiftBan(ban_mark(one.ban))) for number, one in numbered]
    arrows = pager(shown.page.number, shown.page.pages, lambda number: ShowBans(shown.kind, number))
    blocks = [heading, *(escaped(line) for line in gone), *items]
    return Reply(fit(blocks), (*in_rows(lifts, 5), *arrows, *_kinds(shown, texts)))


def none_of_kind(kind: Kind, texts: Texts) -> str:
    """Nothing of the kind is banned, so all bans are shown."""
    return texts.plain("No bans of this kind ({kind}): all are shown.", kind=kind_words(kind, texts).lower())


def no_such_ban(written: str, bans: tuple[ShownBan, ...], texts: Texts, *, several: bool) -> Reply:
    """/unban of what is not banned, or of several things that are called so; with the bans, the nearest first."""
    named = cut(clean(written), 120)
    if several:
        blocks = [texts.html("🔓 Several bans are called <b>{name}</b>. Which one do you want to lift?", name=named)]
    else:
        blocks = [texts.html("🤷 No such ban: <b>{name}</b>.", name=named)]
        blocks.append(texts.html("In force:") if bans else texts.html("No bans are in force."))
    buttons = [
        (Button(cut(f"{_icon(one.ban)} {clean(one.label)}", LABEL_LIMIT), LiftBan(ban_mark(one.ban))),) for one in bans
    ]
    return Reply(fit(blocks, between="\n"), (*buttons, (Button(texts.plain("‹ All bans"), ShowBans()),)))


def ban_over(rule: Rule, ban: Ban, label: str, now: datetime, texts: Texts) -> Reply:
    """To the admin who made a ban that has ended by itself."""
    until = moment_words(ban.until, texts, now) if ban.until is not None else ""
    return Reply(
        fit([texts.html("⌛️ <b>A ban of yours is over</b>"), rule_words(rule, texts, label),
             texts.html("It ended at {moment}; its products are on sale again.", moment=until)]),
        ((Button(texts.plain("‹ All bans"), ShowBans()),),),
    )  # fmt: skip


def about_ban(shown: ShownBan, texts: Texts, now: datetime) -> Html:
    """The rule, why, by whom and until when."""
    ban, rule = shown.ban, rule_of(shown.ban)
    lines = [rule_words(rule, texts, shown.label) if rule is not None else escaped(cut(clean(ban.rule), 120))]
    if ban.reason:
        lines.append(reason_words(ban.reason, texts))
    name, moment = cut(clean(ban.by), 64), f"{day(ban.at, texts, now)}, {clock(ban.at, texts)}"
    if shown.terminal:
        lines.append(texts.html("By: {name} in the terminal, {moment}", name=name, moment=moment))
    else:
        lines.append(texts.html("By: {name}, {moment}", name=name, moment=moment) if name else escaped(moment))
    if ban.until is not None:
        lines.append(texts.html("Until: {moment}", moment=end_words(ban.until, texts, now)))
    return Html("\n".join(lines))


def _item(number: int, shown: ShownBan, now: datetime, texts: Texts) -> Html:
    lines = [f"<b>{number}.</b> {about_ban(shown, texts, now)}"]
    if shown.held is not None:
        lines.append(_held(shown.held, texts))
    return Html("\n".join(lines))


def _held(held: Held, texts: Texts) -> Html:
    if not held.alone and not held.shared:
        return texts.html("Hides nothing at the moment")
    if not held.alone:
        return texts.html_n("Hidden: {n}, other bans hide it too", "Hidden: {n}, other bans hide them too", held.shared)
    if held.shared:
        return texts.html_n("Hidden: {alone}, and {n} that other bans hide too",
                            "Hidden: {alone}, and {n} that other bans hide too",
                            held.shared, alone=number(held.alone, texts.language))  # fmt: skip
    return texts.html("Hidden: {n}", n=number(held.alone, texts.language))


def _icon(ban: Ban) -> str:
    rule = rule_of(ban)
    return ICONS[rule.kind] if rule is not None else "🚫"


def _kinds(shown: BanPage, texts: Texts) -> Rows:
    if len(shown.kinds) <= 1 and not shown.kind:
        return ()
    filters = [Button(("✓ " if not shown.kind else "") + texts.plain("All"), ShowBans())]
    filters += [
        Button(("✓ " if kind == shown.kind else "") + f"{kind_words(Kind(kind), texts)} {count}", ShowBans(kind))
        for kind, count in shown.kinds.items()
    ]
    return in_rows(filters, 3)
