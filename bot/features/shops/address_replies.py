"""Where a shop's feed is fetched: the address without its passwords, how often, and how the last fetch went."""

from datetime import datetime
from typing import Literal

from bot.features.shops.buttons import FeedAddress, FeedEvery, ShowShops
from bot.features.shops.replies import called
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts, number
from bot.ui.reply import Button, Reply, Rows
from bot.ui.text import clean, cut, fit
from bot.ui.time import clock, moment
from pipeline.contracts.feeds import FeedFetch, FeedState, FetchFault, FetchOutcome, Shop, fetch_of
from pipeline.shops.feed_address import AddressFault, masked

HOUR_S = 3_600
HOURS = (1, 3, 6, 12, 24)
ADDRESS_LIMIT = 300

# What is wrong with an address that somebody has written.
Wrong = AddressFault | Literal["unknown"]


def address_page(shop: Shop, fetch: FeedFetch | None, every_s: int, at: datetime, texts: Texts) -> Reply:
    """The address, how often it is fetched and how that went last; `every_s` is the interval that counts."""
    key, title = mark(shop.store_id), texts.html("🌐 <b>{name}</b>: price list by link", name=called(shop))
    back: Rows = ((Button(texts.plain("‹ The shop"), ShowShops(0, key)),),)
    if not shop.address:
        enter = (Button(texts.plain("✏️ Enter the address"), FeedAddress(key, "set")),)
        return Reply(fit([title, how_it_works(texts)]), (enter, *back))
    busy = is_busy(shop, fetch)
    first = (
        Button(texts.plain("🔄 Refresh"), FeedAddress(key))
        if busy
        else Button(texts.plain("📥 Fetch now"), FeedAddress(key, "fetch"))
    )
    where = Html("\n".join((_shown(shop, texts), how_often(every_s, texts))))
    return Reply(
        fit([title, where, last_fetch(shop, fetch, at, texts)]),
        (
            (first,),
            _intervals(key, every_s, texts),
            (
                Button(texts.plain("✏️ Change the address"), FeedAddress(key, "set")),
                Button(texts.plain("🗑 Remove it"), FeedAddress(key, "drop")),
            ),
            *back,
        ),
    )


def how_it_works(texts: Texts) -> Html:
    """What an address is good for."""
    return texts.html(
        "Give me a link to your price list and I will fetch it myself, on schedule: YML, Google Merchant, CSV or JSON, "
        "also packed as .gz or .zip."
    )


def address_question(shop: Shop, texts: Texts) -> Reply:
    """The next message is to be the address."""
    return Reply(
        texts.html(
            "✏️ Send me the link to the price list of <b>{name}</b>, for example\n<code>https://shop.ru/feed.yml</code>\n"
            "If it needs a password, put that into the link:\n<code>https://login:password@shop.ru/feed.yml</code>\n"
            "Nobody will be shown the password.",
            name=called(shop),
        ),
        _cancel(shop, texts),
    )


def wrong_address(shop: Shop, wrong: Wrong, texts: Texts) -> Reply:
    """Why what was written is not taken; the question stays open."""
    said = {
        AddressFault.EMPTY: texts.html("There is nothing in it."),
        AddressFault.LONG: texts.html("The link is too long."),
        AddressFault.BLANKS: texts.html("There are blanks in the link. Send it in one piece, without other words."),
        AddressFault.SCHEME: texts.html("The link must begin with https:// or http://."),
        AddressFault.HOST: texts.html("I see no site in this link."),
        AddressFault.PORT: texts.html("The port in the link is not a number from 1 to 65535."),
        AddressFault.PRIVATE: texts.html("This link leads into a private network; I can only fetch from the internet."),
        "unknown": texts.html("There is no such site. Check the link for typos."),
    }[wrong]
    again = texts.html("Send me another link, or cancel.")
    return Reply(Html(f"🤔 {said}\n{again}"), _cancel(shop, texts))


def address_saved(page: Reply, texts: Texts, gone: bool | None = None) -> Reply:
    """The page, after the address was given. `gone`: whether the message with what is secret in it was deleted."""
    blocks = [texts.html("✅ Saved. I am fetching the price list…"), page.text]
    if gone is not None:
        blocks.append(
            texts.html("🔒 I deleted your message: the link may hold a password.")
            if gone
            else texts.html("🔒 Please delete your message: the link may hold a password.")
        )
    return Reply(fit(blocks), page.buttons)


def address_removed(shop: Shop, texts: Texts) -> Reply:
    """After the address was taken away; it can be taken back."""
    key = mark(shop.store_id)
    return Reply(
        texts.html(
            "🗑 I no longer fetch the price list of <b>{name}</b>. Its products stay on sale.", name=called(shop)
        ),
        (
            (Button(texts.plain("↩️ Undo"), FeedAddress(key, "undo")),),
            (Button(texts.plain("‹ The shop"), ShowShops(0, key)),),
        ),
    )


def undo_over(texts: Texts) -> str:
    """The address that was taken away is not known any more."""
    return texts.plain("I no longer remember that address. Please enter it again.")


def fetch_failing(shop: Shop, fetch: FeedFetch, texts: Texts) -> Reply:
    """Told once, when fetching begins to fail."""
    return Reply(
        fit(
            [
                texts.html("⚠️ <b>{name}</b>: I cannot fetch the price list", name=called(shop)),
                Html("\n".join((_shown(shop, texts), why(fetch, texts)))),
                texts.html("The products stay on sale. I keep trying and will tell you when it works again."),
            ]
        ),
        ((Button(texts.plain("🌐 Price list by link"), FeedAddress(mark(shop.store_id))),),),
    )


def fetch_well(shop: Shop, failed_for: str, texts: Texts) -> Reply:
    """Told once, when it works again."""
    return Reply(
        texts.html(
            "✅ <b>{name}</b>: the price list is being fetched again. It did not work for {time}.",
            name=called(shop),
            time=failed_for,
        ),
        ((Button(texts.plain("🌐 Price list by link"), FeedAddress(mark(shop.store_id))),),),
    )


def is_busy(shop: Shop, fetch: FeedFetch | None) -> bool:
    """Whether something is being fetched or loaded at this moment, or as soon as the feed service sees to it."""
    if fetch is None or fetch.of != fetch_of(shop):
        return True
    return fetch.pending is not None or (shop.asked is not None and shop.asked != fetch.asked)


def last_fetch(shop: Shop, fetch: FeedFetch | None, at: datetime, texts: Texts) -> Html:
    """How it went last, in one line."""
    if fetch is None or is_busy(shop, fetch):
        return texts.html("🔄 Being fetched…")
    if fetch.outcome is FetchOutcome.FAILED:
        since = moment(fetch.failing_since or fetch.at, texts, at)
        return texts.html("⚠️ Has not worked since {time}: {why}", time=since, why=why(fetch, texts))
    when = _when(fetch.at, at, texts)
    if fetch.outcome is FetchOutcome.SAME or (fetch.came is FeedState.DONE and not _moved(fetch)):
        return texts.html("✅ {when} · no changes", when=when)
    icon, came = _came(fetch, texts)
    return texts.html("{icon} {when} · {came}", icon=icon, when=when, came=came)


def why(fetch: FeedFetch, texts: Texts) -> Html:
    """Why nothing could be fetched, for the shop's people."""
    return {
        FetchFault.ADDRESS: texts.html("the link leads nowhere."),
        FetchFault.PRIVATE: texts.html("the link leads into a private network."),
        FetchFault.NO_HOST: texts.html("there is no such site."),
        FetchFault.AWAY: texts.html("the site does not answer."),
        FetchFault.SLOW: texts.html("the site is too slow."),
        FetchFault.CERTIFICATE: texts.html("the site's certificate is not valid."),
        FetchFault.STATUS: _refused(fetch.detail, texts),
        FetchFault.REDIRECTS: texts.html("the link redirects too many times."),
        FetchFault.LARGE: texts.html("the file is too large."),
        FetchFault.CUT_OFF: texts.html("the file breaks off halfway; nothing was changed."),
        FetchFault.OURS: texts.html("something is wrong on our side. We are on it."),
        None: texts.html("the site does not answer."),
    }[fetch.fault]


def how_often(every_s: int, texts: Texts) -> Html:
    """The interval in words."""
    if every_s == HOUR_S:
        return texts.html("Every hour")
    hours, rest = divmod(every_s, HOUR_S)
    if rest or not hours:
        return texts.html_n("Every {n} minute", "Every {n} minutes", max(1, every_s // 60))
    return texts.html_n("Every {n} hour", "Every {n} hours", hours)


def _refused(status: str, texts: Texts) -> Html:
    if status in {"401", "403"}:
        return texts.html("the site does not let me in; check the login and password in the link.")
    if status in {"404", "410"}:
        return texts.html("there is no file at this link any more.")
    return texts.html("the site answers with error {status}.", status=clean(status))


def _came(fetch: FeedFetch, texts: Texts) -> tuple[str, str]:
    if fetch.came is FeedState.WAITING:
        return "⚠️", texts.plain("too much would go off sale: a decision is needed, see the message about it")
    if fetch.came is FeedState.INCOMPLETE:
        return "✂️", texts.plain("the file breaks off; what could be read is loaded")
    if fetch.came is FeedState.REFUSED:
        return "❌", texts.plain("the file could not be read")
    if fetch.came in {None, FeedState.SUPERSEDED}:
        return "✅", texts.plain("loaded")
    counts = (
        (fetch.sent, texts.plain("updated: {n}", n=number(fetch.sent, texts.language))),
        (fetch.withdrawn, texts.plain("taken off sale: {n}", n=number(fetch.withdrawn, texts.language))),
        (fetch.refused, texts.plain("with errors: {n}", n=number(fetch.refused, texts.language))),
    )
    return "✅", ", ".join(said for count, said in counts if count)


def _when(moment_of: datetime, now: datetime, texts: Texts) -> str:
    told = moment(moment_of, texts, now)
    return texts.plain("today at {clock}", clock=told) if told == clock(moment_of, texts) else told


def _moved(fetch: FeedFetch) -> int:
    return fetch.sent + fetch.withdrawn + fetch.refused


def _shown(shop: Shop, texts: Texts) -> Html:
    return texts.html("<code>{url}</code>", url=cut(clean(masked(shop.address or "")), ADDRESS_LIMIT))


def _intervals(key: str, every_s: int, texts: Texts) -> tuple[Button, ...]:
    return tuple(
        Button(("● " if hours * HOUR_S == every_s else "") + texts.plain("{n} h", n=hours), FeedEvery(key, hours))
        for hours in HOURS
    )


def _cancel(shop: Shop, texts: Texts) -> Rows:
    return ((Button(texts.plain("✕ Cancel"), FeedAddress(mark(shop.store_id), "cancel")),),)
