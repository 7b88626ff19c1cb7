"""A rule that is proposed, with what it would hide."""

from bot.features.bans.buttons import ShowBans, TakeProposal
from bot.features.bans.choice_replies import ICONS
from bot.features.bans.proposals import BanProposal, ProposedRule
from bot.features.bans.words import rule_words
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply
from bot.ui.text import clean, cut, escaped, fit
from pipeline.bans import parse_rule

NAME_LIMIT = 60
LABEL_LIMIT = 30
OFFERS_NAMED = 5
NOT_NOW = "no"


def proposal_card(name: str, proposal: BanProposal, texts: Texts) -> Reply:
    """To an admin who banned some of the products: what they have in common, and the way to its ban."""
    heading = _heading(proposal, texts)
    named = [escaped(f"• {cut(clean(offer), NAME_LIMIT)}") for offer in proposal.offers[:OFFERS_NAMED]]
    more = len(proposal.offers) - len(named)
    if more > 0:
        named.append(texts.html_n("… and {n} more", "… and {n} more", more))
    blocks = [Html("\n".join((heading, *named))), texts.html("Ban what they have in common?")]
    blocks += [_what(rule, texts) for rule in proposal.rules]
    rows = tuple(
        (Button(_label(rule, texts), TakeProposal(name, str(place))),) for place, rule in enumerate(proposal.rules)
    )
    return Reply(fit(blocks), (*rows, (Button(texts.plain("Not now"), TakeProposal(name, NOT_NOW)),)))


def proposal_over(proposal: BanProposal, texts: Texts) -> Reply:
    """One of the admins has taken the proposal up, or left it as it is, for all of them."""
    said = (
        texts.html("⛔️ Its ban is being asked for.")
        if proposal.taken == "asked"
        else texts.html("👌 Left as it is. Nothing more was banned.")
    )
    who = clean(proposal.by, NAME_LIMIT)
    lines = (_heading(proposal, texts), said, *([texts.html("Decided by {who}", who=who)] if who else []))
    return Reply(Html("\n".join(lines)), ((Button(texts.plain("‹ All bans"), ShowBans()),),))


def _heading(proposal: BanProposal, texts: Texts) -> Html:
    return texts.html_n(
        "💡 <b>{n} product banned within a day, and they are alike</b>",
        "💡 <b>{n} products banned within a day, and they are alike</b>",
        len(proposal.offers),
    )


def _what(rule: ProposedRule, texts: Texts) -> Html:
    hides = texts.html_n("Hides {n} more product, for example:", "Hides {n} more products, for example:", rule.hits)
    examples = [escaped(f"• {cut(clean(name), NAME_LIMIT)}") for name in rule.examples]
    return Html("\n".join((rule_words(parse_rule(rule.rule), texts, rule.label), hides, *examples)))


def _label(proposed: ProposedRule, texts: Texts) -> str:
    rule = parse_rule(proposed.rule)
    return texts.plain_n(
        "{icon} {name}: {n} more product",
        "{icon} {name}: {n} more products",
        proposed.hits,
        icon=ICONS[rule.kind],
        name=cut(clean(proposed.label or rule.value), LABEL_LIMIT),
    )
