"""/trace: the card of an offer's way, and the questions which offer is meant."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.features.trace.buttons import TraceOffer
from bot.features.trace.stations import stations
from bot.products.buttons import LiftBan, ban_mark
from bot.products.offer_ids import product_mark
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply, Rows
from bot.ui.text import clean, cut, fit
from bot.ui.time import lasting
from pipeline.contracts.messages import parts_of_offer_id
from pipeline.trace.course import Course, Stop, course
from pipeline.trace.facts import Facts

NAME_LIMIT = 120
SHOP_LIMIT = 40
ID_LIMIT = 200
MOST_OFFERED = 20
ShopName = Callable[[str], str]


def card(facts: Facts, shop: str, texts: Texts, *, admin: bool) -> Reply:
    """Where the offer is, then a line a station; for an admin, the way to the ban that stops it."""
    way = course(facts)
    blocks = [
        _title(facts, shop, texts),
        Html("\n".join(_standing(facts, way, texts))),
        Html("\n".join(stations(facts, way, texts))),
    ]
    offer = product_mark(facts.offer_id)
    refresh = Button(texts.plain("🔄 Refresh"), TraceOffer(offer))
    ban = _ban(facts, way, texts) if admin else ()
    if facts.logs is None or (facts.logs.products.whole and facts.logs.filtered.whole):
        return Reply(fit(blocks), (*ban, (refresh,)))
    return Reply(fit(blocks), (*ban, (Button(texts.plain("🔎 Read on"), TraceOffer(offer, 1)), refresh)))


def reading(offer: str, share: float, texts: Texts) -> Reply:
    """While the topics are read for longer."""
    return Reply(
        texts.html(
            "🔎 Looking for <code>{id}</code> in what shops have sent: {percent}\u00a0%",
            id=cut(clean(offer), ID_LIMIT),
            percent=int(100 * share),
        )
    )


def which_offer(short: str, offers: Sequence[str], shop_name: ShopName, texts: Texts) -> Reply:
    """Several shops call a product so: a button each."""
    asked = texts.html("🤔 Several shops have a product <code>{id}</code>. Whose?", id=cut(clean(short), ID_LIMIT))
    return Reply(asked, of_shops(offers, shop_name))


def whose_offer(
    short: str, offers: Sequence[str], shop_name: ShopName, texts: Texts, *, searched: bool = True
) -> Reply:
    """Nothing on sale is called so, or the search does not answer: it may be any shop's."""
    written = cut(clean(short), ID_LIMIT)
    told = (
        texts.html(
            "🤷 I find no product <code>{id}</code> on sale. Write the shop too: <code>/trace shop/{id}</code>",
            id=written,
        )
        if searched
        else texts.html(
            "😔 The search does not answer, so write the shop too: <code>/trace shop/{id}</code>", id=written
        )
    )
    asked = texts.html("Or whose is it?") if offers else Html("")
    return Reply(fit([told, asked]), of_shops(offers, shop_name))


def how_to_trace(texts: Texts, *, staff: bool) -> Reply:
    """The command without an id."""
    if not staff:
        return Reply(
            texts.html(
                "🧭 I tell whether customers find a product of yours, and if not, why. "
                "Write its id from your price list: <code>/trace 1001</code>"
            )
        )
    return Reply(
        texts.html(
            "🧭 I show a product's whole way: who sent it, what the filter decided, whether the search has it. "
            "Write its id: <code>/trace 1001</code> or <code>/trace shop/1001</code>"
        )
    )


def of_shops(offers: Sequence[str], shop_name: ShopName) -> tuple[tuple[Button, ...], ...]:
    """A button an offer, with the name of its shop."""
    return tuple(
        (Button(cut(clean(shop_name(parts_of_offer_id(offer)[0])), SHOP_LIMIT), TraceOffer(product_mark(offer))),)
        for offer in offers[:MOST_OFFERED]
    )


def named(facts: Facts) -> str:
    """What the offer is called; one that nobody can read, by the shop's own id."""
    product = facts.product
    name = clean(product.name) if product is not None else parts_of_offer_id(facts.offer_id)[1]
    return cut(clean(name), NAME_LIMIT)


def _ban(facts: Facts, way: Course, texts: Texts) -> Rows:
    if way.stop is not Stop.REFUSED or facts.ban is None or facts.ban.rule != way.rule:
        return ()
    return ((Button(texts.plain("⛔ The ban"), LiftBan(ban_mark(facts.ban))),),)


def _title(facts: Facts, shop: str, texts: Texts) -> Html:
    return texts.html(
        "🧭 <b>{name}</b>\n{shop} · <code>{id}</code>",
        name=named(facts),
        shop=cut(clean(shop), SHOP_LIMIT),
        id=cut(clean(facts.offer_id), ID_LIMIT),
    )


def _standing(facts: Facts, way: Course, texts: Texts) -> list[Html]:
    """Where it is now; of what nobody can say, what is missing."""
    if way.stop is Stop.UNCLEAR:
        return _unclear(facts, texts)
    if way.stop in {Stop.WAITS_FILTER, Stop.WAITS_INDEXER}:
        return [_waiting(facts.at, way, texts)]
    return [
        {
            Stop.ON_SALE: lambda: texts.html("🟢 <b>On sale</b>"),
            Stop.SOLD_OUT: lambda: texts.html("🟡 <b>In the search, but sold out</b>"),
            Stop.REFUSED: lambda: texts.html("⛔ <b>Not on sale: a rule forbids it</b>"),
            Stop.WITHDRAWN: lambda: texts.html("⚪ <b>The shop has taken it off sale</b>"),
            Stop.MALFORMED: lambda: texts.html(
                "🔴 <b>The newest version cannot be read</b>, see /dead_letters. The one before still counts."
            ),
            Stop.NOT_SENT: lambda: texts.html("🤷 <b>The shop has not sent such a product</b>"),
        }[way.stop]()
    ]


def _waiting(at: datetime, way: Course, texts: Texts) -> Html:
    indexer = way.stop is Stop.WAITS_INDEXER
    if way.since is None:
        return (
            texts.html("⏳ <b>Waits for the indexer</b>") if indexer else texts.html("⏳ <b>Waits for the filter</b>")
        )
    behind = lasting(at - way.since, texts)
    if way.removal:
        return (
            texts.html("⏳ <b>On its way out of the search: waits for the indexer, {time} behind</b>", time=behind)
            if indexer
            else texts.html("⏳ <b>On its way out of the search: waits for the filter, {time} behind</b>", time=behind)
        )
    if indexer:
        return texts.html("⏳ <b>Waits for the indexer, {time} behind</b>", time=behind)
    return texts.html("⏳ <b>Waits for the filter, {time} behind</b>", time=behind)


def _unclear(facts: Facts, texts: Texts) -> list[Html]:
    told = [texts.html("❔ <b>Where it is cannot be said now</b>")]
    if facts.logs is None:
        told.append(texts.html("Kafka does not answer."))
    elif not (facts.logs.products.whole and facts.logs.filtered.whole):
        share = (facts.logs.products.share + facts.logs.filtered.share) / 2
        told.append(
            texts.html("So far {percent}\u00a0% of what shops have sent was looked through.", percent=int(100 * share))
        )
    if facts.index is None:
        told.append(texts.html("The search does not answer."))
    return told
