"""Price watches and saved searches in words."""

from bot.core.people import QuietHours
from bot.features.watches.buttons import SaveSearch, ShowWatches, StopWatch, WatchPrice
from bot.features.watches.models import PriceWatch, SavedSearch
from bot.features.watches.quiet_replies import quiet_line
from bot.products.buttons import OpenProduct, ShowList
from bot.products.list_state import ListState
from bot.products.list_words import described, has_filters
from bot.products.offer_ids import product_mark, token
from bot.products.product_item import list_item, shop_of, stock_words
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts
from bot.ui.money import money
from bot.ui.reply import Button, Reply, Rows, in_rows
from bot.ui.text import clean, cut, escaped, fit
from pipeline.contracts.messages import Product

NAME_LIMIT = 90
TOLD_AT_ONCE = 5
SHARES = {"p5": 5, "p10": 10}


def watch_price_rows(product: Product, texts: Texts) -> Rows:
    """What stands on a product's card; a price on request cannot be watched."""
    if product.price.on_request:
        return ()
    return ((Button(texts.plain("🔔 Watch the price"), WatchPrice(product_mark(product.offer_id))),),)


def save_search_row(state: ListState, texts: Texts) -> tuple[Button, ...]:
    """What stands under a result list."""
    return (Button(texts.plain("🔔 Tell me what is new"), SaveSearch(token(state))),)


def wished(price: float, step: str) -> float | None:
    """The price that a choice stands for, in whole units of the currency; None: any below the present one."""
    share = SHARES.get(step)
    return None if share is None else float(int(price * (100 - share) / 100)) or None


def price_question(product: Product, cost: tuple[float, str], watch: PriceWatch | None, texts: Texts) -> Reply:
    """At what price to tell. `cost`: its amount and currency, as it is compared."""
    price, currency = cost
    this = product_mark(product.offer_id)
    choices = [Button(texts.plain("Any cheaper"), WatchPrice(this, "any"))]
    for step, share in SHARES.items():
        target = wished(price, step)
        if target is not None and target < price:
            label = texts.plain("−{n} %: {price}", n=share, price=money(target, currency, texts.language))
            choices.append(Button(label, WatchPrice(this, step)))
    blocks = [
        _name(product.name),
        texts.html("It costs {price} now. At what price shall I tell you?", price=price_words(price, currency, texts)),
    ]
    rows: list[tuple[Button, ...]] = [
        *in_rows(choices[:1], 1),
        *in_rows(choices[1:], 2),
        (Button(texts.plain("✏️ Another price"), WatchPrice(this, "own")),),
    ]
    if watch is not None:
        blocks.insert(1, condition(watch, texts))
        rows.append((Button(texts.plain("🔕 Stop watching"), StopWatch(_price_mark(watch), way="m")),))
    return Reply(fit(blocks), tuple(rows))


def price_watched(watch: PriceWatch, quiet: QuietHours, texts: Texts) -> Reply:
    """After a price watch was set."""
    return Reply(
        fit([texts.html("🔔 <b>I watch the price</b>"), _name(watch.name), condition(watch, texts),
             *quiet_line(quiet, texts)]),
        ((Button(texts.plain("🔕 Stop watching"), StopWatch(_price_mark(watch), way="m")),
          Button(texts.plain("📋 What I watch"), ShowWatches(way="n"))),),
    )  # fmt: skip


def price_asked(watch: PriceWatch, texts: Texts) -> Reply:
    """The person is to write a price."""
    price = price_words(watch.price, watch.currency, texts)
    return Reply(
        fit([_name(watch.name), texts.html("✏️ Write your price as a number. It costs {price} now.", price=price)]),
        ((Button(texts.plain("🔕 Stop watching"), StopWatch(_price_mark(watch), way="m")),),),
    )


def price_too_high(watch: PriceWatch, texts: Texts) -> Reply:
    """The written price is not below the present one."""
    price = price_words(watch.price, watch.currency, texts)
    return Reply(texts.html("🤔 It costs {price} already. Write a lower price.", price=price))


def price_dropped(name: str, watch: PriceWatch, product: Product, texts: Texts) -> Reply:
    """The message that the person waited for."""
    currency = watch.currency
    price, before = product.price.within(currency) or watch.price, watch.price
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
        ((Button(texts.plain("🛍 Open"), OpenProduct(product_mark(product.offer_id))),
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
        Button(str(place), OpenProduct(product_mark(product.offer_id), position=place - 1))
        for place, product in enumerate(shown, start=1)
    ]
    return Reply(
        fit([heading, *items]),
        (tuple(opened),
         (Button(texts.plain("🔎 The whole list"), ShowList(this, way="n")),
          Button(texts.plain("🔕 Stop watching"), StopWatch(name.partition(":")[2], way="m")))),
    )  # fmt: skip


def nothing_to_watch(texts: Texts) -> str:
    """The shop tells the price when it is asked."""
    return texts.plain("The shop tells this price on request, so there is nothing to watch.")


def search_saved(texts: Texts, *, new: bool) -> str:
    """The notice after a search was saved."""
    if new:
        return texts.plain("🔔 I will write when there is something new for this. /watch shows what you watch.")
    return texts.plain("I watch this already. /watch shows what you watch.")


def too_many(limit: int, texts: Texts) -> str:
    """The person has as many as one may have."""
    return texts.plain("You watch {n} already. Remove some with /watch first.", n=limit)


def search_words(search: ListState, texts: Texts) -> str:
    """A saved search in one line."""
    parts = [texts.plain("“{text}”", text=cut(clean(search.text), 60))] if search.text else []
    parts += described(search, texts) if has_filters(search) else []
    return " · ".join(parts) or texts.plain("everything")


def condition(watch: PriceWatch, texts: Texts) -> Html:
    """When the person is told."""
    if watch.wanted is not None:
        return texts.html("I tell you at {price} or less.", price=price_words(watch.wanted, watch.currency, texts))
    below = watch.price if watch.told is None else watch.told
    return texts.html("I tell you when it is cheaper than {price}.", price=price_words(below, watch.currency, texts))


def price_words(amount: float, currency: str, texts: Texts) -> Html:
    """A price, to be seen at once."""
    return Html(f"<b>{escaped(money(amount, currency, texts.language))}</b>")


def _name(name: str) -> Html:
    return Html(f"<b>{escaped(cut(clean(name), NAME_LIMIT))}</b>")


def _price_mark(watch: PriceWatch) -> str:
    return mark(watch.offer_id, 8)
