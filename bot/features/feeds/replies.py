"""/feeds: a line a feed, one feed in full, and the card of one that waits."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.features.feeds.buttons import DecideFeed, SendRows, ShowFeeds
from bot.features.feeds.store import FeedDecided
from bot.products.buttons import ShowShop
from bot.products.fault_words import fault_words
from bot.ui.buttons import OpenCommand
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts, number
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply, Rows, in_rows
from bot.ui.text import clean, cut, fit
from bot.ui.time import lasting, moment
from pipeline.contracts.feeds import OTHER_REASONS, FeedRun, FeedState, plain_file

ICONS = {
    FeedState.RUNNING: "🔄",
    FeedState.DONE: "✅",
    FeedState.WAITING: "⚠️",
    FeedState.KEPT: "✋",
    FeedState.INCOMPLETE: "✂️",
    FeedState.REFUSED: "❌",
    FeedState.FAILED: "❌",
    FeedState.SUPERSEDED: "⏭",
}
PAGE = 6
NAME_LIMIT = 40
REASON_LIMIT = 200
REASONS_SHOWN = 5
ShopName = Callable[[str], str]


def feed_list(runs: Sequence[FeedRun], page: int, shop_name: ShopName, at: datetime, texts: Texts) -> Reply:
    """The last feeds; those that wait for a decision come first."""
    ordered = sorted(runs, key=lambda run: run.state is not FeedState.WAITING)
    shown = page_of(ordered, page, PAGE)
    refresh = (Button(texts.plain("🔄 Refresh"), ShowFeeds(page=shown.number)),)
    if not runs:
        return Reply(texts.html("📦 No shop has sent a price list yet."), (refresh,))
    lines = [_line(shown.first + place, run, shop_name, at, texts) for place, run in enumerate(shown.items, 1)]
    buttons = [
        Button(f"{shown.first + place}", ShowFeeds(page=shown.number, run=mark(run.key)))
        for place, run in enumerate(shown.items, 1)
    ]
    turn = pager(shown.number, shown.pages, lambda to: ShowFeeds(page=to))
    return Reply(fit([texts.html("📦 <b>Shops' price lists</b>"), *lines]), (*in_rows(buttons, PAGE), *turn, refresh))


def feed_page(
    run: FeedRun, page: int, shop_name: ShopName, decision: FeedDecided | None, texts: Texts, *, admin: bool
) -> Reply:
    """One feed with what came of it; for an admin, one that waits has its decision below, unless there is one."""
    back = (Button(texts.plain("‹ All price lists"), ShowFeeds(page=page)),)
    shop = shop_name(run.store_id)
    if run.state is FeedState.WAITING:
        card = decided(run, shop, decision, texts) if decision is not None else waiting_card(run, shop, texts)
        return Reply(card.text, (*(card.buttons if admin else ()), back))
    return Reply(fit(report(run, shop, texts)), (*rows_button(run, texts), back))


def report(run: FeedRun, shop: str, texts: Texts) -> list[Html]:
    """What came of a run, in blocks."""
    state = _missing(run, texts) if run.state is FeedState.WAITING else _state(run, texts)
    return [_heading(run, shop, texts), state, *_facts(run, texts)]


def waiting_card(run: FeedRun, shop: str, texts: Texts) -> Reply:
    """A whole feed that would take much off sale: what it lacks, and the two decisions."""
    blocks = [_heading(run, shop, texts), _missing(run, texts), *_facts(run, texts)]
    key = mark(run.key)
    return Reply(
        fit(blocks),
        (
            (
                Button(texts.plain("✅ Take off sale"), DecideFeed(key, 1)),
                Button(texts.plain("✋ Keep on sale"), DecideFeed(key, 0)),
            ),
        ),
    )


def decided(run: FeedRun, shop: str, decision: FeedDecided, texts: Texts) -> Reply:
    """The card after somebody has decided, until it is carried out."""
    done = (
        texts.html("✅ These products are being taken off sale.")
        if decision.apply
        else texts.html("✋ The products stay on sale.")
    )
    who = clean(decision.by, NAME_LIMIT)
    blocks = [_heading(run, shop, texts), done, *([texts.html("Decided by {who}", who=who)] if who else [])]
    return Reply(Html("\n".join(blocks)))


def ways_on(run: FeedRun, texts: Texts, *, staff: bool) -> Rows:
    """What one may want after a feed: the staff the other feeds, the shop's people their shop."""
    if staff:
        return ((Button(texts.plain("‹ All price lists"), ShowFeeds()),),)
    return (
        (
            Button(texts.plain("📊 The shop's figures"), OpenCommand("my")),
            Button(texts.plain("🛍 Its products"), ShowShop(mark(run.store_id), way="n")),
        ),
    )


def rows_button(run: FeedRun, texts: Texts) -> Rows:
    """The rows with errors as a file, when there are some."""
    return ((Button(texts.plain("📄 Rows with errors"), SendRows(mark(run.key))),),) if run.refused else ()


def over(texts: Texts) -> str:
    """The notice when a feed no longer waits."""
    return texts.plain("This has been decided already, or a newer price list has come.")


def _heading(run: FeedRun, shop: str, texts: Texts) -> Html:
    return texts.html(
        "{icon} <b>{shop}</b>\n{file} · {at}",
        icon=ICONS[run.state],
        shop=cut(clean(shop), NAME_LIMIT),
        file=cut(clean(plain_file(run.file)), NAME_LIMIT),
        at=moment(run.began, texts),
    )


def _missing(run: FeedRun, texts: Texts) -> Html:
    return texts.html(
        "The new price list no longer has <b>{missing}</b> of the shop's {offers} products. "
        "They are still on sale. Take them off?",
        missing=number(run.missing, texts.language),
        offers=number(run.offers, texts.language),
    )


def _state(run: FeedRun, texts: Texts) -> Html:
    if run.same_file:
        return texts.html("No changes: the link still has the same file.")
    who = clean(run.decided_by, NAME_LIMIT)
    told = {
        FeedState.RUNNING: texts.html("Being loaded."),
        FeedState.DONE: texts.html("Loaded."),
        FeedState.KEPT: texts.html("Loaded; missing products stay on sale."),
        FeedState.INCOMPLETE: texts.html(
            "The file breaks off. What could be read is loaded, nothing is taken off sale."
        ),
        FeedState.REFUSED: texts.html("The file could not be read."),
        FeedState.FAILED: texts.html(
            "It could not be loaded, through a fault on our side. Send it again; if that fails too, tell the operators."
        ),
        FeedState.SUPERSEDED: texts.html("Replaced by a newer price list."),
    }[run.state]
    if not who:
        return told
    decision = texts.html("Decided by {who}", who=who)
    return Html(f"{told}\n{decision}")


def _facts(run: FeedRun, texts: Texts) -> list[Html]:
    def told(count: int) -> str:
        return number(count, texts.language)

    new = run.sent - run.changed
    counts = (
        (new, texts.plain("new: {n}", n=told(new))),
        (run.changed, texts.plain("changed: {n}", n=told(run.changed))),
        (run.unchanged, texts.plain("unchanged: {n}", n=told(run.unchanged))),
        (run.withdrawn, texts.plain("taken off sale: {n}", n=told(run.withdrawn))),
        (run.refused, texts.plain("with errors: {n}", n=told(run.refused))),
    )
    facts = [words for count, words in counts if count]
    blocks = [texts.html("Products: {counts}", counts=", ".join(facts))] if facts else []
    reasons = list(run.reasons.items())[:REASONS_SHOWN]
    lines = [
        texts.html(
            "{n} × <i>{reason}</i>{where}",
            n=number(count, texts.language),
            reason=cut(_reason(run, reason, texts), REASON_LIMIT),
            where=_where(run.lines.get(reason, ()), count, texts),
        )
        for reason, count in reasons
    ]
    return [*blocks, Html("\n".join(lines))] if lines else blocks


def _reason(run: FeedRun, reason: str, texts: Texts) -> str:
    return texts.plain("other errors") if reason == OTHER_REASONS else fault_words(run.faults.get(reason), texts)


def _where(lines: Sequence[int], count: int, texts: Texts) -> str:
    if not lines:
        return ""
    shown = ", ".join(map(str, lines)) + ("…" if count > len(lines) else "")
    return texts.plain_n(" (line {lines})", " (lines {lines})", len(lines), lines=shown)


def _line(place: int, run: FeedRun, shop_name: ShopName, at: datetime, texts: Texts) -> Html:
    return texts.html(
        "{place}. {icon} <b>{shop}</b>, {time} ago\n{counts}",
        place=place,
        icon=ICONS[run.state],
        shop=cut(clean(shop_name(run.store_id)), NAME_LIMIT),
        time=lasting(at - run.began, texts),
        counts=texts.plain("no changes")
        if run.same_file
        else texts.plain(
            "sent {sent}, unchanged {unchanged}, off sale {withdrawn}, errors {refused}",
            sent=number(run.sent, texts.language),
            unchanged=number(run.unchanged, texts.language),
            withdrawn=number(run.withdrawn, texts.language),
            refused=number(run.refused, texts.language),
        ),
    )
