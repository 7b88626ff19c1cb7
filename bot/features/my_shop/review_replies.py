"""What admins are shown of a seller's wish that a ban be looked at again, and what the seller is told."""

from bot.features.my_shop.buttons import KeepBan, MyShop
from bot.features.my_shop.models import Review
from bot.products.ban_reasons import reason_said
from bot.products.buttons import LiftBan, ban_mark
from bot.products.rule_words import told_to_shop
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply
from bot.ui.text import clean, cut, fit
from bot.ui.time import moment
from pipeline.contracts.messages import Ban

NAME_LIMIT = 60
REASON_LIMIT = 160


def review_card(name: str, review: Review, ban: Ban, shop: str, texts: Texts) -> Reply:
    """For an admin: whose wish it is, the ban, and the two decisions."""
    return Reply(
        fit([_asked(shop, texts), _ban(review, ban, texts), _stopped(review.products, texts)]),
        (
            (
                Button(texts.plain("🔓 Lift the ban"), LiftBan(ban_mark(ban))),
                Button(texts.plain("✋ Keep it"), KeepBan(name)),
            ),
        ),
    )


def ended_card(review: Review, shop: str, texts: Texts) -> Reply:
    """The card once it was decided, by an admin or because the ban has ended."""
    said = (
        texts.html("🔓 The ban is lifted: {rule}. The shop has been told.", rule=_rule(review, texts))
        if review.outcome == "lifted"
        else texts.html("✋ The ban stays: {rule}. The shop has been told.", rule=_rule(review, texts))
    )
    who = clean(review.by, NAME_LIMIT)
    by = [texts.html("Decided by {who}", who=who)] if who else []
    return Reply(fit([_asked(shop, texts), Html("\n".join((said, *by)))]))


def review_over(texts: Texts) -> str:
    """The notice when there is nothing to decide any more."""
    return texts.plain("This has been decided already.")


def review_told(review: Review, shop: str, texts: Texts, *, lifted: bool) -> Reply:
    """For the seller: what came of it."""
    named = cut(clean(shop), NAME_LIMIT)
    told = (
        texts.html("✅ <b>{shop}</b>: the ban is lifted ({rule}). Your products are coming back.", shop=named,
                   rule=_rule(review, texts))
        if lifted
        else texts.html("✋ <b>{shop}</b>: the admins have looked again, and the ban stays ({rule}).", shop=named,
                        rule=_rule(review, texts))
    )  # fmt: skip
    return Reply(told)


def asked_notice(texts: Texts) -> str:
    """The seller's wish has reached the admins."""
    return texts.plain("Sent to the admins. I'll tell you what they decide.")


def asked_before(texts: Texts) -> str:
    """It was asked for within the last days."""
    return texts.plain("This has been asked already. You can ask again a week later.")


def no_such_ban(texts: Texts) -> str:
    """The rule is no longer in force, or it stops nothing of the shop."""
    return texts.plain("This ban is no longer in force.")


def review_label(rule: str, product: str, texts: Texts) -> str:
    """What the button says; there is one a rule."""
    return cut(texts.plain("🙏 Ask for a review: {rule}", rule=told_to_shop(rule, texts, product)), NAME_LIMIT)


def back_to(store_id: str, texts: Texts) -> Button:
    """To the shop's page."""
    return Button(texts.plain("‹ The shop"), MyShop(mark(store_id)))


def ban_lines(ban: Ban, texts: Texts) -> list[Html]:
    """Why it was banned, and until when, as far as that was said."""
    lines = []
    if ban.reason:
        lines.append(texts.html("Reason: {reason}", reason=cut(reason_said(ban.reason, texts), REASON_LIMIT)))
    if ban.until is not None:
        lines.append(texts.html("Until: {at}", at=moment(ban.until, texts)))
    return lines


def _asked(shop: str, texts: Texts) -> Html:
    return texts.html("🙏 <b>{shop}</b> asks you to look at a ban again", shop=cut(clean(shop), NAME_LIMIT))


def _ban(review: Review, ban: Ban, texts: Texts) -> Html:
    lines = [texts.html("⛔ {rule}", rule=_rule(review, texts)), *ban_lines(ban, texts)]
    if ban.by:
        lines.append(texts.html("By: {name}", name=clean(ban.by, NAME_LIMIT)))
    return Html("\n".join(lines))


def _stopped(products: int, texts: Texts) -> Html:
    return texts.html_n("It stops {n} product of the shop.", "It stops {n} products of the shop.", products)


def _rule(review: Review, texts: Texts) -> str:
    return told_to_shop(review.rule, texts, review.product)
