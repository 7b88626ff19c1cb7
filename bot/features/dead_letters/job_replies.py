"""How far a job over dead letters is, and what became of them."""

from collections.abc import Mapping

from bot.features.dead_letters.buttons import ShowDeadLetters
from bot.features.dead_letters.models import LetterJob
from bot.features.dead_letters.words import reason_words
from bot.ui.locale import Html, Texts, number
from bot.ui.reply import Button, Reply
from bot.ui.text import fit
from pipeline.dead_letters.letters import Outcome
from pipeline.dead_letters.settling import Action


def job_page(job: LetterJob, texts: Texts) -> Reply:
    """The job as it stands, with the way to stop it."""
    reason = reason_words(job.reason, texts)
    if job.is_over:
        told = [texts.html("⏹ <b>Stopped.</b> The rest is as it was.")] if job.status == "stopped" else []
        return _with_way_back([*told, *settled(job.outcomes, job.action, job.refused, texts)], texts)
    if job.action is Action.REPLAY:
        line = texts.html("🔁 Replaying <b>{reason}</b>: {done} of {n}", reason=reason, **_numbers(job, texts))
    else:
        line = texts.html("🗑 Discarding <b>{reason}</b>: {done} of {n}", reason=reason, **_numbers(job, texts))
    if job.status == "stopping":
        return Reply(fit([line, texts.html("⏹ Stopping as soon as what is under way is done.")]))
    return Reply(
        line,
        (
            (Button(texts.plain("⏹ Stop"), ShowDeadLetters("stop")),),
            (Button(texts.plain("‹ Reasons"), ShowDeadLetters("list")),),
        ),
    )


def _numbers(job: LetterJob, texts: Texts) -> dict[str, str]:
    return {"done": number(job.done, texts.language), "n": number(job.letters, texts.language)}


def job_button(job: LetterJob, texts: Texts) -> Button:
    """The way from the list to the job under way."""
    label = texts.plain("⏳ Under way: {done} of {n}", **_numbers(job, texts))
    return Button(label, ShowDeadLetters("job"))


def result_page(outcomes: Mapping[Outcome, int], action: Action, texts: Texts) -> Reply:
    """After a single letter was settled."""
    return _with_way_back(settled(outcomes, action, 0, texts), texts)


def settled(outcomes: Mapping[Outcome, int], action: Action, refused: int, texts: Texts) -> list[Html]:
    """What became of letters."""
    if action is Action.DISCARD:
        number = outcomes.get(Outcome.DISCARDED, 0)
        return [texts.html_n("🗑 {n} message deleted.", "🗑 {n} messages deleted.", number)]
    sent, older = outcomes.get(Outcome.REPLAYED, 0), outcomes.get(Outcome.SUPERSEDED, 0)
    overtaken = outcomes.get(Outcome.OVERTAKEN, 0)
    told = [texts.html_n("✅ {n} message was sent again.", "✅ {n} messages were sent again.", sent)]
    if older:
        told.append(
            texts.html_n("{n} was not: a newer version of the product has come since.",
                         "{n} were not: newer versions of the products have come since.", older)
        )  # fmt: skip
    if overtaken:
        told.append(
            texts.html_n("{n} was overtaken by a newer version while it was being sent; the newer one counts.",
                         "{n} were overtaken by newer versions while they were being sent; the newer ones count.",
                         overtaken)
        )  # fmt: skip
    if refused:
        told.append(
            texts.html_n("{n} cannot be sent again and stays here: a row of a price list, or a message not kept whole.",
                         "{n} cannot be sent again and stay here: rows of price lists, or messages not kept whole.",
                         refused)
        )  # fmt: skip
    return [*told, texts.html("What cannot be handled even now comes back here.")]


def _with_way_back(blocks: list[Html], texts: Texts) -> Reply:
    return Reply(fit(blocks), ((Button(texts.plain("‹ Reasons"), ShowDeadLetters("list")),),))
