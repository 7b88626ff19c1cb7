"""The rules in force as a paged list, and lifting one of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.features.bans.replies import kind_words, moment_words, rule_words
from bot.ui.callback_data import LiftBan, PageNumber, PickBan, ShowBans
from bot.ui.callback_ids import ban_mark
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply, Rows, in_rows
from bot.ui.text import clean, cut, escaped, fit
from pipeline.bans import Kind, Rule, RuleError, parse_rule
from pipeline.contracts.messages import Ban

PER_PAGE = 5
LABEL_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Listed:
    """The rules of a kind (all: empty), the newest first, and how many products each on the page holds back."""

    bans: tuple[Ban, ...]
    kinds: Mapping[str, int]
    kind: str = ""
    page: int = 0
    held: Mapping[str, int] | None = None

    @property
    def pages(self) -> int:
        """At least one."""
        return max(1, -(-len(self.bans) // PER_PAGE))

    @property
    def number(self) -> int:
        """The page, which may have been one more before some were lifted."""
        return min(self.page, self.pages - 1)

    @property
    def shown(self) -> tuple[Ban, ...]:
        """The rules on the page."""
        return self.bans[self.number * PER_PAGE : (self.number + 1) * PER_PAGE]


def ban_list(listed: Listed, texts: Texts) -> Reply:
    """A page."""
    if not listed.bans and not listed.kind:
        return Reply(
            texts.html("✅ No rules are in force. /ban makes one."),
            ((Button(texts.plain("🚫 Ban something"), PickBan()),),),
        )
    heading = texts.html_n("🚫 <b>{n} rule in force</b>", "🚫 <b>{n} rules in force</b>", len(listed.bans))
    if listed.kind:
        heading = Html(f"{heading} · {escaped(kind_words(Kind(listed.kind), texts))}")
    first = listed.number * PER_PAGE + 1
    items = [_item(place, ban, listed.held, texts) for place, ban in enumerate(listed.shown, start=first)]
    return Reply(fit([heading, *items]), _list_buttons(listed, first, texts))


def no_such_rule(written: str, near: tuple[Ban, ...], texts: Texts) -> Reply:
    """/unban of a rule that is not in force, with those that are written alike."""
    blocks = [texts.html("🤷 This rule is not in force: <b>{rule}</b>", rule=cut(clean(written), 120))]
    if near:
        blocks.append(texts.html("Did you mean one of these?"))
    buttons = [(Button(cut(clean(ban.rule), LABEL_LIMIT), LiftBan(ban_mark(ban))),) for ban in near]
    return Reply(fit(blocks), (*buttons, (Button(texts.plain("‹ All rules"), ShowBans()),)))


def ban_over(rule: Rule, ban: Ban, texts: Texts) -> Reply:
    """To the admin who made a ban that has ended by itself."""
    until = moment_words(ban.until) if ban.until is not None else ""
    return Reply(
        fit([texts.html("⌛️ <b>A ban of yours is over</b>"), rule_words(rule, texts),
             texts.html("It ended at {moment}; its products are on sale again.", moment=until)])
    )  # fmt: skip


def about_ban(ban: Ban, texts: Texts) -> Html:
    """The rule, why, by whom and until when."""
    lines = [_rule(ban, texts)]
    if reason := cut(clean(ban.reason), 200):
        lines.append(texts.html("Reason: {reason}", reason=reason))
    lines.append(texts.html("By {name}, {moment}", name=cut(clean(ban.by), 64) or "?", moment=moment_words(ban.at)))
    if ban.until is not None:
        lines.append(texts.html("Until: {moment}", moment=moment_words(ban.until)))
    return Html("\n".join(lines))


def _item(place: int, ban: Ban, held: Mapping[str, int] | None, texts: Texts) -> Html:
    lines = [f"<b>{place}.</b> {about_ban(ban, texts)}"]
    if held is not None and ban.rule in held:
        lines.append(texts.html_n("Holds back {n} product", "Holds back {n} products", held[ban.rule]))
    return Html("\n".join(lines))


def _rule(ban: Ban, texts: Texts) -> Html:
    try:
        return rule_words(parse_rule(ban.rule), texts)
    except RuleError:
        return escaped(cut(clean(ban.rule), 120))


def _list_buttons(listed: Listed, first: int, texts: Texts) -> Rows:
    lifts = [Button(f"🔓 {place}", LiftBan(ban_mark(ban))) for place, ban in enumerate(listed.shown, start=first)]
    rows: list[tuple[Button, ...]] = [*in_rows(lifts, 5)]
    if listed.pages > 1:
        rows.append(
            (
                Button("‹", ShowBans(listed.kind, (listed.number - 1) % listed.pages)),
                Button(f"{listed.number + 1}/{listed.pages}", PageNumber(listed.number + 1, listed.pages)),
                Button("›", ShowBans(listed.kind, (listed.number + 1) % listed.pages)),
            )
        )
    if len(listed.kinds) > 1 or listed.kind:
        filters = [Button(("● " if not listed.kind else "") + texts.plain("All"), ShowBans())]
        filters += [
            Button(("● " if kind == listed.kind else "") + f"{kind_words(Kind(kind), texts)} {count}", ShowBans(kind))
            for kind, count in listed.kinds.items()
        ]
        rows += in_rows(filters, 3)
    return tuple(rows)
