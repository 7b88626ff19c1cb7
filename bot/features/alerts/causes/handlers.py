"""From a card to its cause, and first aid."""

from bot.core.actor import actor
from bot.core.job_requests import active
from bot.core.update_context import UpdateContext
from bot.features.alerts.buttons import RunFirstAid, ShowCause
from bot.features.alerts.cards.headline import headline
from bot.features.alerts.cards.notices import card_gone, job_under_way, looking
from bot.features.alerts.causes.first_aid import first_aid
from bot.features.alerts.causes.replies import cause_reply, job_asked, job_question
from bot.features.alerts.services import AlertServices
from bot.ui.notices import old_button


async def show_cause(services: AlertServices, context: UpdateContext, press: ShowCause) -> None:
    """The last hour as a picture, and what changed lately."""
    card = services.actions.cards.get(press.card)
    if card is None or not card.alerts:
        await context.toast(card_gone(context.texts), alert=True)
        return
    alert = card.alerts[press.number % len(card.alerts)]
    await context.toast(looking(context.texts))
    title, now = headline(card, context.texts), services.clock()
    cause = await context.typing(services.causes.find(card, alert, title, now, context.texts))
    reply = cause_reply(card, alert, cause, first_aid(alert), context.texts)
    if cause.picture is not None:
        await context.show(cause.picture, reply)
    else:
        await context.say(reply)


async def run_first_aid(services: AlertServices, context: UpdateContext, press: RunFirstAid) -> None:
    """Ask, then ask the schedule for a run of the job, on record first."""
    jobs = services.causes.jobs
    job = jobs.get(press.job)
    if press.step == "no":
        await context.remove()
    elif job is None:
        await context.toast(old_button(context.texts), alert=True)
    elif press.step == "ask":
        await context.say(job_question(job.name, context.texts))
    elif active(job) is not None or jobs.asked(job):
        await context.toast(job_under_way(context.texts), alert=True)
    else:
        await services.audit_log.record(context, "run_job", job.name, result="requested")
        await jobs.run_now(job, actor(context).name)
        await context.change(job_asked(job.name, context.texts))
