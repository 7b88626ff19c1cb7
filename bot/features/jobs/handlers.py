"""/jobs: the last runs, and Run now."""

from bot.core.admin_context import actor, entry_id, place
from bot.core.update_context import UpdateContext
from bot.features.jobs.replies import asked_for, job_list, job_page, under_way
from bot.features.jobs.service import active
from bot.services import Services
from bot.ui.callback_data import RunJob, ShowJobs
from bot.ui.locale import Texts
from bot.ui.notices import old_button
from bot.ui.reply import Reply
from pipeline.contracts.jobs import JobStatus
from pipeline.contracts.messages import AuditEntry


async def jobs(services: Services, context: UpdateContext, argument: str) -> None:
    """Every job, or the one that is named."""
    job = services.admin.jobs.get(argument.strip())
    if job is not None:
        await context.say(_page(services, job, context.texts))
        return
    await context.say(job_list(services.admin.jobs.all(), services.clock(), context.texts))


async def show_jobs(services: Services, context: UpdateContext, press: ShowJobs) -> None:
    """One job, followed while it runs; or all, in place of what the message shows."""
    where = place(context)
    if where is not None:
        services.admin.jobs.leave(where)
    job = services.admin.jobs.get(press.job)
    if job is None:
        await context.change(job_list(services.admin.jobs.all(), services.clock(), context.texts))
        return
    await context.change(_page(services, job, context.texts))
    _follow(services, context, job)


async def run_job(services: Services, context: UpdateContext, press: RunJob) -> None:
    """Ask the schedule for a run, on record first, and show its progress."""
    job = services.admin.jobs.get(press.job)
    if job is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    if active(job) is not None or services.admin.jobs.asked(job):
        await context.toast(under_way(context.texts))
    else:
        who = actor(context)
        await services.admin.audit_log.append(
            AuditEntry(
                entry_id=entry_id(context),
                actor=who.id,
                actor_name=who.name,
                role=who.role,
                action="run_job",
                target=job.name,
                result="requested",
                at=services.clock(),
            )
        )
        await services.admin.jobs.run_now(job, who.name)
        await context.toast(asked_for(context.texts))
    await context.change(_page(services, services.admin.jobs.get(press.job) or job, context.texts))
    _follow(services, context, job)


def _follow(services: Services, context: UpdateContext, job: JobStatus) -> None:
    where = place(context)
    if where is not None and (active(job) is not None or services.admin.jobs.asked(job)):
        texts = context.texts
        services.admin.jobs.follow(context.bot, where, job.name, lambda now: _page(services, now, texts))


def _page(services: Services, job: JobStatus, texts: Texts) -> Reply:
    return job_page(job, services.clock(), texts, asked=services.admin.jobs.asked(job))
