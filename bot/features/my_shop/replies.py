"""/my: the page of a shop, its lists of what is refused and sold out, and its week in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.features.my_shop.buttons import MyShop, MyWeek
from bot.features.my_shop.figures import Week
from bot.features.my_shop.review_replies import back_to, ban_lines, review_label
from bot.features.my_shop.stock import Kept, Stock
from bot.products.ban_reasons import reason_said
from bot.products.buttons import AskReview
from bot.products.rule_words import told_to_shop
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts, number
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply, Rows, in_rows
from bot.ui.span import span_words
from bot.ui.text import CAPTION_LIMIT, clean, cut, escaped, fit
from pipeline.contracts.feeds import Shop
from pipeline.contracts.messages import Ban

NAME_LIMIT = 60
PRODUCT_LIMIT = 70
ID_LIMIT = 60
QUERY_LIMIT = 40
RULES_SHOWN = 5
SEARCHES_SHOWN = 5
PAGE = 8
BanOf = Callable[[str], Ban | None]


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What is known of the shop now; None what nobody could say. `asked`: rules of which a review is on its way."""

    shop: Shop
    stock: Stock | None
    week: Week | None
    ban_of: BanOf
    asked: frozenset[str]


def shop_page(facts: PageFacts, texts: Texts) -> Reply:
    """What the shop has, what stops it, and its week; a button a rule to ask for a review."""
    shop, stock = facts.shop, facts.stock
    blocks = [texts.html("🏪 <b>{shop}</b>", shop=_called(shop))]
    rows: Rows = ()
    if stock is None:
        blocks.append(texts.html("😔 I cannot count your products at the moment. Please try again in a minute."))
    elif not (stock.on_sale or stock.sold_out_count or stock.refused_count):
        blocks.append(texts.html("No products yet. Send me the price list as a file."))
    else:
        blocks += [_counts(stock, texts), *_rules(facts, stock, texts)]
        rows = (*_review_rows(facts, stock, texts), *_list_rows(shop, stock, texts))
    blocks.append(_week(facts.week, texts))
    key = mark(shop.store_id)
    last = (Button(texts.plain("📊 The week as a picture"), MyWeek(key)),
            Button(texts.plain("🔄 Refresh"), MyShop(key, "n")))  # fmt: skip
    return Reply(fit(blocks), (*rows, last))


def refused_list(shop: Shop, stock: Stock, page: int, ban_of: BanOf, texts: Texts) -> Reply:
    """The products that rules refuse, with what forbids each."""
    title = texts.html(
        "⛔ <b>{shop}</b>: banned, {n}", shop=_called(shop), n=number(stock.refused_count, texts.language)
    )

    def line(kept: Kept) -> Html:
        ban = ban_of(kept.rule)
        reason = f" · {cut(reason_said(ban.reason, texts), PRODUCT_LIMIT)}" if ban is not None and ban.reason else ""
        return escaped(f"{told_to_shop(kept.rule, texts, kept.banned_brand)}{reason}")

    return _listed(shop, _List(title, "r", line), stock.refused, page, texts)


def sold_out_list(shop: Shop, stock: Stock, page: int, texts: Texts) -> Reply:
    """The products of which nothing is left."""
    title = texts.html("🟡 <b>{shop}</b>: sold out, {n}", shop=_called(shop),
                       n=number(stock.sold_out_count, texts.language))  # fmt: skip
    return _listed(shop, _List(title, "s"), stock.sold_out, page, texts)


def being_drawn(shop: Shop, texts: Texts) -> Reply:
    """The message while the week's picture is made; it goes when that is there."""
    again = Button(texts.plain("🔄 Try again"), MyWeek(mark(shop.store_id)))
    return Reply(texts.html("⏳ Drawing your week, a few seconds…"), ((again,),))


def week_words(week: Week, shop: Shop, texts: Texts) -> Reply:
    """Under the picture: every figure of it, so that nobody needs to see it."""
    title = texts.html("📊 <b>{shop}</b>, {span}", shop=_called(shop), span=span_words(week.span, texts))
    return Reply(fit([title, *_figures(week, texts)], CAPTION_LIMIT))


def which_shop(shops: Sequence[Shop], texts: Texts) -> Reply:
    """Of several shops, which?"""
    buttons = [Button(cut(clean(shop.shown), 30), MyShop(mark(shop.store_id))) for shop in shops[:30]]
    return Reply(texts.html("🏪 Which shop?"), in_rows(buttons, 2))


def no_shop(texts: Texts) -> Reply:
    """To an admin or operator who speaks for none."""
    return Reply(texts.html("🏪 You speak for no shop. All shops: /shops"))


def in_private(texts: Texts) -> Reply:
    """A shop's figures are nobody else's."""
    return Reply(texts.html("🏪 I show this in a private chat with me."))


def no_such_shop(texts: Texts) -> str:
    """A button of a shop that is not the presser's."""
    return texts.plain("There is no such shop any more.")


def not_counted(texts: Texts) -> str:
    """The list cannot be made now."""
    return texts.plain("😔 I cannot count your products at the moment. Please try again in a minute.")


def no_week(texts: Texts) -> str:
    """The request log does not answer."""
    return texts.plain("😔 The figures of the week are not available at the moment. Please try again in a minute.")


def _counts(stock: Stock, texts: Texts) -> Html:
    def told(count: int) -> str:
        return number(count, texts.language)

    lines = [texts.html("🟢 On sale: <b>{n}</b>", n=told(stock.on_sale))]
    if stock.on_request:
        lines.append(texts.html("💬 Price on request: <b>{n}</b>", n=told(stock.on_request)))
    lines.append(texts.html("🟡 Sold out: <b>{n}</b>", n=told(stock.sold_out_count)))
    lines.append(texts.html("⛔ Banned: <b>{n}</b>", n=told(stock.refused_count)))
    return Html("\n".join(lines))


def _rules(facts: PageFacts, stock: Stock, texts: Texts) -> list[Html]:
    blocks = []
    for rule, count in stock.by_rule[:RULES_SHOWN]:
        stopped = texts.plain_n("{n} product", "{n} products", count)
        lines = [
            texts.html(
                "⛔ {rule}: <b>{products}</b>", rule=told_to_shop(rule, texts, stock.named_by(rule)), products=stopped
            )
        ]
        ban = facts.ban_of(rule)
        lines += ban_lines(ban, texts) if ban is not None else []
        if rule in facts.asked:
            lines.append(texts.html("🙏 You asked for a review."))
        blocks.append(Html("\n".join(lines)))
    return blocks


def _review_rows(facts: PageFacts, stock: Stock, texts: Texts) -> Rows:
    key = mark(facts.shop.store_id)
    return tuple(
        (Button(review_label(rule, stock.named_by(rule), texts), AskReview(key, mark(rule))),)
        for rule, _ in stock.by_rule[:RULES_SHOWN]
        if rule not in facts.asked
    )


def _list_rows(shop: Shop, stock: Stock, texts: Texts) -> Rows:
    key, row = mark(shop.store_id), []
    if stock.refused_count:
        n = number(stock.refused_count, texts.language)
        row.append(Button(texts.plain("⛔ Banned: {n}", n=n), MyShop(key, "r")))
    if stock.sold_out_count:
        n = number(stock.sold_out_count, texts.language)
        row.append(Button(texts.plain("🟡 Sold out: {n}", n=n), MyShop(key, "s")))
    return (tuple(row),) if row else ()


def _week(week: Week | None, texts: Texts) -> Html:
    if week is None:
        return texts.html("😔 The figures of the week are not available at the moment.")
    head = texts.html("📊 <b>In the last 7 days</b>")
    return Html("\n".join([head, *_figures(week, texts)]))


def _figures(week: Week, texts: Texts) -> list[Html]:
    if not week.shown and not week.opened:
        return [texts.html("Nobody has found your products yet.")]
    lines = [
        texts.html("Found in searches: {n}", n=number(week.shown, texts.language)),
        texts.html("Cards opened: {n}", n=number(week.opened, texts.language)),
    ]
    if week.searches:
        named = ", ".join(
            f"{cut(found.text, QUERY_LIMIT)} ({number(found.searches, texts.language)})"
            for found in week.searches[:SEARCHES_SHOWN]
        )
        lines.append(texts.html("Found by: {searches}", searches=named))
    return lines


@dataclass(frozen=True, slots=True)
class _List:
    """A list of the shop: what it is called, its button's letter, and what is said of each product below its name."""

    title: Html
    what: str
    about: Callable[[Kept], Html] | None = None


def _listed(shop: Shop, one: _List, found: Sequence[Kept], page: int, texts: Texts) -> Reply:
    shown, key = page_of(found, page, PAGE), mark(shop.store_id)
    lines = []
    for place, kept in enumerate(shown.items, shown.first + 1):
        name, product_id = cut(clean(kept.name), PRODUCT_LIMIT), cut(clean(kept.product_id), ID_LIMIT)
        head = texts.html("{place}. <b>{name}</b> · <code>{id}</code>", place=place, name=name, id=product_id)
        lines.append(Html(f"{head}\n     {one.about(kept)}") if one.about is not None else head)
    blocks = [one.title, Html("\n".join(lines)) if lines else texts.html("There is nothing here any more.")]
    if lines:
        blocks.append(texts.html("About one product: <code>/trace its id</code>"))
    turn = pager(shown.number, shown.pages, lambda to: MyShop(key, one.what, to))
    return Reply(fit(blocks), (*turn, (back_to(shop.store_id, texts),)))


def _called(shop: Shop) -> str:
    return cut(clean(shop.shown), NAME_LIMIT)
