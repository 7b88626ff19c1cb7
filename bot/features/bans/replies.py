"""A ban that was asked for as one message: the preview, the wait for another admin, the progress, the outcome."""

from datetime import timedelta

from bot.features.bans.buttons import BanStep, ChangeBan
from bot.features.bans.course_replies import CardContext, course, others_told, people_lines, undo_button
from bot.features.bans.ends import unread_end
from bot.features.bans.lift_replies import lift_card
from bot.features.bans.models import BanRequest
from bot.features.bans.option_replies import option_buttons, option_rows, question
from bot.features.bans.preview import Preview
from bot.features.bans.words import end_words, preset_reasons, rule_words
from bot.products.buttons import BanProduct
from bot.products.offer_ids import product_mark
from bot.products.price_text import price_text
from bot.ui.locale import Html, Texts, number
from bot.ui.reply import Button, Reply, Rows, in_rows
from bot.ui.text import clean, cut, escaped, fit
from pipeline.bans import Kind, parse_rule
from pipeline.contracts.messages import Product
from pipeline.text.rule_words import other_spellings

NAME_LIMIT = 60
OTHERS_NAMED = 3
SHOPS_NAMED = 3
ENDS = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}


def request_card(request_id: str, request: BanRequest, shown: Preview, at: CardContext, texts: Texts) -> Reply:
    """A ban, or the lifting of one, as it stands."""
    if request.action == "lift":
        return lift_card(request_id, request, at, texts)
    return ban_card(request_id, request, shown, at, texts)


def ban_card(request_id: str, request: BanRequest, shown: Preview, at: CardContext, texts: Texts) -> Reply:
    """The ban as it stands; `shown` counts only while nobody has decided."""
    if request.is_open and request.must_choose:
        return Reply(
            fit([question(request, texts), _reason(request, texts)]), option_rows(request_id, request, at, texts)
        )
    blocks = [Html(f"<b>{_title(request, texts)}</b>"), _what(request, at, texts)]
    if request.is_open:
        blocks += [*_hits(shown, texts), *_conditions(request, shown, at, texts)]
        if request.options:
            blocks.append(texts.html("Did you mean one of these?"))
    else:
        blocks.append(course(request, at, texts))
    return Reply(fit(blocks), _buttons(request_id, request, at, texts))


def card_rows(product: Product, texts: Texts) -> Rows:
    """What stands under a product's card for admins."""
    return ((Button(texts.plain("🚫 Ban"), BanProduct(product_mark(product.offer_id))),),)


def _title(request: BanRequest, texts: Texts) -> Html:
    return {
        "asked": lambda: texts.html("🚫 Ban this?"),
        "waiting": lambda: texts.html("⏳ Another admin must confirm"),
        "confirmed": lambda: texts.html("🚫 Banned"),
        "undone": lambda: texts.html("↩️ Undone"),
        "cancelled": lambda: texts.html("✖️ Cancelled, nothing was changed"),
        "expired": lambda: texts.html("⌛️ Nobody confirmed in time, nothing was changed"),
    }[request.status]()


def _what(request: BanRequest, at: CardContext, texts: Texts) -> Html:
    rule = parse_rule(request.rule)
    lines = [rule_words(rule, texts)]
    others = other_spellings(rule.value) if rule.kind is Kind.KEYWORD else ()
    if others and request.is_open:
        lines.append(texts.html("Also written: {names}", names=", ".join(others[:OTHERS_NAMED])))
    lines.append(_reason(request, texts))
    lines.append(
        texts.html("Until: {moment}", moment=end_words(request.until, texts, at.now))
        if request.until is not None
        else texts.html("Until: it is lifted")
    )
    unread = unread_end(request.reason) if request.until is None and request.is_open else ""
    if unread:
        lines.append(texts.html("ℹ️ “{words}” was read as a part of the reason, not as an end.", words=cut(unread, 60)))
    lines += people_lines(request, texts)
    return Html("\n".join(lines))


def _reason(request: BanRequest, texts: Texts) -> Html:
    reason = cut(clean(request.reason), 200)
    return texts.html("Reason: {reason}", reason=reason) if reason else texts.html("Reason: not given")


def _hits(shown: Preview, texts: Texts) -> list[Html]:
    if shown.hits is None:
        return [texts.html("How many products it stops cannot be told at the moment: the search does not answer.")]
    if not shown.hits:
        return [texts.html("⚠️ No product on sale matches this rule now. Later ones would be stopped.")]
    count = texts.html_n("<b>{n}</b> product", "<b>{n}</b> products", shown.hits)
    shops = texts.html_n("{n} shop", "{n} shops", len(shown.shops))
    lines = [texts.html("Stops {products} of {shops}, for example:", products=count, shops=shops)]
    for product in shown.examples:
        price = price_text(product.price, texts)
        lines.append(escaped(f"▫️ {cut(clean(product.name), NAME_LIMIT)} · {price}"))
    blocks = [Html("\n".join(lines))]
    named = [
        f"{cut(clean(shop), 40)} ({number(products, texts.language)})" for shop, products in shown.shops[:SHOPS_NAMED]
    ]
    if len(shown.shops) > SHOPS_NAMED:
        named.append("…")
    if named:
        blocks.append(texts.html("Shops: {names}", names=", ".join(named)))
    return blocks


def _conditions(request: BanRequest, shown: Preview, at: CardContext, texts: Texts) -> list[Html]:
    blocks: list[Html] = []
    if request.status == "waiting":
        blocks.append(others_told(texts))
    elif parse_rule(request.rule).kind is not Kind.PRODUCT and (
        shown.hits is None or shown.hits > at.second_admin_above
    ):
        above = number(at.second_admin_above, texts.language)
        blocks.append(texts.html("⚠️ A ban of more than {n} products needs a second admin to confirm it.", n=above))
    return blocks


def _buttons(request_id: str, request: BanRequest, at: CardContext, texts: Texts) -> Rows:
    confirm = Button(texts.plain("✅ Confirm"), BanStep(request_id, "confirm"))
    cancel = Button(texts.plain("✖️ Cancel"), BanStep(request_id, "cancel"))
    if request.status == "waiting":
        return ((confirm, cancel),)
    if request.status == "asked":
        meant = option_buttons(request_id, request, at, texts)
        return (*meant, (confirm, cancel), *_choices(request_id, request, texts))
    return undo_button(request_id, request, at, texts)


def _choices(request_id: str, request: BanRequest, texts: Texts) -> Rows:
    labels = {"24h": texts.plain("24 hours"), "7d": texts.plain("7 days"), "30d": texts.plain("30 days")}
    ends = [Button(labels[code], ChangeBan(request_id, "u", code)) for code in ENDS]
    endless = Button(("● " if request.until is None else "") + texts.plain("No end"), ChangeBan(request_id, "u", "0"))
    reasons = [
        Button(("● " if request.reason == words else "▫️ ") + words, ChangeBan(request_id, "r", code))
        for code, words in preset_reasons(texts).items()
    ]
    return ((*ends, endless), *in_rows(reasons, 2))
