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
    unknown_username,
)
from bot.features.roles.services import RoleServices
from bot.features.roles.store import Granted
from bot.telegram.rate_limiter import AT_ONCE
from bot.ui.notices import old_button
from bot.ui.reply import Reply
from bot.ui.roles import Role
from bot.ui.text import clean, escaped

USER_ID = re.compile(r"^[1-9][0-9]{0,15}$")
USERNAME = re.compile(r"^@[a-z0-9_]{4,32}$")
ROLE_WORDS = {
    "operator": Role.OPERATOR,
    "оператор": Role.OPERATOR,
    "оператора": Role.OPERATOR,
    "admin": Role.ADMIN,
    "админ": Role.ADMIN,
    "админа": Role.ADMIN,
    "администратор": Role.ADMIN,
    "администратора": Role.ADMIN,
}
NAME_LIMIT = 64


async def roles(services: RoleServices, context: UpdateContext, argument: str) -> None:
    """The list; `grant ID ROLE`, `revoke ID`, or the same as an answer to a message: all have to be confirmed."""
    words = argument.lower().split()
    if not words or words == ["list"]:
        await context.say(role_list(await _holders(services, context), context.texts))
        return
    wanted = _wanted(services, words, context)
    if isinstance(wanted, str):
        await context.say(unknown_username(wanted, context.texts))
        return
    if wanted is None:
        await context.say(roles_usage(context.texts))
        return
    user_id, role = wanted
    if services.access.given_role_of(user_id) is role:
        await context.say(Reply(escaped(not_set(Granted.SAME, context.texts))))
        return
    await context.say(role_confirmation(await _holder(services, context, user_id, role), context.texts))


async def set_role(services: RoleServices, context: UpdateContext, press: SetRole) -> None:
    """Ask, confirm, set, or go back to everybody."""
    if not USER_ID.match(press.user) or press.step not in {"ask", "sure", "yes", "list"}:
        await context.toast(old_button(context.texts), alert=True)
        return
    user_id = int(press.user)
    if press.step == "list":
        await context.change(role_list(await _holders(services, context), context.texts))
    elif press.step == "ask":
        holder = await _holder(services, context, user_id, services.access.given_role_of(user_id))
        await context.change(role_question(holder, context.texts))
    elif press.role not in ROLES:
        await context.toast(old_button(context.texts), alert=True)
    elif press.step == "sure":
        await _confirm(services, context, user_id, ROLES[press.role])
    else:
        await _set(services, context, user_id, ROLES[press.role])


async def _confirm(services: RoleServices, context: UpdateContext, user_id: int, role: Role) -> None:
    if services.access.given_role_of(user_id) is role:
        await context.toast(not_set(Granted.SAME, context.texts), alert=True)
        return
    await context.change(role_confirmation(await _holder(services, context, user_id, role), context.texts))


async def _set(services: RoleServices, context: UpdateContext, user_id: int, role: Role) -> None:
    name, before = await _name(services, context, user_id), services.access.given_role_of(user_id)
    outcome = await services.roles.set(context, user_id, role, name)
    if outcome is not Granted.DONE:
        await context.toast(not_set(outcome, context.texts), alert=True)
        return
    await services.menus.show_person(context.bot, user_id, services.access.role_of(user_id))
    await context.change(role_set(Holder(user_id, role, name), before, context.texts))


def _wanted(services: RoleServices, words: list[str], context: UpdateContext) -> tuple[int, Role] | str | None:
    """Whose role, and which; a username that nobody has written under, as it was written."""
    action, *rest = words
    if rest and USER_ID.match(rest[0]):
        user_id = int(rest.pop(0))
    elif rest and USERNAME.match(rest[0]):
        known = services.usernames.id_of(rest[0])
        if known is None:
            return rest[0]
        user_id = known
        rest.pop(0)
    elif context.answers is not None and not context.answers.is_bot:
        user_id = context.answers.id
    else:
        return None
    if action == "revoke" and not rest:
        return user_id, Role.CUSTOMER
    if action == "grant" and len(rest) == 1 and rest[0] in ROLE_WORDS:
        return user_id, ROLE_WORDS[rest[0]]
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
