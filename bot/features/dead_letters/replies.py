"""Messages that were put aside: by reason, one by one, and what can be done with them."""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from bot.features.dead_letters.buttons import ShowDeadLetters
from bot.features.dead_letters.job_replies import job_button
from bot.features.dead_letters.models import LetterJob
from bot.features.dead_letters.words import cannot_replay, reason_words, service_words, topic_words
from bot.products.fault_words import fault_words
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts
from bot.ui.pager import pager
from bot.ui.reply import Button, Reply, in_rows
from bot.ui.text import clean, cut, escaped, fit
from bot.ui.time import moment
from pipeline.contracts.messages import DeadLetter
from pipeline.dead_letters.letter_index import KindCount
from pipeline.dead_letters.letters import ReplayRefusal, StoredLetter, refusal
from pipeline.dead_letters.settling import Action
from pipeline.dead_letters.store import LetterSummary

PER_PAGE = 6
CONTENT_LIMIT = 1_200
REASONS_SHOWN = 12
DETAIL_LIMIT = 300
KINDS_SHOWN = 3
FROM_SHOPS = frozenset({"refused_row", "refused_file"})


def reasons(summary: LetterSummary, job: LetterJob | None, texts: Texts) -> Reply:
    """How many dead letters there are of each reason, and of which services and topics."""
    under_way = [(job_button(job, texts),)] if job is not None else []
    behind = [texts.html_n("⏳ Still counting: {n} record to go.", "⏳ Still counting: {n} records to go.",
                           summary.behind)] if summary.behind else []  # fmt: skip
    if not summary.kinds:
        return Reply(fit(behind) if behind else texts.html("✅ No message has failed."), tuple(under_way))
    title = texts.html_n("📭 <b>{n} message failed</b>", "📭 <b>{n} messages failed</b>", summary.open)
    names = list(dict.fromkeys(kind.reason for kind in summary.kinds))[:REASONS_SHOWN]
    counts = {name: sum(kind.open for kind in summary.of(name)) for name in names}
    lines = [
        escaped(f"• {reason_words(name, texts)}: {count}{_origins(summary.of(name), texts)}")
        for name, count in counts.items()
    ]
    buttons = [
        Button(f"{cut(reason_words(name, texts), 32)} · {count}", ShowDeadLetters("reason", mark(name)))
        for name, count in counts.items()
    ]
    advice = texts.html("Fix the cause, then replay.")
    return Reply(fit([title, *behind, Html("\n".join(lines)), advice]), (*under_way, *in_rows(buttons, 2)))


def pages_of(number: int) -> int:
    """How many pages so many letters take."""
    return max(1, -(-number // PER_PAGE))


def dead_letters_of(reason: str, letters: int, shown: Sequence[StoredLetter], page: int, texts: Texts) -> Reply:
    """A page of the dead letters of a reason, of which there are so many in all."""
    places = list(enumerate(shown, start=page * PER_PAGE + 1))
    title = texts.html_n("📭 <b>{reason}</b> · {n} message", "📭 <b>{reason}</b> · {n} messages", letters,
                         reason=reason_words(reason, texts))  # fmt: skip
    items = [
        Html(f"<b>{place}.</b> {escaped(clean(one.letter.source, 120))}\n<i>{escaped(_facts(one.letter, texts))}</i>")
        for place, one in places
    ]
    name = mark(reason)
    opens = [Button(str(place), ShowDeadLetters("one", mark(one.letter.source), one.offset)) for place, one in places]
    rows = (
        *in_rows(opens, 6),
        *pager(page, pages_of(letters), lambda number: ShowDeadLetters("reason", name, number)),
        (
            # What a shop sent wrongly is mended by the shop; sending it again helps nobody.
            *(
                [Button(texts.plain("🔁 Replay all"), ShowDeadLetters("replay", name))]
                if reason not in FROM_SHOPS
                else []
            ),
            Button(texts.plain("🗑 Discard all"), ShowDeadLetters("discard", name)),
        ),
        (Button(texts.plain("‹ Reasons"), ShowDeadLetters("list")),),
    )
    return Reply(fit([title, *items]), rows)


def one_dead_letter(stored: StoredLetter, texts: Texts) -> Reply:
    """A dead letter with the beginning of its message; what cannot be sent again says why, and what helps."""
    letter, fault = stored.letter, refusal(stored.letter)
    blocks = [
        Html(f"📭 <b>{escaped(_title(letter))}</b>"),
        texts.html("Reason: {reason}", reason=reason_words(letter.reason, texts)),
        escaped(_facts(letter, texts)),
        *_told_by_the_program(letter),
        Html(f"<pre>{escaped(_content(letter))}</pre>"),
    ]
    if fault is not None:
        blocks.append(escaped(cannot_replay(fault, letter.source, texts)))
    name = mark(letter.source)
    actions = [Button(texts.plain("🗑 Discard"), ShowDeadLetters("discard1", name, stored.offset))]
    if fault is None:
        actions.insert(0, Button(texts.plain("🔁 Replay"), ShowDeadLetters("replay1", name, stored.offset)))
    elif fault is ReplayRefusal.ROW:
        actions.insert(0, Button(texts.plain("📣 Text for the shop"), ShowDeadLetters("shop1", name, stored.offset)))
    back = Button(texts.plain("‹ Back"), ShowDeadLetters("reason", mark(letter.reason)))
    return Reply(fit(blocks), (tuple(actions), (back,)))


def _what_is_wrong(letter: DeadLetter, texts: Texts) -> str:
    """In the reader's words: the program's own sentence is English, and for operators."""
    return fault_words(letter.fault, texts) if letter.fault is not None else reason_words(letter.reason, texts)


def for_the_shop(letter: DeadLetter, texts: Texts) -> Reply:
    """A message to forward to the shop whose row or file was refused."""
    blocks = [
        texts.html("📣 <b>The marketplace could not take this from your price list</b>"),
        escaped(clean(letter.source.removeprefix("feed:"), 120)),
        texts.html("Reason: {reason}", reason=cut(_what_is_wrong(letter, texts), DETAIL_LIMIT)),
        Html(f"<pre>{escaped(_content(letter))}</pre>"),
        texts.html("Please fix it and send the price list again."),
        texts.html("<i>Forward this message to the shop.</i>"),
    ]
    return Reply(fit(blocks))


@dataclass(frozen=True, slots=True)
class AllQuestion:
    """What is about to be done with all letters of a reason up to an offset; a replay leaves the rows of feeds."""

    action: Action
    reason: str
    letters: int
    rows: int
    upto: int


def all_question(asked: AllQuestion, texts: Texts) -> Reply:
    """Before all dead letters of a reason are settled."""
    name = reason_words(asked.reason, texts)
    blocks = [
        texts.html_n("🔁 Replay {n} message of <b>{reason}</b>?", "🔁 Replay {n} messages of <b>{reason}</b>?",
                     asked.letters - asked.rows, reason=name)
        if asked.action is Action.REPLAY
        else texts.html_n("🗑 Delete {n} message of <b>{reason}</b>? It won't be sent again.",
                          "🗑 Delete {n} messages of <b>{reason}</b>? They won't be sent again.", asked.letters,
                          reason=name)
    ]  # fmt: skip
    if asked.action is Action.REPLAY and asked.rows:
        blocks.append(
            texts.html_n(
                "{n} more is a row of a price list and stays.", "{n} more are rows of price lists and stay.", asked.rows
            )
        )
    return Reply(
        fit(blocks),
        ((Button(texts.plain("✅ Confirm"), ShowDeadLetters(f"{asked.action}all", mark(asked.reason), asked.upto)),
          Button(texts.plain("✕ Cancel"), ShowDeadLetters("reason", mark(asked.reason)))),),
    )  # fmt: skip


def _origins(kinds: Sequence[KindCount], texts: Texts) -> str:
    """Who put them aside and what they are, the most first; with numbers when there are several kinds."""
    named = [
        ", ".join(filter(None, (service_words(kind.service, texts), topic_words(kind.topic, texts)))) for kind in kinds
    ]
    if len(kinds) == 1:
        return f" · {named[0]}"
    told = [f"\n    {name}: {kind.open}" for name, kind in zip(named, kinds, strict=True)][:KINDS_SHOWN]
    return "".join(told) + ("\n    …" if len(kinds) > KINDS_SHOWN else "")


def _facts(letter: DeadLetter, texts: Texts) -> str:
    return " · ".join(
        part
        for part in (
            moment(letter.at, texts),
            service_words(letter.service, texts),
            fault_words(letter.fault, texts) if letter.fault is not None else "",
        )
        if part
    )


def _told_by_the_program(letter: DeadLetter) -> list[Html]:
    """What no words are known for, folded: it is in the language of the code."""
    if letter.fault is not None or not letter.detail:
        return []
    return [Html(f"<blockquote expandable>{escaped(cut(clean(letter.detail), DETAIL_LIMIT))}</blockquote>")]


def _title(letter: DeadLetter) -> str:
    """The shop and the product when the message says them, else where it came from."""
    message = _message(letter)
    names = [message.get(field) for field in ("store_id", "name")] if isinstance(message, dict) else []
    told = " · ".join(clean(str(name), 60) for name in names if name)
    return told or clean(letter.source, 120)


def _message(letter: DeadLetter) -> object:
    try:
        return orjson.loads(b64decode(letter.value))
    except ValueError:
        return None


def _content(letter: DeadLetter) -> str:
    """The message, a JSON one with a line a field."""
    try:
        raw = b64decode(letter.value)
    except ValueError:
        return "?"
    message = _message(letter)
    if message is not None:
        raw = orjson.dumps(message, option=orjson.OPT_INDENT_2)
    lines = raw[: 4 * CONTENT_LIMIT].decode("utf-8", "replace").splitlines()
    return cut("\n".join(cleaned for line in lines if (cleaned := _cleaned(line))), CONTENT_LIMIT) or "∅"


def _cleaned(line: str) -> str:
    return " " * (len(line) - len(line.lstrip(" "))) + clean(line)
