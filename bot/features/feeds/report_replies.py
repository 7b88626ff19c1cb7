"""What sellers are told of the files that they send, and of their shops' feeds."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.features.feeds.buttons import SendFile
from bot.features.feeds.replies import NAME_LIMIT, REASON_LIMIT, report, rows_button, waiting_card, ways_on
from bot.features.feeds.store import SentFile
from bot.products.fault_words import fault_words
from bot.ui.buttons import OpenCommand
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts, number
from bot.ui.reply import Button, Reply, in_rows
from bot.ui.text import clean, cut, fit
from pipeline.contracts.feeds import FeedRun, FeedState, RefusedRow, Shop, chat_token

EXAMPLES_SHOWN = 3
ROW_LIMIT = 120
SHOPS_SHOWN = 30
NO_SHOP = "no"
# A file of the same name that comes so soon, and says the same, is the one that was told of.
FED_AGAIN = timedelta(hours=1)


def which_shop(file: SentFile, shops: Sequence[Shop], texts: Texts) -> Reply:
    """Whose price list is this?"""
    buttons = [
        Button(cut(clean(shop.shown), 30), SendFile(file.token, mark(shop.store_id))) for shop in shops[:SHOPS_SHOWN]
    ]
    cancel = Button(texts.plain("✕ Cancel"), SendFile(file.token, NO_SHOP))
    asked = texts.html("📦 <b>{file}</b>\nWhich shop is it for?", file=_name(file.name))
    return Reply(asked, (*in_rows(buttons, 2), (cancel,)))


def not_loaded(file: SentFile, texts: Texts) -> Reply:
    """The seller has thought better of it."""
    further = Button(texts.plain("📊 The shop's figures"), OpenCommand("my"))
    return Reply(texts.html("👌 <b>{file}</b> is not loaded.", file=_name(file.name)), ((further,),))


def too_large(texts: Texts) -> Reply:
    """Telegram gives bots no larger files."""
    return Reply(
        texts.html("📦 The file is larger than 20 MB, I cannot load it. Pack it as .zip or .gz, or send it in parts.")
    )


def too_many_files(texts: Texts) -> Reply:
    """Several files of the person are on their way."""
    return Reply(texts.html("⏳ I am still loading your other files. Send this one when they are done."))


def no_files(texts: Texts) -> Reply:
    """The bot has no folder to put files into."""
    return Reply(texts.html("😔 I cannot take files at the moment. The operators know how to load a price list."))


def chosen(file: SentFile, texts: Texts) -> Reply:
    """In place of the question, once a shop was chosen."""
    return sent_file_message(file, None, "", texts)


def sent_file_message(file: SentFile, run: FeedRun | None, shop: str, texts: Texts) -> Reply:
    """How far the file is; when its run has ended, the report."""
    name = _name(file.name)
    if file.state == "failed":
        return Reply(texts.html("😔 <b>{file}</b> did not reach me. Please send it again.", file=name))
    if file.state == "overdue":
        return Reply(
            texts.html(
                "😔 <b>{file}</b> was not loaded within a day. Send it again; if that fails too, tell the operators.",
                file=name,
            )
        )
    if file.state == "fetching":
        return Reply(texts.html("📥 <b>{file}</b>: receiving…", file=name))
    if run is None:
        return Reply(texts.html("⏳ <b>{file}</b>: received, waiting for its turn…", file=name))
    if run.state is FeedState.RUNNING:
        read = run.sent + run.unchanged + run.passed_over + run.refused
        return Reply(
            texts.html("🔄 <b>{file}</b>: loading, {n} rows so far…", file=name, n=number(read, texts.language))
        )
    return run_report(run, shop, texts)


def run_report(run: FeedRun, shop: str, texts: Texts) -> Reply:
    """The report on a run, for its shop's people, and what they may want next; one that waits is to be decided."""
    if run.state is FeedState.WAITING:
        return waiting_card(run, shop, texts)
    buttons = (*rows_button(run, texts), *ways_on(run, texts, staff=False))
    return Reply(fit([*report(run, shop, texts), *_examples(run, texts)]), buttons)


def no_rows(texts: Texts) -> str:
    """The rows with errors cannot be had."""
    return texts.plain("The rows cannot be read at the moment. Please try again in a minute.")


def rows_caption(rows: int, refused: int, texts: Texts) -> str:
    """Under the file with the refused rows."""
    if rows < refused:
        return texts.plain(
            "The first {n} rows with errors of {all}",
            n=number(rows, texts.language),
            all=number(refused, texts.language),
        )
    return texts.plain("The rows with errors")


def rows_table(rows: Sequence[RefusedRow], texts: Texts) -> bytes:
    """The refused rows as CSV that a spreadsheet opens: the line, what is wrong, and the row."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow((texts.plain("line"), texts.plain("what is wrong"), texts.plain("row")))
    table.writerows((row.line, fault_words(row.fault, texts), row.row) for row in rows)
    return text.getvalue().encode("utf-8-sig", "replace")


def is_well(run: FeedRun) -> bool:
    """Whether nobody has to do anything about it."""
    return run.state in {FeedState.DONE, FeedState.KEPT} and not run.refused


def is_news(run: FeedRun, before: FeedRun | None) -> bool:
    """Whether the shop's people are told of a run: of an address that is fetched every hour, only when it is another.

    `before` is the run of the shop's address that came before, or of the same file, if there was one. A file is fed
    again after the feed service was stopped in the middle; of what waited, its card says that another took its place.
    """
    if run.state is FeedState.SUPERSEDED:
        return False
    if run.channel != "address":
        return before is None or _differs(run, before)
    if run.same_file:
        return False
    return before is None or _differs(run, before)


def before_each(runs: Iterable[FeedRun]) -> dict[str, FeedRun]:
    """For each run, by its key, the one that was read from the same address, or of the same file, before. Pure."""
    found, last = dict[str, FeedRun](), dict[tuple[str, str], FeedRun]()
    for run in sorted(runs, key=lambda run: run.run_id):
        if run.same_file or run.state in {FeedState.RUNNING, FeedState.SUPERSEDED}:
            continue
        of = (run.store_id, "" if run.channel == "address" else run.file)
        before = last.get(of)
        if before is not None and (run.channel == "address" or _is_of_one_file(before, run)):
            found[run.key] = before
        last[of] = run
    return found


def _differs(run: FeedRun, before: FeedRun) -> bool:
    if run.sent or run.withdrawn:
        return True
    return (run.state, run.reason, run.reasons) != (before.state, before.reason, before.reasons)


def _is_of_one_file(before: FeedRun, run: FeedRun) -> bool:
    """Whether a file was fed twice. What was sent in the chat has a name of its own; other names come every night."""
    return bool(chat_token(run.file)) or (before.ended is not None and run.began - before.ended < FED_AGAIN)


def _examples(run: FeedRun, texts: Texts) -> list[Html]:
    lines = [
        texts.html(
            "Line {line}: {reason}\n<code>{row}</code>",
            line=number(row.line, texts.language),
            reason=cut(fault_words(row.fault, texts), REASON_LIMIT),
            row=cut(clean(row.row), ROW_LIMIT),
        )
        for row in run.examples[:EXAMPLES_SHOWN]
    ]
    return [texts.html("For example:"), *lines] if lines else []


def _name(name: str) -> str:
    return cut(clean(name), NAME_LIMIT)
