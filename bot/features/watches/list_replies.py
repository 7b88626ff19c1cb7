"""/watch: what the person watches, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.people import QuietHours
from bot.features.watches.buttons import ChooseQuiet, ShowWatches, StopWatch
from bot.features.watches.models import PriceWatch, SavedSearch
from bot.features.watches.quiet_replies import quiet_words
from bot.features.watches.replies import NAME_LIMIT, condition, search_words
from bot.products.buttons import OpenProduct, ShowList
from bot.products.offer_ids import product_mark, token
from bot.products.price_text import price_text
from bot.products.product_item import stock_words
from bot.ui.locale import Html, Texts
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply, in_rows
from bot.ui.text import clean, cut, escaped, fit
from pipeline.contracts.messages import Product

PER_PAGE = 5


@dataclass(frozen=True, slots=True)
class Watched:
    """A line of the list: the end of the watch's name, the watch, and what its product is now, if it is sold."""

    name: str
    watch: PriceWatch | SavedSearch
    product: Product | None = None


def watch_list(watched: Sequence[Watched], page: int, quiet: QuietHours, texts: Texts) -> Reply:
    """A page of what the person watches, each with a button that opens it and one that removes it."""
    quiet_button = Button(texts.plain("🌙 Quiet hours: {hours}", hours=quiet_words(quiet, texts)), ChooseQuiet())
    if not watched:
        return Reply(
            fit([
                texts.html("🔔 <b>You watch nothing yet</b>"),
                texts.html("Press “🔔 Watch the price” on a product, or “🔔 Tell me what is new” under a list, "
                           "and I will write when there is something."),
            ]),
            ((quiet_button,),),
        )  # fmt: skip
    turned = page_of(watched, page, PER_PAGE)
    shown = list(enumerate(turned.items, start=turned.first + 1))
    buttons = [
        button
        for place, one in shown
        for button in (_opened(place, one), Button(texts.plain("🗑 {n}", n=place), StopWatch(one.name, turned.number)))
    ]
    rows = (*in_rows(buttons, 4), *pager(turned.number, turned.pages, ShowWatches), (quiet_button,))
    title = texts.html_n("🔔 <b>You watch {n} thing</b>", "🔔 <b>You watch {n} things</b>", len(watched))
    return Reply(fit([title, *(_line(place, one, texts) for place, one in shown)]), rows)


def stopped(texts: Texts) -> Reply:
    """In place of what was watched."""
    return Reply(
        texts.html("🔕 I do not watch this any more."),
        ((Button(texts.plain("📋 What I watch"), ShowWatches(way="n")),),),
    )


def not_watched(texts: Texts) -> str:
    """The watch was removed before."""
    return texts.plain("This is not watched any more.")


def _line(place: int, one: Watched, texts: Texts) -> Html:
    if isinstance(one.watch, SavedSearch):
        return texts.html("<b>{n}.</b> 🔎 {search}", n=place, search=search_words(one.watch.search, texts))
    if one.product is None:
        now = texts.html("not offered now")
    else:
        price = Html(f"<b>{escaped(price_text(one.product.price, texts))}</b>")
        now = texts.html("{price} now · {stock}", price=price, stock=stock_words(one.product, texts))
    name = escaped(cut(clean(one.watch.name), NAME_LIMIT))
    return Html(f"<b>{place}.</b> {name}\n{now}\n<i>{condition(one.watch, texts)}</i>")


def _opened(place: int, one: Watched) -> Button:
    if isinstance(one.watch, SavedSearch):
        return Button(f"🔎 {place}", ShowList(token(one.watch.search), way="n"))
    return Button(f"🛍 {place}", OpenProduct(product_mark(one.watch.offer_id)))
