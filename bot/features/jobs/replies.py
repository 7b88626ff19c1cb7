"""/jobs: a line a job, and one job with its last runs."""

from datetime import datetime

from bot.core.job_requests import active
from bot.features.jobs.buttons import RunJob, ShowJobs
from bot.features.jobs.words import job_about, stage_words, waits_for
from bot.ui.causes import cause, trace
from bot.ui.job_names import job_name
from bot.ui.locale import Html, Texts, number
from bot.ui.reply import Button, Reply, in_rows
from bot.ui.text import clean, cut, escaped, fit
from bot.ui.time import lasting, moment
from pipeline.contracts.jobs import JobOutcome, JobRun, JobStatus

ICONS = {JobOutcome.WAITING: "⏳", JobOutcome.RUNNING: "🔄", JobOutcome.DONE: "✅", JobOutcome.FAILED: "❌"}
WHO_LIMIT = 40
REASON_LIMIT = 300
RUNS_SHOWN = 5
BAR = 10


def job_list(jobs: tuple[JobStatus, ...], at: datetime, texts: Texts) -> Reply:
    """Every job with its last run."""
    refresh = (Button(texts.plain("🔄 Refresh"), ShowJobs()),)
    if not jobs:
        return Reply(
            texts.html("⚙️ Nothing is known of any job yet. They are run by <code>python -m analytics</code>."),
            (refresh,),
        )
    lines = [_line(job, at, texts) for job in jobs]
    buttons = [Button(job_name(job.name, texts), ShowJobs(job.name)) for job in jobs]
    return Reply(fit([texts.html("⚙️ <b>Jobs</b>"), *lines]), (*in_rows(buttons, 2), refresh))


def job_page(job: JobStatus, at: datetime, texts: Texts, *, asked: bool = False) -> Reply:
    """One job: what it does now, its last runs, why the last ones failed."""
    blocks = [_heading(job, at, texts)]
    now = active(job)
    if now is not None:
        blocks.append(_progress(now, texts))
    elif asked:
        blocks.append(texts.html("⏳ Queued, starts shortly."))
    blocks += [_run(run, texts) for run in job.runs if run is not now][:RUNS_SHOWN]
    if not job.runs and not asked:
        blocks.append(texts.html("It has not run yet."))
    rows: list[tuple[Button, ...]] = []
    if now is None and not asked:
        rows.append((Button(texts.plain("▶️ Run now"), RunJob(job.name)),))
    rows.append((Button(texts.plain("‹ All jobs"), ShowJobs()), Button(texts.plain("🔄 Refresh"), ShowJobs(job.name))))
    return Reply(fit(blocks), tuple(rows))


def _heading(job: JobStatus, at: datetime, texts: Texts) -> Html:
    lines = [texts.html("⚙️ <b>{job}</b>", job=job_name(job.name, texts))]
    if about := job_about(job.name, texts):
        lines.append(escaped(about))
    if job.next_at is not None:
        lines.append(texts.html("next in {time}", time=lasting(job.next_at - at, texts)))
    if job.missed:
        lines.append(texts.html_n("⚠️ {n} run was missed", "⚠️ {n} runs were missed", job.missed))
    return Html("\n".join(lines))


def _line(job: JobStatus, at: datetime, texts: Texts) -> Html:
    last = job.last
    name = job_name(job.name, texts)
    if last is None:
        return texts.html("• <b>{job}</b>: has not run yet", job=name)
    if last.outcome in {JobOutcome.RUNNING, JobOutcome.WAITING}:
        return Html(f"{texts.html('<b>{job}</b>', job=name)}\n{_progress(last, texts)}")
    ago = lasting(at - (last.ended_at or last.asked_at), texts)
    line = texts.html("{icon} <b>{job}</b>: {time} ago", icon=ICONS[last.outcome], job=name, time=ago)
    if job.next_at is not None and job.next_at > at:
        line = Html(f"{line}, {texts.html('next in {time}', time=lasting(job.next_at - at, texts))}")
    if last.outcome is JobOutcome.FAILED:
        return Html(f"{line}\n{texts.html('<i>{reason}</i>', reason=cause(last.reason, texts))}")
    return line


def _progress(run: JobRun, texts: Texts) -> Html:
    if run.outcome is JobOutcome.WAITING:
        return _waiting(run, texts)
    full = BAR * run.percent // 100
    bar = "▓" * full + "░" * (BAR - full)
    shown = texts.html("🔄 {bar} {percent} %", bar=bar, percent=run.percent)
    stage = stage_words(run.stage, texts)
    return Html(f"{shown}\n<i>{escaped(stage)}</i>") if stage else shown


def _waiting(run: JobRun, texts: Texts) -> Html:
    behind = waits_for(run.stage)
    if behind is None:
        return texts.html("⏳ waits for another job")
    return texts.html("⏳ waits for “{job}” to end", job=job_name(behind, texts))


def _run(run: JobRun, texts: Texts) -> Html:
    begun = run.started_at or run.asked_at
    lines = [
        texts.html(
            "{icon} {at} · {by}",
            icon=ICONS[run.outcome],
            at=moment(begun, texts),
            by=texts.plain("by the schedule") if run.by == "schedule" else cut(clean(run.by), WHO_LIMIT),
        )
    ]
    if run.outcome is JobOutcome.FAILED:
        lines.append(texts.html("<i>{reason}</i>", reason=cause(run.reason, texts)))
        # In the words of the program, for whoever looks for the fault.
        lines.append(Html(f"<blockquote expandable>{escaped(trace(run.reason, REASON_LIMIT))}</blockquote>"))
    elif run.ended_at is not None:
        lines.append(_work(run, lasting(run.ended_at - begun, texts), texts))
    return Html("\n".join(lines))


def _work(run: JobRun, time: str, texts: Texts) -> Html:
    if not run.rows_out:
        return texts.html("{time}, nothing has changed", time=time)
    return texts.html(
        "{time}, rows read: {rows_in}, written: {rows_out}",
        time=time,
        rows_in=number(run.rows_in, texts.language),
        rows_out=number(run.rows_out, texts.language),
    )


def under_way(texts: Texts) -> str:
    """The notice when a run goes on already."""
    return texts.plain("It is running or queued already.")


def asked_for(texts: Texts) -> str:
    """The notice after a run was asked for."""
    return texts.plain("▶️ Queued.")
