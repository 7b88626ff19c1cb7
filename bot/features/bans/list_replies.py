"""The rules in force as a paged list, and lifting one of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.features.bans.buttons import PickBan, ShowBans
from bot.features.bans.models import rule_of
from bot.features.bans.words import end_words, kind_words, moment_words, rule_words
from bot.products.buttons import LiftBan, ban_mark
from bot.ui.locale import Html, Texts
from bot.ui.pager import Page, pager
from bot.ui.reply import Button, Reply, Rows, in_rows
from bot.ui.text import clean, cut, escaped, fit
from pipeline.bans import Kind, Rule
from pipeline.contracts.messages import Ban

PER_PAGE = 5
LABEL_LIMIT = 40


@dataclass(frozen=True, slots=True)
class BanPage:
    """A page of the rules of a kind (all: empty), the newest first.

    `kinds` says how many rules of each kind there are, `refused` how many products each rule of the page holds back.
    """

    page: Page[Ban]
    total: int
    kinds: Mapping[str, int]
    kind: str = ""
    refused: Mapping[str, int] | None = None


def ban_list(shown: BanPage, texts: Texts) -> Reply:
    """The rules in force, each with a button that lifts it."""
    if not shown.total and not shown.kind:
        return Reply(
            texts.html("✅ No rules are in force. /ban makes one."),
            ((Button(texts.plain("🚫 Ban something"), PickBan()),),),
        )
    heading = texts.html_n("🚫 <b>{n} rule in force</b>", "🚫 <b>{n} rules in force</b>", shown.total)
    if shown.kind:
        heading = Html(f"{heading} · {escaped(kind_words(Kind(shown.kind), texts))}")
    numbered = tuple(enumerate(shown.page.items, start=shown.page.first + 1))
    items = [_item(number, ban, shown.refused, texts) for number, ban in numbered]
    lifts = [Button(f"🔓 {number}", LiftBan(ban_mark(ban))) for number, ban in numbered]
    arrows = pager(shown.page.number, shown.page.pages, lambda number: ShowBans(shown.kind, number))
    return Reply(fit([heading, *items]), (*in_rows(lifts, 5), *arrows, *_kinds(shown, texts)))


def no_such_rule(written: str, near: tuple[Ban, ...], texts: Texts) -> Reply:
    """/unban of a rule that is not in force, with those that are written alike."""
    blocks = [texts.html("🤷 This rule is not in force: <b>{rule}</b>", rule=cut(clean(written), 120))]
    if near:
        blocks.append(texts.html("Did you mean one of these?"))
    buttons = [(Button(cut(clean(ban.rule), LABEL_LIMIT), LiftBan(ban_mark(ban))),) for ban in near]
    return Reply(fit(blocks), (*buttons, (Button(texts.plain("‹ All rules"), ShowBans()),)))


def ban_over(rule: Rule, ban: Ban, texts: Texts) -> Reply:
    """To the admin who made a ban that has ended by itself."""
    until = moment_words(ban.until, texts) if ban.until is not None else ""
    return Reply(
        fit([texts.html("⌛️ <b>A ban of yours is over</b>"), rule_words(rule, texts),
             texts.html("It ended at {moment}; its products are on sale again.", moment=until)])
    )  # fmt: skip


def about_ban(ban: Ban, texts: Texts) -> Html:
    """The rule, why, by whom and until when."""
    lines = [_rule(ban, texts)]
    if reason := cut(clean(ban.reason), 200):
        lines.append(texts.html("Reason: {reason}", reason=reason))
    lines.append(
        texts.html("By {name}, {moment}", name=cut(clean(ban.by), 64) or "?", moment=moment_words(ban.at, texts))
    )
    if ban.until is not None:
        lines.append(texts.html("Until: {moment}", moment=end_words(ban.until, texts)))
    return Html("\n".join(lines))


def _item(number: int, ban: Ban, refused: Mapping[str, int] | None, texts: Texts) -> Html:
    lines = [f"<b>{number}.</b> {about_ban(ban, texts)}"]
    if refused is not None and ban.rule in refused:
        lines.append(texts.html_n("Holds back {n} product", "Holds back {n} products", refused[ban.rule]))
    return Html("\n".join(lines))


def _rule(ban: Ban, texts: Texts) -> Html:
    rule = rule_of(ban)
    return rule_words(rule, texts) if rule is not None else escaped(cut(clean(ban.rule), 120))


def _kinds(shown: BanPage, texts: Texts) -> Rows:
    if len(shown.kinds) <= 1 and not shown.kind:
        return ()
    filters = [Button(("● " if not shown.kind else "") + texts.plain("All"), ShowBans())]
    filters += [
        Button(("● " if kind == shown.kind else "") + f"{kind_words(Kind(kind), texts)} {count}", ShowBans(kind))
        for kind, count in shown.kinds.items()
    ]
    return in_rows(filters, 3)
