"""The answer to /why, in people's words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.products.buttons import OpenProduct
from bot.products.list_words import band_words, rate_words
from bot.products.offer_ids import product_mark
from bot.products.offers import Offer
from bot.products.price_text import price_text
from bot.products.product_item import shop_of
from bot.products.rule_words import rule_name
from bot.products.shop_titles import shop_title
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply
from bot.ui.text import clean, cut, fit
from pipeline.bans import Rule
from pipeline.catalog.explained import Explanation, WordFound
from pipeline.catalog.query import Query
from pipeline.contracts.messages import Product

NAME_LIMIT = 80
WORDS_LIMIT = 60
OFFERS_SHOWN = 5
FIELDS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Place:
    """Where the product's line stands (from 1; 0: not as far as was looked), of how many found and shown lines.

    `instead`: the offer that stands for the line, if it is another.
    """

    number: int = 0
    total: int = 0
    shown: int = 0
    instead: Product | None = None


def how_to_ask(texts: Texts) -> Reply:
    """What to write."""
    return Reply(
        texts.html(
            "🧭 I tell why a product is found by a query, or is not. Write the query, then the product's id or article:"
            "\n<code>/why smart watch under 5000 sw-0102</code>"
        )
    )


def which_offer(text: str, offers: Sequence[Product], texts: Texts) -> Reply:
    """Several shops call a product so: how to ask about each."""
    lines = [
        texts.html("{shop}: <code>{command}</code>", shop=shop_of(each), command=f"/why {text} {each.offer_id}")
        for each in offers[:OFFERS_SHOWN]
    ]
    return Reply(fit([texts.html("Several shops have this id. Which product do you mean?"), *lines]))


def not_on_sale(name: str, offer: Offer, rule: Rule | None, texts: Texts) -> Reply:
    """It is in no answer: a ban stops it, or nobody offers it."""
    called = cut(clean(offer.name or name), NAME_LIMIT)
    if rule is not None:
        return Reply(
            texts.html("⛔ <b>{name}</b> is in no search: the ban {rule}.", name=called, rule=rule_name(rule.id, texts))
        )
    if offer.banned:
        return Reply(texts.html("⛔ <b>{name}</b> is in no search: it is banned.", name=called))
    return Reply(
        texts.html(
            "🤷 There is no product <b>{name}</b> on sale. Where it stopped: <code>/trace {id}</code>",
            name=called,
            id=cut(clean(name), NAME_LIMIT),
        )
    )


def answer(query: Query, product: Product, found: Explanation, place: Place, texts: Texts) -> Reply:
    """The product's place, how the query was read, and what of it the product has."""
    head = texts.html(
        "🧭 <b>{query}</b>\n{name} · {price}",
        query=cut(clean(query.text), WORDS_LIMIT),
        name=cut(clean(product.name), NAME_LIMIT),
        price=price_text(product.price, texts),
    )
    parts = [Html("\n".join((head, _standing(found, place, texts)))), _read(query, found, texts)]
    if found.words:
        parts.append(Html("\n".join((texts.html("<b>Words</b>"), *(_word(each, texts) for each in found.words)))))
    if raised := [*_unwanted(found, texts), *_extras(found, texts)]:
        parts.append(Html("\n".join((texts.html("<b>Besides</b>"), *raised))))
    card = Button(texts.plain("🔎 Product card"), OpenProduct(product_mark(product.offer_id)))
    return Reply(fit(parts), ((card,),))


def _standing(found: Explanation, place: Place, texts: Texts) -> Html:
    reasons = [_against(each, texts) for each in found.against] or [_why_not(found, texts)]
    if place.number and place.number <= place.total:
        said = texts.html("✅ Place {n} of {total}", n=place.number, total=place.total)
    elif place.number:
        said = texts.html(
            "🟡 Among “More like this”, place {n}: {why}", n=place.number, why=", ".join(filter(None, reasons))
        )
    elif found.shows:
        said = texts.html("🟡 Found, but further down than place {n}", n=300)
    else:
        said = texts.html("⛔ Not shown: {why}", why=", ".join(filter(None, reasons)))
    if place.instead is None:
        return said
    told = texts.html("The same product stands there from {shop}.", shop=shop_of(place.instead))
    return Html("\n".join((said, told)))


def _why_not(found: Explanation, texts: Texts) -> str:
    """Why it is not among what is found; empty where it is."""
    lacks = ", ".join(each.said for each in found.words if not each.fields)
    return {
        "described": lambda: texts.plain("the words are in its description alone"),
        "other_kind": lambda: texts.plain("it is sorted as another kind of thing"),
        "part": lambda: texts.plain("it lacks “{words}”", words=lacks),
        "none": lambda: texts.plain("it has none of the words"),
        "unwanted": lambda: texts.plain("it has what is not wanted"),
    }.get(found.standing, lambda: "")()


def _against(name: str, texts: Texts) -> str:
    return {
        "price": lambda: texts.plain("its price does not fit"),
        "no_rate": lambda: texts.plain("its price is in a currency without a rate"),
        "shop": lambda: texts.plain("it is of another shop"),
        "brand": lambda: texts.plain("it is of another brand"),
        "category": lambda: texts.plain("it is of another section"),
        "stock": lambda: texts.plain("it is out of stock"),
    }[name]()


def _read(query: Query, found: Explanation, texts: Texts) -> Html:
    """What was understood of the text."""
    lines = [texts.html("<b>Understood</b>")]
    if found.corrected:
        lines.append(texts.html("looked for “{text}” instead", text=cut(clean(found.corrected), WORDS_LIMIT)))
    if query.unwanted:
        lines.append(texts.html("not wanted: {words}", words=", ".join(map(clean, query.unwanted))))
    if query.low is not None or query.high is not None:
        lines.append(texts.html("price: {price}", price=band_words((query.low, query.high), texts)))
    if query.other is not None:
        lines.append(texts.html("{said}", said=rate_words(query.other.code, query.other.rate, texts)))
    if query.shops:
        lines.append(texts.html("shop: {shop}", shop=", ".join(map(shop_title, query.shops))))
    kinds = [each.said for each in found.words if each.role in ("kind", "noun")]
    if kinds:
        lines.append(texts.html("what it is: {words}", words=", ".join(kinds)))
    makers = [each.said for each in found.words if each.role == "maker"]
    if makers:
        lines.append(texts.html("brand: {words}", words=", ".join(makers)))
    return Html("\n".join(lines if len(lines) > 1 else [*lines, texts.html("nothing but its words")]))


def _word(word: WordFound, texts: Texts) -> Html:
    if not word.fields:
        return texts.html("✕ {word}: nowhere", word=word.said)
    places = ", ".join(
        f"{_field(name, texts)}\u00a0×{_worth(worth, texts)}" for name, worth in word.fields[:FIELDS_SHOWN]
    )
    if word.by:
        return texts.html("✓ {word}, as “{by}”: {places}", word=word.said, by=word.by, places=places)
    return texts.html("✓ {word}: {places}", word=word.said, places=places)


def _field(name: str, texts: Texts) -> str:
    named: Mapping[str, Callable[[], str]] = {
        "name": lambda: texts.plain("name"),
        "lead": lambda: texts.plain("beginning of the description"),
        "description": lambda: texts.plain("description"),
        "purpose": lambda: texts.plain("what it is for"),
        "category": lambda: texts.plain("section"),
        "brand": lambda: texts.plain("brand"),
        "tags": lambda: texts.plain("tags"),
        "specifications": lambda: texts.plain("specifications"),
        "codes": lambda: texts.plain("article"),
    }
    return named[name]()


def _worth(value: float, texts: Texts) -> str:
    """0,8 in Russian, 0.8 in English."""
    told = f"{round(value, 2):g}"
    return told.replace(".", ",") if texts.language == "ru" else told


def _unwanted(found: Explanation, texts: Texts) -> list[Html]:
    return [
        texts.html("✕ has “{words}”, which is not wanted", words=said)
        if has
        else texts.html("✓ does not have “{words}”", words=said)
        for said, has in found.unwanted
    ]


def _extras(found: Explanation, texts: Texts) -> list[Html]:
    named: Mapping[str, Callable[[], str]] = {
        "category_head": lambda: texts.plain("its section is called so"),
        "maker": lambda: texts.plain("it is of this brand"),
        "lacking": lambda: texts.plain("the shop says that it is without it"),
        "in_stock": lambda: texts.plain("it is in stock"),
        "head": lambda: texts.plain("its name is a name of this"),
    }
    return [
        texts.html("+{worth} {said}", worth=_worth(worth, texts), said=named[name]()) for name, worth in found.extras
    ]
