"""/trace for a seller: where their product stands in one sentence, and what they can do about it."""

from collections.abc import Sequence

from bot.features.trace.buttons import TraceOffer
from bot.features.trace.replies import ID_LIMIT, ShopName, named, of_shops
from bot.products.ban_reasons import reason_said
from bot.products.buttons import AskReview
from bot.products.offer_ids import product_mark
from bot.products.rule_words import told_to_shop
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply, Rows
from bot.ui.text import clean, cut, fit
from bot.ui.time import lasting, moment
from pipeline.contracts.feeds import plain_file
from pipeline.contracts.messages import parts_of_offer_id
from pipeline.trace.course import Course, Stop, course
from pipeline.trace.facts import Facts

FILE_LIMIT = 80
REASON_LIMIT = 160


def seller_card(facts: Facts, shop: str, texts: Texts) -> Reply:
    """The product, where it stands, and the price list that it came with."""
    way = course(facts)
    if way.stop is Stop.NOT_SENT:
        return no_such_offer(parts_of_offer_id(facts.offer_id)[1], texts)
    blocks = [_title(facts, shop, texts), _standing(facts, way, texts), _feed(facts, texts)]
    offer = product_mark(facts.offer_id)
    refresh = Button(texts.plain("🔄 Refresh"), TraceOffer(offer))
    review = _review(facts, way, texts)
    if facts.logs is None or (facts.logs.products.whole and facts.logs.filtered.whole):
        return Reply(fit(blocks), (*review, (refresh,)))
    return Reply(fit(blocks), (*review, (Button(texts.plain("🔎 Read on"), TraceOffer(offer, 1)), refresh)))


def no_such_offer(short: str, texts: Texts) -> Reply:
    """Nobody has sent it to this shop; of another shop's product no other word is said."""
    return Reply(
        texts.html(
            "🤷 Your shop has no product <code>{id}</code>. Its id is the one in your price list. Your products: /my",
            id=cut(clean(short), ID_LIMIT),
        )
    )


def which_shop(short: str, offers: Sequence[str], shop_name: ShopName, texts: Texts) -> Reply:
    """Nothing of the person's shops on sale is called so: it may be what is banned or gone, of any of them."""
    asked = texts.html(
        "🤷 Your shops have no product <code>{id}</code> on sale. Which shop's is it?", id=cut(clean(short), ID_LIMIT)
    )
    return Reply(asked, of_shops(offers, shop_name))


def _title(facts: Facts, shop: str, texts: Texts) -> Html:
    name, own_id = named(facts), parts_of_offer_id(facts.offer_id)[1]
    return texts.html("🧭 <b>{name}</b>\n{shop} · <code>{id}</code>", name=name, shop=cut(clean(shop), 40),
                      id=cut(clean(own_id), ID_LIMIT))  # fmt: skip


def _standing(facts: Facts, way: Course, texts: Texts) -> Html:
    if way.stop is Stop.REFUSED:
        return _refused(facts, way, texts)
    if way.stop in {Stop.WAITS_FILTER, Stop.WAITS_INDEXER}:
        return _waiting(facts, way, texts)
    return {
        Stop.ON_SALE: lambda: texts.html("🟢 <b>On sale</b>: customers find it."),
        Stop.SOLD_OUT: lambda: texts.html("🟡 <b>Sold out</b>: by your price list there is none left to buy."),
        Stop.WITHDRAWN: lambda: texts.html("⚪ <b>Off sale</b>: your price list no longer has it."),
        Stop.MALFORMED: lambda: texts.html(
            "🔴 <b>The newest version could not be read</b>: customers see the one before. Check its row and send "
            "the price list again."
        ),
    }.get(way.stop, lambda: texts.html("❔ <b>I cannot say now.</b> Please try again in a minute."))()


def _refused(facts: Facts, way: Course, texts: Texts) -> Html:
    lines = [texts.html("⛔ <b>Not on sale</b>: {rule}.", rule=told_to_shop(way.rule, texts))]
    ban = facts.ban if facts.ban is not None and facts.ban.rule == way.rule else None
    if ban is not None and ban.reason:
        lines.append(texts.html("Reason: {reason}", reason=cut(reason_said(ban.reason, texts), REASON_LIMIT)))
    if ban is not None and ban.until is not None:
        lines.append(texts.html("Until: {at}", at=moment(ban.until, texts, facts.at)))
    return Html("\n".join(lines))


def _review(facts: Facts, way: Course, texts: Texts) -> Rows:
    """The way to those who decide about a ban."""
    if way.stop is not Stop.REFUSED or not way.rule:
        return ()
    shop = mark(parts_of_offer_id(facts.offer_id)[0])
    return ((Button(texts.plain("🙏 Ask for a review"), AskReview(shop, mark(way.rule), 0)),),)


def _waiting(facts: Facts, way: Course, texts: Texts) -> Html:
    behind = lasting(facts.at - way.since, texts) if way.since is not None else ""
    if way.removal:
        return (
            texts.html("⏳ <b>Is being taken off sale</b>, for {time} so far.", time=behind)
            if behind
            else texts.html("⏳ <b>Is being taken off sale.</b>")
        )
    return (
        texts.html("⏳ <b>On its way to the search</b>, for {time} so far.", time=behind)
        if behind
        else texts.html("⏳ <b>On its way to the search.</b>")
    )


def _feed(facts: Facts, texts: Texts) -> Html:
    """Where the newest version came from; nothing, when that is no longer known."""
    record = facts.logs.products.record if facts.logs is not None else None
    run = facts.logs.run if facts.logs is not None else None
    if record is None or run is None:
        return Html("")
    about = [cut(clean(plain_file(run.file)), FILE_LIMIT), moment(run.began, texts, facts.at)]
    if record.line:
        about.append(texts.plain("line {n}", n=cut(clean(record.line), 20)))
    return texts.html("📦 Price list: {about}", about=", ".join(filter(None, about)))
