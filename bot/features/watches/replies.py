"""Price watches, saved searches and quiet hours in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.features.search.filters import described, has_filters
from bot.features.search.replies import list_item, stock_words
from bot.features.watches.models import PriceWatch, SavedSearch
from bot.products.shop import shop_of
from bot.ui.callback_data import ChooseQuiet, OpenProduct, PageNumber, ShowList, ShowWatches, StopWatch, WatchPrice
from bot.ui.callback_ids import mark, product_mark, token
from bot.ui.locale import Html, Texts
from bot.ui.money import money
from bot.ui.reply import Button, Reply, in_rows
from bot.ui.text import clean, cut, escaped, fit
from pipeline.contracts.chat_state import ListState, QuietHours
from pipeline.contracts.messages import Product

NAME_LIMIT = 90
PER_PAGE = 5
TOLD_AT_ONCE = 5
SHARES = {"p5": 5, "p10": 10}
QUIET = ("22-8", "23-9", "0-7")


@dataclass(frozen=True, slots=True)
class Watched:
    """A line of the list: the end of the watch's name, the watch, and what its product is now, if it is sold."""

    name: str
    watch: PriceWatch | SavedSearch
    product: Product | None = None


def wished(price: float, step: str) -> float | None:
    """The price that a choice stands for, in whole units of the currency; None: any below the present one."""
    share = SHARES.get(step)
    return None if share is None else float(int(price * (100 - share) / 100)) or None


def price_question(product: Product, watch: PriceWatch | None, texts: Texts) -> Reply:
    """At what price to tell."""
    price, currency = product.price.amount, product.price.currency
    this = product_mark(product.product_id)
    choices = [Button(texts.plain("Any cheaper"), WatchPrice(this, "any"))]
    for step, share in SHARES.items():
        target = wished(price, step)
        if target is not None and target < price:
            label = texts.plain("−{n} %: {price}", n=share, price=money(target, currency, texts.language))
            choices.append(Button(label, WatchPrice(this, step)))
    blocks = [
        _name(product.name),
        texts.html("It costs {price} now. At what price shall I tell you?", price=_money(price, currency, texts)),
    ]
    rows: list[tuple[Button, ...]] = [
        *in_rows(choices[:1], 1),
        *in_rows(choices[1:], 2),
        (Button(texts.plain("✏️ Another price"), WatchPrice(this, "own")),),
    ]
    if watch is not None:
        blocks.insert(1, _condition(watch, texts))
        rows.append((Button(texts.plain("🔕 Stop watching"), StopWatch(_price_mark(watch), way="m")),))
    return Reply(fit(blocks), tuple(rows))


def price_watched(watch: PriceWatch, quiet: QuietHours, texts: Texts) -> Reply:
    """After a price watch was set."""
    return Reply(
        fit([texts.html("🔔 <b>I watch the price</b>"), _name(watch.name), _condition(watch, texts),
             *_quiet_line(quiet, texts)]),
        ((Button(texts.plain("🔕 Stop watching"), StopWatch(_price_mark(watch), way="m")),
          Button(texts.plain("📋 What I watch"), ShowWatches(way="n"))),),
    )  # fmt: skip


def price_asked(watch: PriceWatch, texts: Texts) -> Reply:
    """The person is to write a price."""
    price = _money(watch.price, watch.currency, texts)
    return Reply(
        fit([_name(watch.name), texts.html("✏️ Write your price as a number. It costs {price} now.", price=price)]),
        ((Button(texts.plain("🔕 Stop watching"), StopWatch(_price_mark(watch), way="m")),),),
    )


def price_too_high(watch: PriceWatch, texts: Texts) -> Reply:
    """The written price is not below the present one."""
    price = _money(watch.price, watch.currency, texts)
    return Reply(texts.html("🤔 It costs {price} already. Write a lower price.", price=price))


def price_dropped(name: str, watch: PriceWatch, product: Product, texts: Texts) -> Reply:
    """The message that the person waited for."""
    price, currency = product.price.amount, product.price.currency
    before = watch.price
    if watch.due is not None:
        price, before = watch.due.price, watch.due.told_before or watch.price
    share = round(100 * (1 - price / before)) if before > 0 else 0
    line = texts.html(
        "<s>{before}</s> → <b>{price}</b>",
        before=money(before, currency, texts.language),
        price=money(price, currency, texts.language),
    )
    drop = escaped(f" (−{share} %)") if share > 0 else Html("")
    facts = escaped(" · ".join(part for part in (stock_words(product, texts), shop_of(product)) if part))
    return Reply(
        fit([Html(f"📉 {_name(product.name)}"), Html(f"{line}{drop}\n{facts}")]),
        ((Button(texts.plain("🛍 Open"), OpenProduct(product_mark(product.product_id))),
          Button(texts.plain("🔕 Stop watching"), StopWatch(name.partition(":")[2], way="m"))),),
    )  # fmt: skip


def new_matches(name: str, saved: SavedSearch, products: tuple[Product, ...], texts: Texts) -> Reply:
    """What is new for a saved search."""
    shown = products[:TOLD_AT_ONCE]
    heading = texts.html("🆕 <b>New for {search}</b>", search=search_words(saved.search, texts))
    items = [list_item(place, product, texts) for place, product in enumerate(shown, start=1)]
    if len(products) > len(shown):
        items.append(texts.html_n("and {n} more", "and {n} more", len(products) - len(shown)))
    this = token(saved.search)
    opened = [
        Button(str(place), OpenProduct(product_mark(product.product_id), position=place - 1))
        for place, product in enumerate(shown, start=1)
    ]
    return Reply(
        fit([heading, *items]),
        (tuple(opened),
         (Button(texts.plain("🔎 The whole list"), ShowList(this, way="n")),
          Button(texts.plain("🔕 Stop watching"), StopWatch(name.partition(":")[2], way="m")))),
    )  # fmt: skip


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
    pages = -(-len(watched) // PER_PAGE)
    number = min(page, pages - 1)
    first = number * PER_PAGE + 1
    shown = list(enumerate(watched[number * PER_PAGE : (number + 1) * PER_PAGE], start=first))
    buttons = [
        button
        for place, one in shown
        for button in (_opened(place, one), Button(texts.plain("🗑 {n}", n=place), StopWatch(one.name, number)))
    ]
    rows = [*in_rows(buttons, 4)]
    if pages > 1:
        rows.append(
            (
                Button("‹", ShowWatches((number - 1) % pages)),
                Button(f"{number + 1}/{pages}", PageNumber(number + 1, pages)),
                Button("›", ShowWatches((number + 1) % pages)),
            )
        )
    title = texts.html_n("🔔 <b>You watch {n} thing</b>", "🔔 <b>You watch {n} things</b>", len(watched))
    return Reply(fit([title, *(_line(place, one, texts) for place, one in shown)]), (*rows, (quiet_button,)))


def quiet_choice(quiet: QuietHours, now_there: datetime, texts: Texts) -> Reply:
    """The hours in which nothing is told, and the person's clock."""
    hours = [Button(("● " if _hours(quiet) == value else "") + _range(value), ChooseQuiet(value)) for value in QUIET]
    off = Button(("● " if quiet.start == quiet.end else "") + texts.plain("no quiet hours"), ChooseQuiet("0-0"))
    clock = (
        Button("−1", ChooseQuiet("earlier")),
        Button(f"🕒 {now_there:%H:%M}", ChooseQuiet("show")),
        Button("+1", ChooseQuiet("later")),
    )
    return Reply(
        texts.html(
            "🌙 <b>Quiet hours</b>\nWhat comes in these hours waits until they are over. It is {time} with you; "
            "if not, set the clock.",
            time=f"{now_there:%H:%M}",
        ),
        (tuple(hours), (off,), clock, (Button(texts.plain("‹ What I watch"), ShowWatches()),)),
    )


def stopped(texts: Texts) -> Reply:
    """In place of what was watched."""
    return Reply(
        texts.html("🔕 I do not watch this any more."),
        ((Button(texts.plain("📋 What I watch"), ShowWatches(way="n")),),),
    )


def search_saved(texts: Texts, *, new: bool) -> str:
    """The notice after a search was saved."""
    if new:
        return texts.plain("🔔 I will write when there is something new for this. /watch shows what you watch.")
    return texts.plain("I watch this already. /watch shows what you watch.")


def too_many(limit: int, texts: Texts) -> str:
    """The person has as many as one may have."""
    return texts.plain("You watch {n} already. Remove some with /watch first.", n=limit)


def not_watched(texts: Texts) -> str:
    """The watch was removed before."""
    return texts.plain("This is not watched any more.")


def search_words(search: ListState, texts: Texts) -> str:
    """A saved search in one line."""
    parts = [texts.plain("“{text}”", text=cut(clean(search.text), 60))] if search.text else []
    parts += described(search, texts) if has_filters(search) else []
    return " · ".join(parts) or texts.plain("everything")


def quiet_words(quiet: QuietHours, texts: Texts) -> str:
    """Quiet hours in a few characters."""
    return texts.plain("none") if quiet.start == quiet.end else _range(_hours(quiet))


def _line(place: int, one: Watched, texts: Texts) -> Html:
    if isinstance(one.watch, SavedSearch):
        return texts.html("<b>{n}.</b> 🔎 {search}", n=place, search=search_words(one.watch.search, texts))
    if one.product is None:
        now = texts.html("not offered now")
    else:
        price = _money(one.product.price.amount, one.product.price.currency, texts)
        now = texts.html("{price} now · {stock}", price=price, stock=stock_words(one.product, texts))
    name = escaped(cut(clean(one.watch.name), NAME_LIMIT))
    return Html(f"<b>{place}.</b> {name}\n{now}\n<i>{_condition(one.watch, texts)}</i>")


def _opened(place: int, one: Watched) -> Button:
    if isinstance(one.watch, SavedSearch):
        return Button(f"🔎 {place}", ShowList(token(one.watch.search), way="n"))
    return Button(f"🛍 {place}", OpenProduct(product_mark(one.watch.product_id)))


def _condition(watch: PriceWatch, texts: Texts) -> Html:
    if watch.wanted is not None:
        return texts.html("I tell you at {price} or less.", price=_money(watch.wanted, watch.currency, texts))
    below = watch.price if watch.told is None else watch.told
    return texts.html("I tell you when it is cheaper than {price}.", price=_money(below, watch.currency, texts))


def _quiet_line(quiet: QuietHours, texts: Texts) -> list[Html]:
    if quiet.start == quiet.end:
        return []
    return [texts.html("🌙 Not in your quiet hours: {hours}.", hours=quiet_words(quiet, texts))]


def _money(amount: float, currency: str, texts: Texts) -> Html:
    return Html(f"<b>{escaped(money(amount, currency, texts.language))}</b>")


def _name(name: str) -> Html:
    return Html(f"<b>{escaped(cut(clean(name), NAME_LIMIT))}</b>")


def _price_mark(watch: PriceWatch) -> str:
    return mark(watch.product_id, 8)


def _hours(quiet: QuietHours) -> str:
    return f"{quiet.start}-{quiet.end}"


def _range(value: str) -> str:
    start, _, end = value.partition("-")
    return f"{start}:00–{end}:00"
