"""The guided way to a ban: what kind of thing, which one; from a product's card; and what is no rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.features.bans.buttons import BanNow, PickBan, TakeBan
from bot.features.bans.words import count_words, kind_words, moment_words
from bot.products.ban_reasons import preset_reasons
from bot.products.buttons import BanProduct
from bot.products.offer_ids import product_mark
from bot.products.product_item import shop_of
from bot.products.section_names import section_name
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply, Rows, in_rows
from bot.ui.text import clean, cut, escaped, fit
from pipeline.bans import EndFault, Fault, Kind, UntilError
from pipeline.contracts.messages import Product


@dataclass(frozen=True, slots=True)
class Value:
    """Something that can be banned: its name for rules, the one for people, and how many products it has."""

    value: str
    label: str
    count: int


PER_PAGE = 8
LABEL_LIMIT = 34
PICKABLE = (Kind.CATEGORY, Kind.BRAND, Kind.SELLER)
ICONS = {Kind.PRODUCT: "📦", Kind.SELLER: "🏪", Kind.CATEGORY: "📂", Kind.BRAND: "🏷", Kind.KEYWORD: "🔤"}


def ban_kinds(example: str, texts: Texts) -> Reply:
    """/ban alone: the kinds to choose from. `example` is a category that is on sale."""
    buttons = [Button(f"{ICONS[kind]} {kind_words(kind, texts)}", PickBan(kind.value)) for kind in Kind]
    return Reply(
        fit([texts.html("🚫 <b>What do you want to ban?</b>"), _in_writing(example, texts)]),
        in_rows(buttons, 2),
    )


def how_to_write(kind: Kind, texts: Texts) -> Reply:
    """For kinds that have too many values for buttons."""
    if kind is Kind.PRODUCT:
        text = texts.html("📦 Send the product's item number, its name or a link to it. Or open its card and press 🚫.")
    else:
        text = texts.html(
            "🔤 Send the words; all their forms count. A reason may follow after a dash: <code>WORDS — reason</code>"
        )
    return Reply(text, ((Button(texts.plain("‹ Back"), PickBan()),),))


def ban_values(kind: Kind, values: Sequence[Value], page: int, texts: Texts) -> Reply:
    """Values of a kind to choose from, with how many products each has."""
    shown = page_of(values, page, PER_PAGE)
    buttons = [
        Button(
            cut(f"{section_name(one.value, texts) if kind is Kind.CATEGORY else clean(one.label)}", LABEL_LIMIT - 8)
            + f" · {count_words(one.count, texts)}",
            TakeBan(kind.value, mark(one.value)),
        )
        for one in shown.items
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
    blocks = [Html(f"🚫 <b>{escaped(question)}</b>")]
    if not values:
        blocks.append(texts.html("Nothing is on sale."))
    return Reply(fit(blocks), rows)


def ban_of_product(product: Product, texts: Texts) -> Reply:
    """From a card: why, which hides the product at once; or more of what it belongs to, after a question."""
    name = product_mark(product.offer_id)
    wider = {
        Kind.SELLER: shop_of(product),
        Kind.CATEGORY: section_name(product.category, texts) if product.category else "",
        Kind.BRAND: product.brand,
    }
    reasons = [Button(f"🚫 {words}", BanNow(name, code)) for code, words in preset_reasons(texts).items()]
    rows: Rows = (
        *in_rows(reasons, 2),
        (Button(texts.plain("🚫 No reason"), BanNow(name, "")),
         Button(texts.plain("✏️ Another reason or end"), BanProduct(name, Kind.PRODUCT.value))),
        *((Button(cut(f"{ICONS[kind]} {kind_words(kind, texts)}: {clean(value)}", 60), BanProduct(name, kind.value)),)
          for kind, value in wider.items() if value.strip()),
    )  # fmt: skip
    what = Html(f"<b>{escaped(cut(clean(product.name), 120))}</b>")
    return Reply(
        fit([texts.html("🚫 <b>Hide this product?</b> The reason hides it at once; you can undo it."), what,
             texts.html("Or ban more:")]),
        rows,
    )  # fmt: skip


def no_rule(fault: Fault, example: str, texts: Texts) -> Reply:
    """What was written is no rule: why, and how to write one."""
    why = {
        Fault.NO_KIND: lambda: texts.html("🤔 Say what that is: a product, a shop, a category, a brand or a word."),
        Fault.UNKNOWN_KIND: lambda: texts.html("🤔 There is no such kind of ban."),
        Fault.EMPTY: lambda: texts.html("🤔 Nothing follows the colon."),
        Fault.TOO_LONG: lambda: texts.html("🤔 The rule is longer than 200 characters."),
        Fault.UNPRINTABLE: lambda: texts.html("🤔 The rule holds unprintable characters: please write it by hand."),
        Fault.NO_WORD: lambda: texts.html("🤔 A keyword needs letters or digits."),
    }[fault]()
    return Reply(fit([why, _in_writing(example, texts)]), ((Button(texts.plain("🚫 Choose from a list"), PickBan()),),))


def no_end(error: UntilError, now: datetime, texts: Texts) -> Reply:
    """The end of a ban was not understood, or it is no future one."""
    if error.fault is EndFault.PAST:
        said = texts.html(
            "🤔 “{written}” is over already: it is {moment} now. "
            "Write a later end, with its year if it is another one.",
            written=error.written, moment=moment_words(now, texts, now),
        )  # fmt: skip
    elif error.fault is EndFault.TOO_FAR:
        said = texts.html("🤔 That is more than ten years away. Without an end, a ban holds until it is lifted.")
    else:
        said = texts.html(
            "🤔 I do not understand when the ban ends. Write for example <code>for 3 days</code>, "
            "<code>until Friday</code>, <code>till tomorrow 9am</code> or <code>until 31.12.2030</code>."
        )
    return Reply(said, ((Button(texts.plain("🚫 Choose from a list"), PickBan()),),))


def _in_writing(example: str, texts: Texts) -> Html:
    kinds = texts.html("Kinds: product, shop, category, brand, word. Put names with spaces in quotes if in doubt.")
    if not example:
        return kinds
    written = texts.html("Or in one line: <code>/ban category:{name} — reason for 7 days</code>", name=clean(example))
    return Html(f"{written}\n{kinds}")
