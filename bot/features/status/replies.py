"""/status, to be read on a phone: the worst in the heading, what is wrong below it, and what is well in one line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.features.status.buttons import RefreshStatus
from bot.features.status.report import JobHealth, ServiceStatus, StatusReport
from bot.ui.causes import cause, is_exception, states, trace
from bot.ui.job_names import job_name
from bot.ui.locale import Html, Texts, number
from bot.ui.reply import Button, Reply
from bot.ui.text import clean, cut, escaped, fit
from bot.ui.time import clock, lasting

# Prometheus and Alertmanager send their sign of life every minute.
SILENT_AFTER = timedelta(minutes=3)
HELD = "held"


@dataclass(frozen=True, slots=True)
class Alerting:
    """How many alerts are open, and when alerting last gave a sign of life; None: it never did."""

    open_cards: int
    heard: datetime | None

    def silent(self, at: datetime) -> bool:
        """Whether the signs of life stay away."""
        return self.heard is not None and at - self.heard > SILENT_AFTER


def status(report: StatusReport, alerting: Alerting, texts: Texts, *, unfolded: bool = False) -> Reply:
    """Everything as of the report's moment. What is well is listed only when it is `unfolded`."""
    bad = [service for service in report.services if not service.good]
    good = [service for service in report.services if service.good]
    failed = [job for job in report.jobs if job.failed]
    blocks = [
        _title(bad, report, len(failed), alerting, texts),
        _lines(_service(service, report.at, texts, said=unfolded) for service in bad),
        _lines(_failed(job, report.at, texts, said=unfolded) for job in failed),
        _well(good, bool(bad), report, texts, unfolded=unfolded),
        _lines(_alerting(report.at, alerting, texts)),
        _as_of(report, texts),
    ]
    fold = (
        Button(texts.plain("▴ Fold"), RefreshStatus(0))
        if unfolded
        else Button(texts.plain("▾ All services"), RefreshStatus(1))
    )
    return Reply(fit(blocks), ((fold, Button(texts.plain("🔄 Refresh"), RefreshStatus(int(unfolded)))),))


def nobody_knows(texts: Texts) -> Reply:
    """There is neither a local stack nor Prometheus to ask."""
    return Reply(
        texts.html("😔 Prometheus does not answer, so nothing is known of the services. Please try again in a minute."),
        ((Button(texts.plain("🔄 Refresh"), RefreshStatus()),),),
    )


def _title(bad: list[ServiceStatus], report: StatusReport, failed: int, alerting: Alerting, texts: Texts) -> Html:
    """Never green while anything below it is not."""
    total = len(report.services)
    also = []
    if alerting.open_cards:
        also.append(texts.html_n("{n} alert", "{n} alerts", alerting.open_cards))
    if failed:
        also.append(texts.html_n("{n} failed job", "{n} failed jobs", failed))
    if alerting.silent(report.at):
        also.append(texts.html("no heartbeat"))
    if bad:
        sign = "🧯" if all(service.codes == (HELD,) for service in bad) else "🔴"
        first = texts.html("{bad} of {n} services unhealthy", bad=len(bad), n=total)
    elif also:
        sign, first = "🟡", texts.html("Services are up")
    else:
        sign, first = "🟢", texts.html_n("{n} service healthy", "All {n} services healthy", total)
    return Html(f"{sign} <b>{', '.join((first, *also))}</b>")


def _service(service: ServiceStatus, at: datetime, texts: Texts, *, said: bool) -> Html:
    parts = [texts.html("<b>{name}</b>", name=cut(clean(service.name), 40))]
    wrong = states(service.codes, texts)
    if wrong:
        parts.append(escaped(wrong))
    elif not service.good:
        parts.append(texts.html("does not answer"))
    if service.lag is not None:
        parts.append(texts.html("lag {n}", n=number(service.lag, texts.language)))
    if service.committed_at is not None:
        parts.append(texts.html("commit {time} ago", time=lasting(at - service.committed_at, texts)))
    sign = "🟢" if service.good else "🧯" if service.codes == (HELD,) else "🔴"
    line = Html(f"{sign} " + " · ".join(parts))
    return _with_trace(line, " · ".join(part for part in (*service.codes, service.fault) if part), said=said)


def _failed(job: JobHealth, at: datetime, texts: Texts, *, said: bool) -> Html:
    name = job_name(job.name, texts)
    why = cause(job.reason, texts) if job.reason else texts.plain("the last run failed")
    if job.success_at is None:
        line = texts.html("❗ {name}: {why}, never succeeded", name=name, why=why)
    else:
        ago = lasting(at - job.success_at, texts)
        line = texts.html("❗ {name}: {why}, last good run {time} ago", name=name, why=why, time=ago)
    return _with_trace(line, job.reason, said=said and is_exception(job.reason))


def _well(good: list[ServiceStatus], some_bad: bool, report: StatusReport, texts: Texts, *, unfolded: bool) -> Html:
    jobs = [job for job in report.jobs if not job.failed]
    if unfolded:
        lines = [_service(service, report.at, texts, said=False) for service in good]
        return _lines((*lines, *(_job(job, report.at, texts) for job in jobs)))
    if not some_bad or not good:
        return Html("")
    return texts.html_n("🟢 the other {n} service is healthy", "🟢 the other {n} services are healthy", len(good))


def _job(job: JobHealth, at: datetime, texts: Texts) -> Html:
    name = job_name(job.name, texts)
    if job.success_at is None:
        return texts.html("⚙️ {name}: never succeeded", name=name)
    return texts.html("⚙️ {name}: {time} ago", name=name, time=lasting(at - job.success_at, texts))


def _alerting(at: datetime, alerting: Alerting, texts: Texts) -> list[Html]:
    lines: list[Html] = []
    if alerting.open_cards:
        lines.append(texts.html_n("🔔 {n} open alert, /alerts", "🔔 {n} open alerts, /alerts", alerting.open_cards))
    if alerting.heard is not None:
        sign = "💔" if alerting.silent(at) else "💓"
        ago = lasting(at - alerting.heard, texts)
        lines.append(texts.html("{sign} heartbeat of alerting {time} ago", sign=sign, time=ago))
    return lines


def _as_of(report: StatusReport, texts: Texts) -> Html:
    versions = {cut(clean(service.version), 20) for service in report.services if service.version}
    return texts.html(
        "<i>Updated {at}, version {version}</i>", at=clock(report.at, texts), version=", ".join(sorted(versions)) or "?"
    )


def _with_trace(line: Html, raw: str, *, said: bool) -> Html:
    return Html(f"{line}\n    <code>{escaped(trace(raw, 200))}</code>") if said and raw else line


def _lines(lines: Iterable[Html]) -> Html:
    return Html("\n".join(lines))
