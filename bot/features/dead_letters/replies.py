"""Messages that were put aside: by reason, one by one, and what can be done with them."""

from base64 import b64decode

from bot.features.dead_letters.buttons import ShowDeadLetters
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply, in_rows
from bot.ui.text import clean, cut, escaped, fit
from pipeline.contracts.messages import DeadLetter
from pipeline.dead_letters.store import OpenDeadLetter, Outcome

PER_PAGE = 6
CONTENT_LIMIT = 1_200


def reason_words(reason: str, texts: Texts) -> str:
    """Why messages were put aside, in words; a reason without words as it stands."""
    return {
        "refused_row": texts.plain("refused row of a feed"),
        "refused_file": texts.plain("refused file of a feed"),
        "too_large": texts.plain("too large"),
        "not_json": texts.plain("not JSON"),
        "invalid": texts.plain("fields are missing or wrong"),
        "no_key": texts.plain("without a key"),
        "key_differs": texts.plain("key and product differ"),
        "no_document": texts.plain("cannot be indexed"),
        "refused_by_index": texts.plain("refused by the index"),
    }.get(reason) or clean(reason, 60)


def reasons(counts: tuple[tuple[str, int], ...], texts: Texts) -> Reply:
    """How many dead letters there are of each reason."""
    if not counts:
        return Reply(texts.html("✅ There are no dead letters."))
    total = sum(count for _, count in counts)
    title = texts.html_n("📭 <b>{n} dead letter</b>", "📭 <b>{n} dead letters</b>", total)
    lines = [escaped(f"▫️ {reason_words(reason, texts)}: {count}") for reason, count in counts]
    buttons = [
        Button(f"{cut(reason_words(reason, texts), 32)} · {count}", ShowDeadLetters("reason", mark(reason)))
        for reason, count in counts
    ]
    advice = texts.html("Mend the cause first; a replay then sends the messages through again.")
    return Reply(fit([title, Html("\n".join(lines)), advice]), in_rows(buttons, 2))


def dead_letters_of(reason: str, entries: tuple[OpenDeadLetter, ...], page: int, texts: Texts) -> Reply:
    """A page of the dead letters of a reason."""
    turned = page_of(entries, page, PER_PAGE)
    shown = list(enumerate(turned.items, start=turned.first + 1))
    title = texts.html_n("📭 <b>{reason}</b> · {n} letter", "📭 <b>{reason}</b> · {n} letters", len(entries),
                         reason=reason_words(reason, texts))  # fmt: skip
    items = [
        Html(f"<b>{place}.</b> {escaped(clean(entry.source, 120))}\n<i>{escaped(_facts(entry))}</i>")
        for place, entry in shown
    ]
    name = mark(reason)
    opens = [Button(str(place), ShowDeadLetters("one", mark(entry.source))) for place, entry in shown]
    rows = (
        *in_rows(opens, 6),
        *pager(turned.number, turned.pages, lambda number: ShowDeadLetters("reason", name, number)),
        (
            Button(texts.plain("🔁 Replay all"), ShowDeadLetters("replay", name)),
            Button(texts.plain("🗑 Discard all"), ShowDeadLetters("discard", name)),
        ),
        (Button(texts.plain("‹ Reasons"), ShowDeadLetters("list")),),
    )
    return Reply(fit([title, *items]), rows)


def one_dead_letter(entry: OpenDeadLetter, dead_letter: DeadLetter, texts: Texts) -> Reply:
    """A dead letter with the beginning of its message."""
    blocks = [
        Html(f"📭 <b>{escaped(clean(entry.source, 120))}</b>"),
        texts.html("Reason: {reason}", reason=reason_words(entry.reason, texts)),
        escaped(_facts(entry)),
        Html(f"<pre>{escaped(_content(dead_letter))}</pre>"),
    ]
    if dead_letter.truncated:
        blocks.append(texts.html("The message was too large to be kept whole."))
    name = mark(entry.source)
    return Reply(
        fit(blocks),
        ((Button(texts.plain("🔁 Replay"), ShowDeadLetters("replay1", name)),
          Button(texts.plain("🗑 Discard"), ShowDeadLetters("discard1", name))),
         (Button(texts.plain("‹ Back"), ShowDeadLetters("reason", mark(entry.reason))),)),
    )  # fmt: skip


def all_question(reason: str, count: int, texts: Texts, *, replay: bool) -> Reply:
    """Before all dead letters of a reason are settled."""
    name = reason_words(reason, texts)
    asked = (
        texts.html_n("🔁 Replay {n} letter of <b>{reason}</b>?", "🔁 Replay {n} letters of <b>{reason}</b>?", count,
                     reason=name)
        if replay
        else texts.html_n("🗑 Discard {n} letter of <b>{reason}</b>? Its message is not sent again.",
                          "🗑 Discard {n} letters of <b>{reason}</b>? Their messages are not sent again.", count,
                          reason=name)
    )  # fmt: skip
    step = "replayall" if replay else "discardall"
    return Reply(
        asked,
        ((Button(texts.plain("✅ Confirm"), ShowDeadLetters(step, mark(reason))),
          Button(texts.plain("✖️ Cancel"), ShowDeadLetters("reason", mark(reason)))),),
    )  # fmt: skip


def replayed(counts: dict[Outcome, int], texts: Texts) -> Reply:
    """After messages were sent again."""
    sent, older = counts.get(Outcome.REPLAYED, 0), counts.get(Outcome.SUPERSEDED, 0)
    blocks = [texts.html_n("✅ {n} message was sent again.", "✅ {n} messages were sent again.", sent)]
    if older:
        blocks.append(
            texts.html_n("{n} was not: a newer version of the product has come since.",
                         "{n} were not: newer versions of the products have come since.", older)
        )  # fmt: skip
    blocks.append(texts.html("What cannot be handled even now comes back here."))
    return Reply(fit(blocks), ((Button(texts.plain("‹ Reasons"), ShowDeadLetters("list")),),))


def discarded(count: int, texts: Texts) -> Reply:
    """After dead letters were dismissed."""
    return Reply(
        texts.html_n("🗑 {n} letter was discarded.", "🗑 {n} letters were discarded.", count),
        ((Button(texts.plain("‹ Reasons"), ShowDeadLetters("list")),),),
    )


def cannot_replay(source: str, texts: Texts) -> str:
    """A dead letter that has no message to send."""
    return texts.plain(
        "{source} cannot be sent again: it is a row of a feed, or was not kept whole. Nothing was sent. "
        "Mend the feed, send it again and discard the letter.",
        source=cut(clean(source), 60),
    )


def settled_before(texts: Texts) -> str:
    """Somebody else settled it before."""
    return texts.plain("This was settled before.")


def _facts(entry: OpenDeadLetter) -> str:
    return " · ".join(
        part for part in (f"{entry.at:%Y-%m-%d %H:%M}", clean(entry.service, 30), cut(clean(entry.detail), 160)) if part
    )


def _content(dead_letter: DeadLetter) -> str:
    try:
        message = b64decode(dead_letter.value)
    except ValueError:
        return "?"
    return cut(clean(message[: 4 * CONTENT_LIMIT].decode("utf-8", "replace")), CONTENT_LIMIT) or "∅"
