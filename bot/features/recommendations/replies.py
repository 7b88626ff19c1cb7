"""Recommended products under the reasons for them, what one may think of each, and what is hidden."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from types import MappingProxyType

from bot.features.recommendations.buttons import ChangeHidden, OpenPick, OtherPicks, RateProduct, ShowHidden
from bot.features.recommendations.models import Preferences
from bot.features.recommendations.recommender import RecommendedItem, Similar
from bot.products.buttons import OpenProduct
from bot.products.offer_ids import product_mark
from bot.products.product_item import list_item
from bot.products.section_names import section_name
from bot.ui.locale import Html, Texts
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply, in_rows
from bot.ui.text import clean, cut, escaped, fit
from pipeline.catalog.line import Line
from pipeline.contracts.messages import Product, RequestKind

NAME_LIMIT = 60
HIDDEN_PER_PAGE = 5
ONE_OFFER_EACH: Mapping[str, Line] = MappingProxyType({})
BUTTON_LIMIT = 40
FEEDBACK = frozenset({RequestKind.LIKE, RequestKind.DISLIKE, RequestKind.HIDE, RequestKind.UNHIDE})


def recommendations(
    items: tuple[RecommendedItem, ...], page: int, texts: Texts, told: Mapping[str, Line] = ONE_OFFER_EACH
) -> Reply:
    """The list under its reasons; its heading says honestly what it is made of. `told`: of the offers of a line."""
    hidden = Button(texts.plain("🙈 Hidden"), ShowHidden())
    if not items:
        text = texts.html("🤷 There is nothing to recommend now: nothing is in stock. Please look in later.")
        return Reply(text, ((hidden,),))
    blocks: list[Html] = [_heading(items, texts)]
    alone = {item.reason.kind for item in items} <= {"new"} or {item.reason.kind for item in items} <= {"popular"}
    place = 0
    for _, group in groupby(items, key=lambda item: item.why):
        same = tuple(group)
        lines = [
            list_item(place + number, item.product, texts, told.get(item.product.offer_id))
            for number, item in enumerate(same, start=1)
        ]
        place += len(same)
        reason = [] if alone else [Html(f"💡 <b>{escaped(reason_words(same[0], texts))}</b>")]
        blocks += [Html("\n".join((*reason, lines[0]))), *lines[1:]]
    numbers = [
        Button(str(number), OpenPick(product_mark(item.product.offer_id), number - 1))
        for number, item in enumerate(items, start=1)
    ]
    others = Button(texts.plain("🔄 Others"), OtherPicks(page + 1))
    return Reply(fit(blocks), (*in_rows(numbers, 5), (others, hidden)))


def reason_words(pick: RecommendedItem, texts: Texts) -> str:
    """Why the product is shown, in one line."""
    name, kind = cut(clean(pick.because), NAME_LIMIT), pick.reason.kind
    if not pick.related:
        return texts.plain("You may like")
    words = {"popular": texts.plain("Popular now"), "new": texts.plain("New on the market")}
    words["again"] = texts.plain("You bought it before. Time to restock?")
    if name:
        words |= {
            "viewed": texts.plain("Similar to “{name}”, which you viewed", name=name),
            "liked": texts.plain("Similar to “{name}”, which you liked", name=name),
            "bought": texts.plain("Similar to “{name}”, which you bought", name=name),
            "together": texts.plain("Often taken together with “{name}”", name=name),
        }
    if category := cut(section_name(pick.reason.category or "", texts), NAME_LIMIT):
        words["category"] = texts.plain("From a section you browse: {category}", category=category)
    return words.get(kind, texts.plain("You may like"))


def rating_row(offer_id: str, position: int, known: Preferences, texts: Texts) -> tuple[Button, ...]:
    """On the card of a recommended product: what the person thinks of it, and how it stands."""
    product = product_mark(offer_id)

    def rate(label: str, feedback: str) -> Button:
        return Button(label, RateProduct(product, feedback, position))

    hidden = offer_id in known.hidden
    liked, disliked = offer_id in known.liked and not hidden, offer_id in known.disliked
    return (
        rate(texts.plain("👍 Noted") if liked else texts.plain("👍 Like"), "like"),
        rate(texts.plain("👎 Noted") if disliked else texts.plain("👎 Not for me"), "dislike"),
        rate(texts.plain("↩️ Unhide"), "unhide") if hidden else rate(texts.plain("🙈 Hide"), "hide"),
    )


def feedback_words(kind: RequestKind, texts: Texts) -> str:
    """The notice after a person's feedback."""
    return {
        RequestKind.LIKE: texts.plain("👍 Got it, more like this."),
        RequestKind.DISLIKE: texts.plain("👎 Won't suggest this again."),
        RequestKind.UNHIDE: texts.plain("↩️ I may suggest this again."),
    }.get(kind, texts.plain("🙈 Hidden. Press ↩️ to undo."))


def hidden_list(products: Sequence[Product], page: int, texts: Texts) -> Reply:
    """What the person does not want to be recommended, the latest first, each with the way back."""
    back = (Button(texts.plain("‹ For you"), OtherPicks()),)
    if not products:
        return Reply(texts.html("🙈 Nothing is hidden."), (back,))
    turned = page_of(products, page, HIDDEN_PER_PAGE)
    lines = [list_item(place, one, texts) for place, one in enumerate(turned.items, start=turned.first + 1)]
    rows = tuple((hidden_button(one, texts, hidden=True),) for one in turned.items)
    return Reply(
        fit([texts.html("🙈 <b>Hidden from your suggestions</b>"), *lines]),
        (*rows, *pager(turned.number, turned.pages, ShowHidden), back),
    )


def hidden_button(product: Product, texts: Texts, *, hidden: bool) -> Button:
    """What brings a hidden product back, and in its place then what hides it again."""
    name, this = cut(clean(product.name), BUTTON_LIMIT), product_mark(product.offer_id)
    if hidden:
        return Button(texts.plain("↩️ Bring back: {name}", name=name), ChangeHidden(this, "unhide"))
    return Button(texts.plain("🙈 Hide again: {name}", name=name), ChangeHidden(this, "hide"))


def similar_list(name: str, found: Similar, texts: Texts, told: Mapping[str, Line] = ONE_OFFER_EACH) -> Reply:
    """Like `name`; says so when there is nothing like it. `told`: of the offers of a line."""
    called = cut(clean(name), 80)
    if not found.all:
        for_you = Button(texts.plain("✨ For you"), OtherPicks())
        return Reply(texts.html("🤷 Nothing similar to “{name}” is on sale.", name=called), ((for_you,),))
    blocks: list[Html] = []
    if found.near:
        blocks.append(texts.html("🔁 Similar to <b>“{name}”</b>:", name=called))
    items = [
        list_item(position, product, texts, told.get(product.offer_id))
        for position, product in enumerate(found.all, start=1)
    ]
    blocks += items[: len(found.near)]
    if found.others:
        blocks.append(Html(f"💡 <b>{escaped(texts.plain('You may like'))}</b>"))
        blocks += items[len(found.near) :]
    buttons = [
        Button(str(position), OpenProduct(product_mark(product.offer_id), position=position - 1))
        for position, product in enumerate(found.all, start=1)
    ]
    return Reply(fit(blocks), in_rows(buttons, 5))


def _heading(items: tuple[RecommendedItem, ...], texts: Texts) -> Html:
    kinds = {item.reason.kind for item in items}
    if kinds <= {"new"}:
        return texts.html("✨ <b>New on the market</b>\nOpen a few cards, and the next list will follow your taste.")
    if kinds <= {"new", "popular"}:
        return texts.html("✨ <b>Popular now</b>\nOpen a few cards, and the next list will follow your taste.")
    return texts.html("✨ <b>For you</b>")
