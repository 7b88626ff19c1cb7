"""/jobs: the last runs, and Run now."""

from bot.core.actor import actor
from bot.core.job_requests import active
from bot.core.place import place
from bot.core.update_context import UpdateContext
from bot.features.jobs.buttons import RunJob, ShowJobs
from bot.features.jobs.replies import asked_for, job_list, job_page, under_way
from bot.features.jobs.services import JobServices
from bot.ui.locale import Texts
from bot.ui.notices import old_button
from bot.ui.reply import Reply
from pipeline.contracts.jobs import JobStatus


async def jobs(services: JobServices, context: UpdateContext, argument: str) -> None:
    """Every job, or the one that is named."""
    job = services.jobs.get(argument.strip())
    if job is not None:
        await context.say(_page(services, job, context.texts))
        return
    await context.say(job_list(services.jobs.all(), services.clock(), context.texts))


async def show_jobs(services: JobServices, context: UpdateContext, press: ShowJobs) -> None:
    """One job, followed while it runs; or all, in place of what the message shows."""
    where = place(context)
    if where is not None:
        services.progress.leave(where)
    job = services.jobs.get(press.job)
    if job is None:
        await context.change(job_list(services.jobs.all(), services.clock(), context.texts))
        return
    await context.change(_page(services, job, context.texts))
    _follow(services, context, job)


async def run_job(services: JobServices, context: UpdateContext, press: RunJob) -> None:
    """Ask the schedule for a run, on record first, and show its progress."""
    job = services.jobs.get(press.job)
    if job is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    if active(job) is not None or services.jobs.asked(job):
        await context.toast(under_way(context.texts))
    else:
        await services.audit_log.record(context, "run_job", job.name, result="requested")
        await services.jobs.run_now(job, actor(context).name)
        await context.toast(asked_for(context.texts))
    await context.change(_page(services, services.jobs.get(press.job) or job, context.texts))
    _follow(services, context, job)


def _follow(services: JobServices, context: UpdateContext, job: JobStatus) -> None:
    where = place(context)
    if where is not None and (active(job) is not None or services.jobs.asked(job)):
        texts = context.texts
        services.progress.follow(context.bot, where, job.name, lambda now: _page(services, now, texts))


def _page(services: JobServices, job: JobStatus, texts: Texts) -> Reply:
    return job_page(job, services.clock(), texts, asked=services.jobs.asked(job))
