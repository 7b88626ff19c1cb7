"""/roles: who has one, giving and taking. In force with the next update of the person."""

import asyncio
import contextlib
import re

from telegram.error import TelegramError

from bot.core.access import ROLES
from bot.core.update_context import UpdateContext
from bot.features.roles.buttons import SetRole
from bot.features.roles.replies import (
    Holder,
    not_set,
    role_confirmation,
    role_list,
    role_question,
    role_set,
    roles_usage,
)
from bot.features.roles.services import RoleServices
from bot.features.roles.store import Granted
from bot.telegram.rate_limiter import AT_ONCE
from bot.ui.notices import old_button
from bot.ui.reply import Reply
from bot.ui.roles import Role
from bot.ui.text import clean, escaped

USER_ID = re.compile(r"^[1-9][0-9]{0,15}$")
NAME_LIMIT = 64


async def roles(services: RoleServices, context: UpdateContext, argument: str) -> None:
    """The list; `grant ID ROLE`, `revoke ID`, or the same as an answer to a message, which has to be confirmed."""
    words = argument.lower().split()
    if not words or words == ["list"]:
        await context.say(role_list(await _holders(services, context), context.texts))
        return
    wanted = _wanted(words, context)
    if wanted is None:
        await context.say(roles_usage(context.texts))
        return
    user_id, role = wanted
    if context.answers is not None and context.answers.id == user_id:
        # Whose message it is can be mistaken for another's; a number cannot.
        await context.say(
            role_confirmation(Holder(user_id, role, await _name(services, context, user_id)), context.texts)
        )
        return
    outcome, holder = await _set(services, context, user_id, role)
    if outcome is not Granted.DONE:
        await context.say(Reply(escaped(not_set(outcome, context.texts))))
        return
    await context.say(role_set(holder, context.texts))


async def set_role(services: RoleServices, context: UpdateContext, press: SetRole) -> None:
    """Ask, set, or go back to everybody."""
    if not USER_ID.match(press.user) or press.step not in {"ask", "yes", "list"}:
        await context.toast(old_button(context.texts), alert=True)
        return
    user_id = int(press.user)
    if press.step == "list":
        await context.change(role_list(await _holders(services, context), context.texts))
        return
    if press.step == "ask":
        holder = await _holder(services, context, user_id, services.access.given_role_of(user_id))
        await context.change(role_question(holder, context.texts))
        return
    if press.role not in ROLES:
        await context.toast(old_button(context.texts), alert=True)
        return
    outcome, holder = await _set(services, context, user_id, ROLES[press.role])
    if outcome is not Granted.DONE:
        await context.toast(not_set(outcome, context.texts), alert=True)
        return
    await context.change(role_set(holder, context.texts))


async def _set(services: RoleServices, context: UpdateContext, user_id: int, role: Role) -> tuple[Granted, Holder]:
    name = await _name(services, context, user_id)
    outcome = await services.roles.set(context, user_id, role, name)
    if outcome is Granted.DONE:
        await services.menus.show_person(context.bot, user_id, services.access.role_of(user_id))
    return outcome, Holder(user_id, role, name)


def _wanted(words: list[str], context: UpdateContext) -> tuple[int, Role] | None:
    action, *rest = words
    if rest and USER_ID.match(rest[0]):
        user_id = int(rest.pop(0))
    elif context.answers is not None and not context.answers.is_bot:
        user_id = context.answers.id
    else:
        return None
    if action == "revoke" and not rest:
        return user_id, Role.CUSTOMER
    if action == "grant" and len(rest) == 1 and rest[0] in {"operator", "admin"}:
        return user_id, ROLES[rest[0]]
    return None


async def _holders(services: RoleServices, context: UpdateContext) -> tuple[Holder, ...]:
    staff = [(user_id, role) for user_id, role in services.access.people().items() if role > Role.SELLER]
    people = sorted(staff, key=lambda person: (-person[1], person[0]))
    return tuple(await asyncio.gather(*(_holder(services, context, user_id, role) for user_id, role in people)))


async def _holder(services: RoleServices, context: UpdateContext, user_id: int, role: Role) -> Holder:
    """Who has a role from the settings was never named; Telegram is asked."""
    return Holder(user_id, role, services.roles.name_of(user_id) or await _name(services, context, user_id))


async def _name(services: RoleServices, context: UpdateContext, user_id: int) -> str:
    """As the person calls themselves in Telegram, if the bot may know it."""
    if context.answers is not None and context.answers.id == user_id:
        return clean(context.answers.first_name, NAME_LIMIT)
    with contextlib.suppress(TelegramError):
        chat = await context.bot.get_chat(user_id, rate_limit_args=AT_ONCE)
        return clean(chat.first_name or "", NAME_LIMIT)
    if context.chat_id is not None and context.chat_id != context.user_id:
        # Who never wrote to the bot is known to it in the group.
        with contextlib.suppress(TelegramError):
            member = await context.bot.get_chat_member(context.chat_id, user_id, rate_limit_args=AT_ONCE)
            return clean(member.user.first_name, NAME_LIMIT)
    return services.roles.name_of(user_id)
