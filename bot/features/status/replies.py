"""/status, to be read on a phone: a line a service, what is wrong first."""

from datetime import datetime

from bot.features.status.buttons import RefreshStatus
from bot.features.status.report import JobHealth, ServiceStatus, StatusReport
from bot.ui.locale import Html, Texts, number
from bot.ui.reply import Button, Reply
from bot.ui.text import clean, cut, fit
from bot.ui.time import clock, lasting


def status(report: StatusReport, texts: Texts, *, open_cards: int, heard: datetime | None) -> Reply:
    """Everything as of the report's moment; `heard` is when alerting last gave a sign of life."""
    bad = [service for service in report.services if not service.good]
    good = [service for service in report.services if service.good]
    title = (
        texts.html("🟢 <b>All {n} services are well</b>", n=len(good))
        if not bad
        else texts.html("🔴 <b>{bad} of {n} services are not well</b>", bad=len(bad), n=len(report.services))
    )
    versions = {service.version for service in report.services if service.version}
    blocks = [
        title,
        Html("\n".join(_service(service, report.at, texts) for service in (*bad, *good))),
        Html("\n".join(_job(job, report.at, texts) for job in report.jobs)),
        Html("\n".join(_alerting(report.at, open_cards, heard, texts))),
        texts.html(
            "<i>As of {at}, version {version}</i>",
            at=clock(report.at, texts, seconds=True),
            version=", ".join(sorted(cut(clean(version), 20) for version in versions)) or "?",
        ),
    ]
    return Reply(fit(blocks), ((Button(texts.plain("🔄 Refresh"), RefreshStatus()),),))


def nobody_knows(texts: Texts) -> Reply:
    """There is neither a local stack nor Prometheus to ask."""
    return Reply(
        texts.html("😔 Prometheus does not answer, so nothing is known of the services. Please try again in a minute."),
        ((Button(texts.plain("🔄 Refresh"), RefreshStatus()),),),
    )


def _service(service: ServiceStatus, at: datetime, texts: Texts) -> Html:
    parts = [texts.html("<b>{name}</b>", name=cut(clean(service.name), 40))]
    if service.note:
        parts.append(texts.html("waits for {what}", what=cut(clean(service.note), 80)))
    if service.lag is not None:
        parts.append(texts.html("lag {n}", n=number(service.lag, texts.language)))
    if service.committed_at is not None:
        parts.append(texts.html("commit {time} ago", time=lasting(at - service.committed_at, texts)))
    return Html(("🟢 " if service.good else "🔴 ") + " · ".join(parts))


def _job(job: JobHealth, at: datetime, texts: Texts) -> Html:
    name = cut(clean(job.name), 40)
    if job.success_at is None:
        return texts.html("⚙️ {name}: has not ended well yet", name=name)
    ago = lasting(at - job.success_at, texts)
    if job.failed:
        return texts.html("❗ {name}: failed, the last good run was {time} ago", name=name, time=ago)
    return texts.html("⚙️ {name}: {time} ago", name=name, time=ago)


def _alerting(at: datetime, open_cards: int, heard: datetime | None, texts: Texts) -> list[Html]:
    lines = [texts.html_n("🔔 {n} open alert, /alerts", "🔔 {n} open alerts, /alerts", open_cards)]
    if heard is not None:
        lines.append(texts.html("💓 alerting gave a sign of life {time} ago", time=lasting(at - heard, texts)))
    return lines
