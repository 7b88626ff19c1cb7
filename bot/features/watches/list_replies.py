"""/watch: what the person watches, a page at a time, and one thing of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.people import QuietHours
from bot.features.watches.buttons import ChooseQuiet, OpenWatch, RestoreWatch, ShowWatches, StopWatch, WatchPrice
from bot.features.watches.models import PriceWatch, SavedSearch
from bot.features.watches.quiet_replies import quiet_words
from bot.features.watches.replies import NAME_LIMIT, below, condition, search_words
from bot.products.buttons import OpenProduct, ShowList
from bot.products.offer_ids import product_mark, token
from bot.products.price_text import price_text
from bot.products.product_item import stock_words
from bot.ui.locale import Html, Texts
from bot.ui.money import money
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply
from bot.ui.text import clean, cut, escaped, fit
from pipeline.contracts.messages import Product

PER_PAGE = 5
LINE_LIMIT = 60
BUTTON_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Watched:
    """A line of the list: the end of the watch's name, the watch, and what its product is now, if it is sold."""

    name: str
    watch: PriceWatch | SavedSearch
    product: Product | None = None

    @property
    def off(self) -> bool:
        """Taken off, and to be brought back for a while."""
        return self.watch.stopped_at is not None


def watch_list(watched: Sequence[Watched], page: int, quiet: QuietHours, texts: Texts) -> Reply:
    """A page of what the person watches: for each thing a line, and below a button with its name."""
    quiet_button = Button(texts.plain("🌙 Quiet hours: {hours}", hours=quiet_words(quiet, texts)), ChooseQuiet())
    if not watched:
        return Reply(
            fit([
                texts.html("🔔 <b>No alerts yet</b>"),
                texts.html("Press “🔔 Watch the price” on a product or “🔔 Follow this search” under a list, "
                           "and I'll message you when there is news."),
            ]),
            ((quiet_button,),),
        )  # fmt: skip
    turned = page_of(watched, page, PER_PAGE)
    shown = list(enumerate(turned.items, start=turned.first + 1))
    lines = Html("\n".join(_line(place, one, texts) for place, one in shown))
    rows = (
        *((_button(place, one, turned.number, texts),) for place, one in shown),
        *pager(turned.number, turned.pages, ShowWatches),
        (quiet_button,),
    )
    return Reply(fit([_title(watched, texts), lines]), rows)


def one_watch(one: Watched, page: int, texts: Texts) -> Reply:
    """One thing that is watched, and what can be done about it."""
    back = (Button(texts.plain("‹ My alerts"), ShowWatches(page)),)
    off = (Button(texts.plain("🔕 Unsubscribe"), StopWatch(one.name, page)),)
    if isinstance(one.watch, SavedSearch):
        opened = Button(texts.plain("🔎 Open"), ShowList(token(one.watch.search), way="n"))
        about = texts.html("I'll message you when something new appears.")
        title = Html(f"🔎 <b>{escaped(search_words(one.watch.search, texts))}</b>")
        return Reply(fit([title, about], between="\n"), ((opened,), off, back))
    this = product_mark(one.watch.offer_id)
    name = Html(f"<b>{escaped(cut(clean(one.watch.name), NAME_LIMIT))}</b>")
    if one.product is None:
        text = fit([name, texts.html("not offered now"), condition(one.watch, texts)], between="\n")
        return Reply(text, (off, back))
    price = Html(f"<b>{escaped(price_text(one.product.price, texts))}</b>")
    now = texts.html("{price} now · {stock}", price=price, stock=stock_words(one.product, texts))
    return Reply(
        fit([name, now, condition(one.watch, texts)], between="\n"),
        (
            (Button(texts.plain("🛍 Open"), OpenProduct(this)),),
            (Button(texts.plain("✏️ Change the price"), WatchPrice(this, "again")),),
            off,
            back,
        ),
    )


def stopped(name: str, watch: PriceWatch | SavedSearch | None, texts: Texts) -> Reply:
    """In place of what was watched: it is no more, and may come back."""
    mine = Button(texts.plain("📋 My alerts"), ShowWatches(way="n"))
    if watch is None:
        return Reply(texts.html("🔕 This alert is off."), ((mine,),))
    return Reply(
        texts.html("🔕 No more alerts: <b>{name}</b>", name=cut(_name(watch, texts), NAME_LIMIT)),
        ((Button(texts.plain("↩️ Bring it back"), RestoreWatch(name, way="m")),), (mine,)),
    )


def restored(name: str, saved: SavedSearch, texts: Texts) -> Reply:
    """In place of what was taken off: the saved search is there again."""
    return Reply(
        texts.html("🔔 Following: {search}", search=search_words(saved.search, texts)),
        (
            (Button(texts.plain("🔎 Open"), ShowList(token(saved.search), way="n")),),
            (
                Button(texts.plain("📋 My alerts"), ShowWatches(way="n")),
                Button(texts.plain("🔕 Unsubscribe"), StopWatch(name, way="m")),
            ),
        ),
    )


def not_watched(texts: Texts) -> str:
    """The watch was removed before."""
    return texts.plain("This alert is off already.")


def too_late(texts: Texts) -> str:
    """What was taken off is gone for good."""
    return texts.plain("Too late to bring it back. Please set the alert again.")


def _title(watched: Sequence[Watched], texts: Texts) -> Html:
    prices = sum(isinstance(one.watch, PriceWatch) and not one.off for one in watched)
    searches = sum(isinstance(one.watch, SavedSearch) and not one.off for one in watched)
    counts = [texts.plain_n("{n} price", "{n} prices", prices)] if prices else []
    counts += [texts.plain_n("{n} search", "{n} searches", searches)] if searches else []
    return texts.html("🔔 <b>Your alerts: {counts}</b>", counts=", ".join(counts) or texts.plain("none"))


def _line(place: int, one: Watched, texts: Texts) -> Html:
    name = cut(_name(one.watch, texts), LINE_LIMIT)
    if one.off:
        return texts.html("{n}. <s>{name}</s>", n=place, name=name)
    if isinstance(one.watch, SavedSearch):
        return texts.html("{n}. 🔎 {name}", n=place, name=name)
    if one.product is None:
        return texts.html("{n}. {name} · not offered now", n=place, name=name)
    price, currency = price_text(one.product.price, texts), one.watch.currency
    if one.watch.wanted is None:
        limit = money(below(one.watch), currency, texts.language)
        return texts.html("{n}. {name} · {price}, waiting for less than {limit}",
                          n=place, name=name, price=price, limit=limit)  # fmt: skip
    limit = money(one.watch.wanted, currency, texts.language)
    return texts.html("{n}. {name} · {price}, waiting for {limit}", n=place, name=name, price=price, limit=limit)


def _button(place: int, one: Watched, page: int, texts: Texts) -> Button:
    name = cut(_name(one.watch, texts), BUTTON_LIMIT)
    if one.off:
        return Button(texts.plain("↩️ Bring back: {name}", name=name), RestoreWatch(one.name, page))
    return Button(f"{place}. {name}", OpenWatch(one.name, page))


def _name(watch: PriceWatch | SavedSearch, texts: Texts) -> str:
    return search_words(watch.search, texts) if isinstance(watch, SavedSearch) else clean(watch.name)
