"""An alert's cause in words: what changed lately, and first aid; the question before a job is run."""

from bot.features.alerts.buttons import RunFirstAid
from bot.features.alerts.cards.card_links import card_links
from bot.features.alerts.cards.headline import headline, icon_of
from bot.features.alerts.causes.first_aid import FirstAid
from bot.features.alerts.causes.service import Cause
from bot.features.alerts.models import Alert, Card
from bot.ui.buttons import OpenCommand
from bot.ui.job_names import job_name
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply
from bot.ui.text import CAPTION_LIMIT, fit
from bot.ui.time import clock


def cause_reply(card: Card, alert: Alert, cause: Cause, aid: FirstAid, texts: Texts) -> Reply:
    """The caption of the picture, or a message where there is none."""
    blocks = [texts.html("{icon} <b>{what}</b>", icon=icon_of(card), what=headline(card, texts))]
    if cause.missing:
        blocks.append(_missing(cause.missing, texts))
    if cause.left_out:
        blocks.append(texts.html_n("<i>… and {n} more line</i>", "<i>… and {n} more lines</i>", cause.left_out))
    blocks.append(_changes(cause, texts))
    if aid.terminal:
        blocks.append(texts.html("🩹 A new index, while searches go on: <code>{command}</code>", command=aid.terminal))
    links = tuple(card_links((alert,), texts))
    rows = (_aid_row(aid, texts), links)
    return Reply(fit(blocks, CAPTION_LIMIT), tuple(row for row in rows if row))


def job_question(job: str, texts: Texts) -> Reply:
    """Shall it run now?"""
    text = texts.html("▶️ Run “{job}” now? Another run does no harm.", job=job_name(job, texts))
    yes = Button(texts.plain("▶️ Run it"), RunFirstAid(job, "yes"))
    return Reply(text, ((yes, Button(texts.plain("✕ Cancel"), RunFirstAid(job, "no"))),))


def job_asked(job: str, texts: Texts) -> Reply:
    """It was asked for."""
    text = texts.html("▶️ “{job}” has been asked for. How it goes: /jobs", job=job_name(job, texts))
    return Reply(text, ((Button(texts.plain("⚙️ Jobs"), OpenCommand("jobs")),),))


def _aid_row(aid: FirstAid, texts: Texts) -> tuple[Button, ...]:
    labels = {
        "dead_letters": texts.plain("📥 Failed messages"),
        "feeds": texts.plain("📦 Price lists"),
        "status": texts.plain("🩺 Status"),
    }
    job = Button(texts.plain("▶️ Run the job"), RunFirstAid(aid.job)) if aid.job else None
    command = Button(labels[aid.command], OpenCommand(aid.command)) if aid.command else None
    return tuple(button for button in (job, command) if button is not None)


def _missing(why: str, texts: Texts) -> Html:
    if why == "query":
        return texts.html("There is no picture: who sent the alert does not name its query.")
    if why == "nothing":
        return texts.html("There is no picture: Prometheus has nothing on it for the last hour.")
    if why == "drawing":
        return texts.html("The picture could not be drawn. Please try again in a minute.")
    return texts.html("There is no picture: Prometheus does not answer.")


def _changes(cause: Cause, texts: Texts) -> Html:
    if not cause.changes:
        return texts.html("Nothing is known to have changed in the two hours before it.")
    title = texts.html("<b>What changed lately</b>")
    lines = [texts.html("• {at} {what}", at=clock(one.at, texts), what=one.text) for one in cause.changes]
    return Html("\n".join([title, *lines]))
