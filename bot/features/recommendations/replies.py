"""Recommended products, each with its reason and what one may think of it."""

from bot.features.recommendations.buttons import Judge, OpenPick
from bot.features.recommendations.recommender import RecommendedItem
from bot.products.buttons import OpenProduct
from bot.products.offer_ids import product_mark
from bot.products.product_item import leaf, list_item
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply, in_rows
from bot.ui.text import clean, cut, escaped, fit
from pipeline.contracts.messages import Product, RequestKind

NAME_LIMIT = 60
FEEDBACK = frozenset({RequestKind.LIKE, RequestKind.DISLIKE, RequestKind.HIDE})


def recommendations(items: tuple[RecommendedItem, ...], texts: Texts) -> Reply:
    """The list; its heading says honestly what it is made of."""
    if not items:
        return Reply(texts.html("🤷 There is nothing to recommend now: nothing is in stock. Please look in later."))
    kinds = {pick.reason.kind for pick in items}
    if kinds <= {"new"}:
        heading = texts.html("✨ <b>New on the market</b>\nOpen a few cards, and the next list will follow your taste.")
    elif kinds <= {"new", "popular"}:
        heading = texts.html("✨ <b>Popular now</b>\nOpen a few cards, and the next list will follow your taste.")
    else:
        heading = texts.html("✨ <b>For you</b>")
    lines = [
        Html(f"{list_item(place, pick.product, texts)}\n<i>💡 {escaped(reason_words(pick, texts))}</i>")
        for place, pick in enumerate(items, start=1)
    ]
    return Reply(fit([heading, *lines]), tuple(_row(place, pick) for place, pick in enumerate(items)))


def reason_words(pick: RecommendedItem, texts: Texts) -> str:
    """Why the product is shown, in one line."""
    name, kind = cut(clean(pick.because), NAME_LIMIT), pick.reason.kind
    category = cut(leaf(pick.reason.category or pick.product.category), NAME_LIMIT)
    words = {
        "popular": texts.plain("popular now"),
        "new": texts.plain("new: {category}", category=category) if category else texts.plain("new on the market"),
    }
    if name:
        words |= {
            "viewed": texts.plain("because you looked at “{name}”", name=name),
            "liked": texts.plain("because you liked “{name}”", name=name),
            "bought": texts.plain("because you bought “{name}”", name=name),
            "together": texts.plain("often taken together with “{name}”", name=name),
        }
    if category:
        words["category"] = texts.plain("because you look at this category: {category}", category=category)
    return words.get(kind, texts.plain("like what you looked at before"))


def feedback_words(kind: RequestKind, texts: Texts) -> str:
    """The notice after a person's feedback."""
    if kind is RequestKind.LIKE:
        return texts.plain("👍 There will be more like this.")
    if kind is RequestKind.DISLIKE:
        return texts.plain("👎 I will not recommend this again.")
    return texts.plain("🙈 Hidden.")


def similar_list(name: str, products: tuple[Product, ...], texts: Texts) -> Reply:
    """Like `name`; says so when there is nothing like it."""
    called = cut(clean(name), 80)
    if not products:
        return Reply(texts.html("🤷 I know nothing like <b>{name}</b> that is on sale.", name=called))
    heading = texts.html("🔁 Like <b>{name}</b>:", name=called)
    items: list[Html] = [list_item(position, product, texts) for position, product in enumerate(products, start=1)]
    buttons = [
        Button(str(position), OpenProduct(product_mark(product.offer_id), position=position - 1))
        for position, product in enumerate(products, start=1)
    ]
    return Reply(fit([heading, *items]), in_rows(buttons, 5))


def _row(place: int, pick: RecommendedItem) -> tuple[Button, ...]:
    # The number on every button: on a phone a row is not seen beside its product.
    product, number = product_mark(pick.product.offer_id), place + 1
    return (
        Button(str(number), OpenPick(product, place)),
        Button(f"👍 {number}", Judge(product, "like", place)),
        Button(f"👎 {number}", Judge(product, "dislike", place)),
        Button(f"🙈 {number}", Judge(product, "hide", place)),
    )
