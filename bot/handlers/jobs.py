"""/jobs: the last runs, and Run now."""

from bot.handlers.acting import actor, entry_id, place
from bot.jobs import active
from bot.locale import Texts
from bot.replies.callback import RunJob, ShowJobs
from bot.replies.jobs import asked_for, job_list, job_page, under_way
from bot.replies.notices import old_button
from bot.replies.reply import Reply
from bot.services import Services
from bot.turn import Turn
from pipeline.contracts.jobs import JobStatus
from pipeline.contracts.messages import AuditEntry


async def jobs(services: Services, turn: Turn, argument: str) -> None:
    """Every job, or the one that is named."""
    job = services.admin.jobs.get(argument.strip())
    if job is not None:
        await turn.say(_page(services, job, turn.texts))
        return
    await turn.say(job_list(services.admin.jobs.all(), services.clock(), turn.texts))


async def show_jobs(services: Services, turn: Turn, press: ShowJobs) -> None:
    """One job, followed while it runs; or all, in place of what the message shows."""
    where = place(turn)
    if where is not None:
        services.admin.jobs.leave(where)
    job = services.admin.jobs.get(press.job)
    if job is None:
        await turn.change(job_list(services.admin.jobs.all(), services.clock(), turn.texts))
        return
    await turn.change(_page(services, job, turn.texts))
    _follow(services, turn, job)


async def run_job(services: Services, turn: Turn, press: RunJob) -> None:
    """Ask the schedule for a run, on record first, and show its progress."""
    job = services.admin.jobs.get(press.job)
    if job is None:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    if active(job) is not None or services.admin.jobs.asked(job):
        await turn.toast(under_way(turn.texts))
    else:
        who = actor(turn)
        await services.admin.trail.note(
            AuditEntry(
                entry_id=entry_id(turn),
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
        await turn.toast(asked_for(turn.texts))
    await turn.change(_page(services, services.admin.jobs.get(press.job) or job, turn.texts))
    _follow(services, turn, job)


def _follow(services: Services, turn: Turn, job: JobStatus) -> None:
    where = place(turn)
    if where is not None and (active(job) is not None or services.admin.jobs.asked(job)):
        texts = turn.texts
        services.admin.jobs.follow(turn.bot, where, job.name, lambda now: _page(services, now, texts))


def _page(services: Services, job: JobStatus, texts: Texts) -> Reply:
    return job_page(job, services.clock(), texts, asked=services.admin.jobs.asked(job))
