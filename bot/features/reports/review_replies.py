"""Four weeks of alerts in words."""

from bot.features.reports.alert_review import DAY, WEEK, AlertReview, NoisyAlert, Remark, WeekOfAlerts
from bot.features.reports.buttons import ShowAlertReview
from bot.features.reports.words import seconds_words
from bot.ui.buttons import OpenCommand
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply
from bot.ui.text import clean, cut, fit
from bot.ui.time import day, moment


def review_page(told: AlertReview | None, texts: Texts) -> Reply:
    """Weeks, noise and remarks; None: nobody could look."""
    if told is None:
        again = ((Button(texts.plain("🔄 Try again"), ShowAlertReview()),),)
        return Reply(
            texts.html("😔 Kafka does not answer, so I do not know what became of alerts. Try in a minute."), again
        )
    blocks = [texts.html("🔔 <b>Alerts, week by week</b>"), *(_week(week, texts) for week in told.weeks)]
    blocks = [Html("\n".join(blocks))]
    if told.noisiest:
        title = texts.html("<b>Fire most often</b>")
        blocks.append(Html("\n".join([title, *(_noisy(one, texts) for one in told.noisiest)])))
    if told.remarks:
        title = texts.html("<b>What was said about them</b>")
        blocks.append(Html("\n".join([title, *(_remark(one, texts) for one in told.remarks)])))
    return Reply(fit(blocks), ((Button(texts.plain("🔔 Open alerts"), OpenCommand("alerts")),),))


def _week(week: WeekOfAlerts, texts: Texts) -> Html:
    parts = [
        texts.html(
            "{start} – {end}: <b>{n}</b>",
            start=day(week.start.astimezone(texts.zone), texts),
            end=day((week.start + WEEK - DAY).astimezone(texts.zone), texts),
            n=week.alerts,
        )
    ]
    if week.alerts:
        parts.append(texts.html("taken: {n}", n=week.acknowledged))
    if week.acknowledged_s is not None:
        parts.append(texts.html("acknowledged in {time}", time=seconds_words(week.acknowledged_s, texts)))
    if week.resolved_s is not None:
        parts.append(texts.html("resolved in {time}", time=seconds_words(week.resolved_s, texts)))
    return Html("• " + ", ".join(parts))


def _noisy(one: NoisyAlert, texts: Texts) -> Html:
    name = cut(clean(one.name), 80)
    fired = texts.html_n(
        "<code>{name}</code>: fired {n} time", "<code>{name}</code>: fired {n} times", one.times, name=name
    )
    ignored, taken = texts.html("never taken: mend it or drop it"), texts.html("taken: {n}", n=one.acknowledged)
    return Html(f"• {fired}, {ignored if one.ignored else taken}")


def _remark(one: Remark, texts: Texts) -> Html:
    return texts.html(
        "💬 {name}, {at}, <code>{alert}</code>: {text}",
        name=cut(clean(one.by), 64) or "?",
        at=moment(one.at, texts),
        alert=cut(clean(one.alert), 80),
        text=cut(clean(one.text), 300),
    )
