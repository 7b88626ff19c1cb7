"""Recommended products, each with its reason and what one may think of it."""

from bot.features.recommendations.recommender import RecommendedItem
from bot.features.search.filters import leaf
from bot.features.search.replies import list_item
from bot.ui.callback_data import Judge, OpenPick
from bot.ui.callback_ids import product_mark
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply
from bot.ui.text import clean, cut, escaped, fit
from pipeline.contracts.messages import RequestKind

NAME_LIMIT = 60
VERDICTS = frozenset({RequestKind.LIKE, RequestKind.DISLIKE, RequestKind.HIDE})


def recommendations(picks: tuple[RecommendedItem, ...], texts: Texts) -> Reply:
    """The list; its heading says honestly what it is made of."""
    if not picks:
        return Reply(texts.html("🤷 There is nothing to recommend now: nothing is in stock. Please look in later."))
    kinds = {pick.reason.kind for pick in picks}
    if kinds <= {"new"}:
        heading = texts.html("✨ <b>New on the market</b>\nOpen a few cards, and the next list will follow your taste.")
    elif kinds <= {"new", "popular"}:
        heading = texts.html("✨ <b>Popular now</b>\nOpen a few cards, and the next list will follow your taste.")
    else:
        heading = texts.html("✨ <b>For you</b>")
    items = [
        Html(f"{list_item(place, pick.product, texts)}\n<i>💡 {escaped(reason_words(pick, texts))}</i>")
        for place, pick in enumerate(picks, start=1)
    ]
    return Reply(fit([heading, *items]), tuple(_row(place, pick) for place, pick in enumerate(picks)))


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


def verdict_words(kind: RequestKind, texts: Texts) -> str:
    """The notice after a verdict."""
    if kind is RequestKind.LIKE:
        return texts.plain("👍 There will be more like this.")
    if kind is RequestKind.DISLIKE:
        return texts.plain("👎 I will not recommend this again.")
    return texts.plain("🙈 Hidden.")


def _row(place: int, pick: RecommendedItem) -> tuple[Button, ...]:
    # The number on every button: on a phone a row is not seen beside its product.
    product, number = product_mark(pick.product.product_id), place + 1
    return (
        Button(str(number), OpenPick(product, place)),
        Button(f"👍 {number}", Judge(product, "like", place)),
        Button(f"👎 {number}", Judge(product, "dislike", place)),
        Button(f"🙈 {number}", Judge(product, "hide", place)),
    )
