"""What an admin writes when they were asked to: what to ban, why, or until when."""

from functools import partial

from telegram.error import BadRequest

from bot.core.actor import actor
from bot.core.place import Place
from bot.core.update_context import UpdateContext
from bot.features.bans.choice_replies import no_end
from bot.features.bans.handlers import ban
from bot.features.bans.models import WRITTEN, Admin, BanRequest
from bot.features.bans.questions import DetailQuestion
from bot.features.bans.services import BanServices
from bot.features.bans.steps import Notice
from bot.features.bans.words import notice_words
from bot.telegram.edit import edit_text
from bot.telegram.rate_limiter import ANSWER
from bot.ui.reply import Reply
from bot.ui.roles import Role
from bot.ui.text import clean, cut, escaped
from pipeline.bans import UntilError, parse_until

LONGEST_REASON = 200


async def write_value(services: BanServices, context: UpdateContext, text: str) -> bool:
    """Take what was asked for; False when nothing was."""
    question = services.questions.take(context.user_id, context.chat_id)
    if question is None or not services.access.may(context.user_id, Role.ADMIN):
        return False
    if isinstance(question, DetailQuestion):
        await _write_detail(services, context, question, text)
    else:
        await ban(services, context, f"{question.kind.value}:{text}")
    return True


async def _write_detail(services: BanServices, context: UpdateContext, question: DetailQuestion, text: str) -> None:
    who = Admin.of(actor(context))
    if question.field == "reason":
        changed = await services.bans.set_reason(question.request, who, cut(clean(text), LONGEST_REASON))
    else:
        try:
            until = parse_until(text, services.clock(), context.texts.zone)
        except UntilError as error:
            services.questions.ask(context.user_id, context.chat_id, question)
            await context.say(no_end(error, services.clock(), context.texts))
            return
        changed = await services.bans.set_end(question.request, who, until, WRITTEN)
    if changed is None:
        await context.say(Reply(escaped(notice_words(Notice.DECIDED, context.texts))))
        return
    await _show_again(services, context, question, changed)


async def _show_again(
    services: BanServices, context: UpdateContext, question: DetailQuestion, request: BanRequest
) -> None:
    """In the message that had asked; in a new one when that is gone."""
    reply = await context.typing(services.messages.drawn(question.request, request, context.texts))
    here = question.place
    if here is None:
        await context.say(reply)
        return
    context.answered = True
    give = partial(_edit, context, here, reply)
    await context.deferred.give(here.chat_id, context.update_id, give, f"edit {here.message_id}")


async def _edit(context: UpdateContext, here: Place, reply: Reply) -> None:
    try:
        await edit_text(context.bot, here.chat_id, here.message_id, reply, rate_limit_args=ANSWER)
    except BadRequest:
        await context.say(reply)
