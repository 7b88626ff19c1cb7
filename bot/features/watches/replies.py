"""Price watches and saved searches in words."""

from bot.core.people import QuietHours
from bot.features.watches.buttons import ShowWatches, StopWatch, WatchAt, WatchPrice
from bot.features.watches.models import PriceWatch, SavedSearch
from bot.features.watches.quiet_replies import quiet_line
from bot.features.watches.round_prices import suggestions
from bot.products.buttons import OpenProduct, ShowList
from bot.products.card import picture_of, shop_button
from bot.products.list_state import ListState
from bot.products.list_words import described, has_filters
from bot.products.offer_ids import product_mark, token
from bot.products.product_item import list_item, shop_of, stock_words
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts, number
from bot.ui.money import money
from bot.ui.reply import Button, Reply, Rows
from bot.ui.text import CAPTION_LIMIT, MESSAGE_LIMIT, clean, cut, escaped, fit
from pipeline.contracts.messages import Product

NAME_LIMIT = 90
TOLD_AT_ONCE = 5


def price_question(product: Product, cost: tuple[float, str], watch: PriceWatch | None, texts: Texts) -> Reply:
    """At what price to tell, with the present choice marked. `cost`: its amount and currency, as it is compared."""
    price, currency = cost
    this = product_mark(product.offer_id)
    suggested = suggestions(price)
    any_drop = Button(
        _marked(texts.plain("Any drop"), watch is not None and watch.wanted is None), WatchPrice(this, "any")
    )
    choices = [
        Button(
            _marked(texts.plain("up to {price}", price=money(wanted, currency, texts.language)), _wants(watch, wanted)),
            WatchAt(this, wanted),
        )
        for wanted in suggested
    ]
    own = texts.plain("✏️ My own price")
    if watch is not None and watch.wanted is not None and watch.wanted not in suggested:
        own = texts.plain("✓ My own price: {price}", price=money(watch.wanted, watch.currency, texts.language))
    rows: list[tuple[Button, ...]] = [(any_drop,), tuple(choices), (Button(own, WatchPrice(this, "own")),)]
    if watch is not None:
        rows.append((_list_button(texts), _stop_button(price_mark(watch), texts)))
    return Reply(
        fit([
            _name(product.name),
            texts.html("It's {price} now. Alert me at:", price=price_words(price, currency, texts)),
        ]),
        tuple(row for row in rows if row),
    )  # fmt: skip


def price_watched(watch: PriceWatch, quiet: QuietHours, texts: Texts) -> Reply:
    """After a price watch was set, or brought back."""
    change = Button(texts.plain("✏️ Change the price"), WatchPrice(product_mark(watch.offer_id), "again"))
    return Reply(
        fit([texts.html("🔔 <b>Price alert is on</b>"), _name(watch.name), condition(watch, texts),
             *quiet_line(quiet, texts)]),
        ((_list_button(texts),), (change, _stop_button(price_mark(watch), texts))),
    )  # fmt: skip


def price_asked(product: Product, cost: tuple[float, str], texts: Texts) -> Reply:
    """The person is to write a price, and may leave it."""
    price, currency = cost
    example = next(iter(suggestions(price)), max(1, int(price / 2)))
    return Reply(
        fit([
            _name(product.name),
            texts.html(
                "✏️ Send the price as a number, for example {example}. It's {price} now.",
                example=number(example, texts.language), price=price_words(price, currency, texts),
            ),
        ]),
        _cancel(product, texts),
    )  # fmt: skip


def price_too_high(product: Product, cost: tuple[float, str], texts: Texts) -> Reply:
    """The written price is not below the present one; the person may write another."""
    return Reply(
        texts.html("It's {price} now. Enter a lower price.", price=price_words(*cost, texts)), _cancel(product, texts)
    )


def price_dropped(name: str, watch: PriceWatch, product: Product, texts: Texts) -> Reply:
    """The message that the person waited for, with the product's picture and which wish it answers."""
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
    drop = escaped(texts.plain(" (−{n}%)", n=share)) if share > 0 else Html("")
    facts = escaped(" · ".join(part for part in (stock_words(product, texts), shop_of(product)) if part))
    picture = picture_of(product)
    this = product_mark(product.offer_id)
    opened = (Button(texts.plain("🛍 Open"), OpenProduct(this)),)
    change = Button(texts.plain("✏️ Change the price"), WatchPrice(this))
    other_ways = (change, _stop_button(name.partition(":")[2], texts))
    return Reply(
        fit([Html(f"📉 {_name(product.name)}"), Html(f"{line}{drop}\n{facts}"), _wish(watch, texts)],
            CAPTION_LIMIT if picture else MESSAGE_LIMIT),
        tuple(row for row in (shop_button(product, texts), opened, other_ways) if row),
        picture,
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
          _stop_button(name.partition(":")[2], texts))),
    )  # fmt: skip


def nothing_to_watch(texts: Texts) -> str:
    """The shop tells the price when it is asked."""
    return texts.plain("The shop tells this price on request, so there is nothing to watch.")


def search_saved(search: ListState, texts: Texts) -> str:
    """The notice after a search was saved."""
    return texts.plain("🔔 Following: {search}", search=search_words(search, texts))


def search_left(search: ListState, texts: Texts) -> str:
    """The notice after a saved search was taken off."""
    return texts.plain("🔕 No longer following: {search}", search=search_words(search, texts))


def too_many(limit: int, texts: Texts) -> str:
    """The person has as many as one may have."""
    return texts.plain("You have {n} alerts already. Remove some in /watch first.", n=limit)


def search_words(search: ListState, texts: Texts) -> str:
    """A saved search in one line."""
    parts = [texts.plain("“{text}”", text=cut(clean(search.text), 60))] if search.text else []
    parts += described(search, texts) if has_filters(search) else []
    return " · ".join(parts) or texts.plain("everything")


def condition(watch: PriceWatch, texts: Texts) -> Html:
    """When the person is told."""
    if watch.wanted is not None:
        return texts.html("I'll tell you at {price} or less.", price=price_words(watch.wanted, watch.currency, texts))
    return texts.html("I'll tell you when it's below {price}.", price=price_words(below(watch), watch.currency, texts))


def below(watch: PriceWatch) -> float:
    """The price below which the next one is told, when any drop is waited for."""
    return watch.price if watch.told is None else watch.told


def price_words(amount: float, currency: str, texts: Texts) -> Html:
    """A price, to be seen at once."""
    return Html(f"<b>{escaped(money(amount, currency, texts.language))}</b>")


def _name(name: str) -> Html:
    return Html(f"<b>{escaped(cut(clean(name), NAME_LIMIT))}</b>")


def price_mark(watch: PriceWatch) -> str:
    """How buttons name a price watch among those of its person."""
    return mark(watch.offer_id, 8)


def _wish(watch: PriceWatch, texts: Texts) -> Html:
    if watch.wanted is None:
        return texts.html("<i>You asked to be told of any drop.</i>")
    wanted = money(watch.wanted, watch.currency, texts.language)
    return texts.html("<i>You were waiting for {price} or less.</i>", price=wanted)


def _wants(watch: PriceWatch | None, price: float) -> bool:
    return watch is not None and watch.wanted == price


def _marked(label: str, chosen: bool) -> str:
    return f"✓ {label}" if chosen else label


def _list_button(texts: Texts) -> Button:
    return Button(texts.plain("📋 My alerts"), ShowWatches(way="n"))


def _stop_button(watch: str, texts: Texts) -> Button:
    return Button(texts.plain("🔕 Unsubscribe"), StopWatch(watch, way="m"))


def _cancel(product: Product, texts: Texts) -> Rows:
    return ((Button(texts.plain("✕ Cancel"), WatchPrice(product_mark(product.offer_id), "again")),),)
