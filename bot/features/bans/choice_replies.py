"""The guided way to a ban: what kind of thing, which one; from a product's card; and what is no rule."""

from collections.abc import Sequence
from datetime import datetime

from bot.features.bans.buttons import PickBan, TakeBan
from bot.features.bans.words import kind_words, moment_words
from bot.products.buttons import BanProduct
from bot.products.offer_ids import product_mark
from bot.products.product_item import shop_and_name
from bot.products.section_names import section_name
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply, Rows, in_rows
from bot.ui.text import clean, cut, escaped, fit
from pipeline.bans import EndFault, Fault, Kind, Rule, UntilError
from pipeline.contracts.messages import Product

PER_PAGE = 8
LABEL_LIMIT = 34
PICKABLE = (Kind.CATEGORY, Kind.BRAND, Kind.SELLER)
ICONS = {Kind.PRODUCT: "📦", Kind.SELLER: "🏪", Kind.CATEGORY: "📂", Kind.BRAND: "🏷", Kind.KEYWORD: "🔤"}


def ban_kinds(texts: Texts) -> Reply:
    """/ban alone: the kinds to choose from."""
    buttons = [Button(f"{ICONS[kind]} {kind_words(kind, texts)}", PickBan(kind.value)) for kind in Kind]
    return Reply(
        fit([texts.html("🚫 <b>What shall be banned?</b>"), _in_writing(texts)]),
        in_rows(buttons, 2),
    )


def how_to_write(kind: Kind, texts: Texts) -> Reply:
    """For kinds that have too many values for buttons."""
    if kind is Kind.PRODUCT:
        text = texts.html("Write the product's id now. Or find the product, open its card and press 🚫 there.")
    else:
        text = texts.html(
            "Write the words now; any grammatical form of them will be stopped. A reason may follow: "
            "<code>WORDS — reason</code>"
        )
    return Reply(text, ((Button(texts.plain("‹ Back"), PickBan()),),))


def ban_values(kind: Kind, values: tuple[tuple[str, int], ...], page: int, texts: Texts) -> Reply:
    """Values of a kind to choose from, with how many products each has."""
    shown = page_of(values, page, PER_PAGE)
    buttons = [
        Button(
            cut(f"{section_name(value, texts) if kind is Kind.CATEGORY else clean(value)} · {count}", LABEL_LIMIT),
            TakeBan(kind.value, mark(value)),
        )
        for value, count in shown.items
    ]
    rows = (
        *in_rows(buttons, 2),
        *pager(shown.number, shown.pages, lambda number: PickBan(kind.value, number)),
        (Button(texts.plain("‹ Back"), PickBan()),),
    )
    question = {
        Kind.CATEGORY: texts.plain("Which category?"),
        Kind.BRAND: texts.plain("Which brand?"),
    }.get(kind, texts.plain("Which shop?"))
    return Reply(fit([Html(f"🚫 <b>{escaped(question)}</b>"), _in_writing(texts)]), rows)


def ban_of_product(product: Product, texts: Texts) -> Reply:
    """From a card: the product, or what it belongs to."""
    name = product_mark(product.offer_id)
    values = {
        Kind.PRODUCT: product.name,
        Kind.SELLER: product.store_id,
        Kind.CATEGORY: section_name(product.category, texts),
        Kind.BRAND: product.brand,
    }
    rows: Rows = tuple(
        (Button(cut(f"{ICONS[kind]} {kind_words(kind, texts)}: {clean(value)}", 60), BanProduct(name, kind.value)),)
        for kind, value in values.items()
        if value.strip()
    )
    return Reply(texts.html("🚫 <b>What shall be banned?</b>"), rows)


def which_offer(rule: Rule, candidates: Sequence[Product], texts: Texts) -> Reply:
    """A product was named without its shop, and several shops have it, or none."""
    named = cut(clean(rule.value), 120)
    if not candidates:
        text = texts.html(
            "🤷 Nothing on sale has the id <b>{id}</b>. To ban it all the same, write it with its shop: "
            "<code>/ban product:SHOP/{id}</code>",
            id=named,
        )
        return Reply(text, ((Button(texts.plain("🚫 Choose from a list"), PickBan()),),))
    rows = tuple((Button(shop_and_name(one), BanProduct(product_mark(one.offer_id), Kind.PRODUCT.value)),)
                 for one in candidates[:PER_PAGE])  # fmt: skip
    blocks = [
        texts.html("🏪 Several shops sell something with the id <b>{id}</b>. Which one shall be banned?", id=named)
    ]
    if len(candidates) > len(rows):
        blocks.append(texts.html("These are not all. For another, write it with its shop: "
                                 "<code>/ban product:SHOP/{id}</code>", id=named))  # fmt: skip
    return Reply(fit(blocks), rows)


def no_rule(fault: Fault, texts: Texts) -> Reply:
    """What was written is no rule: why, and how to write one."""
    why = {
        Fault.NO_KIND: lambda: texts.html("🤔 That does not say what kind of thing to ban."),
        Fault.UNKNOWN_KIND: lambda: texts.html("🤔 I do not know this kind of rule."),
        Fault.EMPTY: lambda: texts.html("🤔 Nothing follows the colon."),
        Fault.TOO_LONG: lambda: texts.html("🤔 The rule is longer than 200 characters."),
        Fault.UNPRINTABLE: lambda: texts.html("🤔 The rule holds unprintable characters: please write it by hand."),
        Fault.NO_WORD: lambda: texts.html("🤔 A keyword needs letters or digits."),
    }[fault]()
    return Reply(fit([why, _in_writing(texts)]), ((Button(texts.plain("🚫 Choose from a list"), PickBan()),),))


def no_end(error: UntilError, now: datetime, texts: Texts) -> Reply:
    """The end of a ban was not understood, or it is no future one."""
    if error.fault is EndFault.PAST:
        said = texts.html(
            "🤔 “{written}” is over already: it is {moment} now. "
            "Write a later end, with its year if it is another one.",
            written=error.written, moment=moment_words(now, texts),
        )  # fmt: skip
    elif error.fault is EndFault.TOO_FAR:
        said = texts.html("🤔 That is more than ten years away. Without an end, a ban holds until it is lifted.")
    else:
        said = texts.html(
            "🤔 I do not understand when the ban ends. Write for example <code>for 3 days</code>, "
            "<code>until Friday</code>, <code>till tomorrow 9am</code> or <code>until 31.12.2030</code>."
        )
    return Reply(said)


def _in_writing(texts: Texts) -> Html:
    return texts.html(
        "In writing: <code>/ban category:Watches — reason for 7 days</code>. The kinds are product, seller, category, "
        "brand and keyword; names with spaces may stand in quotes."
    )
