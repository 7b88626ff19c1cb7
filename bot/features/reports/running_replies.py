"""How the marketplace runs, in words: what rules refuse, how long products take, what became of alerts."""

from bot.features.reports.buttons import ShowAlertReview, ShowReport
from bot.features.reports.figures import DelayFigures, OwnerFigures, Report
from bot.features.reports.words import count_words, seconds_words
from bot.products.rule_words import rule_name
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply
from bot.ui.text import CAPTION_LIMIT, clean, cut, fit

RULE_LIMIT = 50
RULES_TOLD = 6


def running_page(report: Report, texts: Texts) -> Reply:
    """The caption of the third picture, with the way to the other period."""
    blocks = [
        texts.html("⚙️ <b>How the marketplace runs</b>"),
        _refused(report, texts),
        *_delay(report.delay, texts),
        _alerts(report, texts),
    ]
    other = "week" if report.span.period == "day" else "day"
    label = texts.plain("The last 7 days") if other == "week" else texts.plain("The last 24 hours")
    return Reply(
        fit(blocks, CAPTION_LIMIT),
        ((Button(f"📊 {label}", ShowReport(other)), Button(texts.plain("🔔 Alerts"), ShowAlertReview())),),
    )


def _delay(delay: DelayFigures | None, texts: Texts) -> list[Html]:
    if delay is None:
        return [texts.html("Time to searchable: no data.")]
    told = texts.html(
        "Time to searchable: typically {median}, 99% within {p99}.",
        median=seconds_words(delay.median_s, texts),
        p99=seconds_words(delay.p99_s, texts),
    )
    if not delay.whole_life:
        return [told]
    return [told, texts.html("<i>Nothing came in this time; this is since the indexer's start.</i>")]


def _refused(report: Report, texts: Texts) -> Html:
    if report.refused is None:
        return texts.html("Products held back by rules: not counted, it took too long.")
    if not report.refused:
        return texts.html("Products held back by rules: no rule is in force.")
    lines = [
        texts.html("• {rule}: {n}", rule=cut(clean(rule_name(rule, texts)), RULE_LIMIT), n=count_words(count, texts))
        for rule, count in report.refused[:RULES_TOLD]
    ]
    return Html("\n".join([texts.html("Products held back by rules, now:"), *lines]))


def _alerts(report: Report, texts: Texts) -> Html:
    told = report.alerts
    if not told.alerts:
        return texts.html("Alerts: none.")
    title = texts.html("Alerts: <b>{n}</b>, still open: {open}.", n=told.alerts, open=told.still_open)
    return Html("\n".join([title, *(_owner(owner, texts) for owner in told.owners)]))


def _owner(owner: OwnerFigures, texts: Texts) -> Html:
    name = cut(clean(owner.owner), 30) or texts.plain("unacknowledged")
    parts = [texts.html("• {name}: {n}", name=name, n=owner.alerts)]
    if owner.acknowledged_s is not None:
        parts.append(texts.html("acknowledged in {time}", time=seconds_words(owner.acknowledged_s, texts)))
    if owner.resolved_s is not None:
        parts.append(texts.html("resolved in {time}", time=seconds_words(owner.resolved_s, texts)))
    return Html(", ".join(parts))
