"""A ban that was asked for as one message: the preview, the wait for another admin, the progress, the outcome."""

from bot.features.bans.buttons import ShowBans
from bot.features.bans.course_replies import CardContext, course, others_told, people_lines, undo_button
from bot.features.bans.ends import unread_end
from bot.features.bans.lift_replies import lift_card
from bot.features.bans.list_replies import ShownBan, about_ban
from bot.features.bans.models import BanRequest
from bot.features.bans.open_rows import back_row, hits_nothing, open_rows
from bot.features.bans.option_replies import option_rows, question
from bot.features.bans.preview import SHOPS_NAMED, Preview
from bot.features.bans.words import end_words, reason_words, rule_words
from bot.products.buttons import BanProduct
from bot.products.offer_ids import product_mark
from bot.products.price_text import price_text
from bot.products.product_item import shop_of
from bot.ui.locale import Html, Texts, number
from bot.ui.reply import Button, Reply, Rows
from bot.ui.text import clean, cut, escaped, fit
from pipeline.bans import Kind, parse_rule
from pipeline.contracts.messages import Product
from pipeline.text.rule_words import other_spellings

NAME_LIMIT = 60
OTHERS_NAMED = 3


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
    if not request.is_open:
        blocks.append(course(request, at, texts))
        over = request.status in {"cancelled", "expired"}
        way_on = ((Button(texts.plain("‹ All bans"), ShowBans()),),) if over else ()
        return Reply(fit(blocks), way_on or undo_button(request_id, request, at, texts))
    blocks += [
        *_hits(request, shown, at, texts),
        *_conditions(request, shown, at, texts),
        _next(request, shown, at, texts),
    ]
    return Reply(fit(blocks), open_rows(request_id, request, shown.hits, at, texts))


def write_detail(request_id: str, request: BanRequest, field: str, texts: Texts) -> Reply:
    """Ask for a reason or an end in the admin's own words."""
    asked = (
        texts.html("✏️ <b>Send the reason</b> in one message.")
        if field == "reason"
        else texts.html(
            "✏️ <b>How long?</b> Send it in words: <code>for 3 days</code>, <code>until Friday</code> or "
            "<code>until 31.12.2030</code>."
        )
    )
    what = rule_words(parse_rule(request.rule), texts, request.label)
    return Reply(fit([asked, what]), back_row(request_id, texts))


def card_rows(_: object, product: Product, __: str, texts: Texts) -> Rows:
    """What stands under a product's card for every admin."""
    return ((Button(texts.plain("🚫 Ban"), BanProduct(product_mark(product.offer_id))),),)


def _title(request: BanRequest, texts: Texts) -> Html:
    return {
        "asked": lambda: texts.html("🚫 Ban this?"),
        "waiting": lambda: texts.html("⏳ Another admin must confirm"),
        "confirmed": lambda: texts.html("🚫 Banned"),
        "undone": lambda: texts.html("↩️ Undone"),
        "cancelled": lambda: texts.html("✕ Cancelled, nothing was changed"),
        "expired": lambda: texts.html("⌛️ Nobody confirmed in time, nothing was changed"),
    }[request.status]()


def _what(request: BanRequest, at: CardContext, texts: Texts) -> Html:
    rule = parse_rule(request.rule)
    lines = [rule_words(rule, texts, request.label)]
    others = other_spellings(rule.value) if rule.kind is Kind.KEYWORD else ()
    if others and request.is_open:
        lines.append(texts.html("Also written: {names}", names=", ".join(others[:OTHERS_NAMED])))
    lines += [_reason(request, texts), _end(request, at, texts)]
    unread = unread_end(request.reason) if request.until is None and request.is_open else ""
    if unread:
        lines.append(texts.html("ℹ️ “{words}” was read as a part of the reason, not as an end.", words=cut(unread, 60)))
    lines += people_lines(request, texts)
    return Html("\n".join(filter(None, lines)))


def _reason(request: BanRequest, texts: Texts) -> Html:
    return Html("") if request.lacks_reason and request.is_open else reason_words(request.reason, texts)


def _end(request: BanRequest, at: CardContext, texts: Texts) -> Html:
    if request.until is not None:
        return texts.html("Until: {moment}", moment=end_words(request.until, texts, at.now))
    return Html("") if request.lacks_end and request.is_open else texts.html("No end date")


def _next(request: BanRequest, shown: Preview, at: CardContext, texts: Texts) -> Html:
    """What the admin is to do with the buttons, when it is not to confirm."""
    if hits_nothing(request, shown.hits, at):
        return texts.html("Did you mean one of these?") if request.options else Html("")
    if request.lacks_reason and request.lacks_end:
        return texts.html("👇 Choose a reason and how long.")
    if request.lacks_reason:
        return texts.html("👇 Choose a reason.")
    return texts.html("👇 Choose how long.") if request.lacks_end else Html("")


def _hits(request: BanRequest, shown: Preview, at: CardContext, texts: Texts) -> list[Html]:
    if shown.hits is None:
        return [texts.html("The search does not answer, so I cannot say how many products this hides.")]
    if not shown.hits and at.standing is not None:
        return [texts.html("ℹ️ This ban is in force already; the new one replaces it."),
                about_ban(ShownBan(at.standing, "", at.terminal), texts, at.now)]  # fmt: skip
    if not shown.hits:
        return [texts.html("⚠️ No product on sale matches this right now.")]
    if parse_rule(request.rule).kind is Kind.PRODUCT:
        facts = [(price_text(one.price, texts), shop_of(one)) for one in shown.examples]
        return [escaped(" · ".join(filter(None, one))) for one in facts]
    count = texts.html_n("<b>{n}</b> product", "<b>{n}</b> products", shown.hits)
    shops = texts.html_n("of {n} shop", "of {n} shops", len(shown.shops))
    lines = [texts.html("Hides {products} {of_shops}, for example:", products=count, of_shops=shops)]
    for product in shown.examples:
        price = price_text(product.price, texts)
        lines.append(escaped(f"• {cut(clean(product.name), NAME_LIMIT)} · {price}"))
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
