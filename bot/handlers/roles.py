"""/roles: who has one, giving and taking. In force with the next update of the person."""

import asyncio
import re

from telegram.error import TelegramError

from bot.handlers.acting import actor, entry_id
from bot.replies.callback import SetRole
from bot.replies.notices import old_button
from bot.replies.reply import Reply
from bot.replies.roles import Holder, not_set, role_list, role_question, role_set, roles_usage
from bot.replies.text import clean, escaped
from bot.role_book import NAMES, Granted
from bot.roles import Role
from bot.services import Services
from bot.turn import Turn

ROLES: dict[str, Role] = {name: role for role, name in NAMES.items()}
USER_ID = re.compile(r"^[1-9][0-9]{0,15}$")
NAME_LIMIT = 64


async def roles(services: Services, turn: Turn, argument: str) -> None:
    """The list; `grant ID ROLE`, `revoke ID`, or the same as an answer to somebody's message."""
    words = argument.lower().split()
    if not words or words == ["list"]:
        await turn.say(role_list(await _holders(services, turn), turn.texts))
        return
    wanted = _wanted(words, turn)
    if wanted is None:
        await turn.say(roles_usage(turn.texts))
        return
    user_id, role = wanted
    outcome, holder = await _set(services, turn, user_id, role)
    if outcome is not Granted.DONE:
        await turn.say(Reply(escaped(not_set(outcome, turn.texts))))
        return
    await turn.say(role_set(holder, turn.texts))


async def set_role(services: Services, turn: Turn, press: SetRole) -> None:
    """Ask, set, or go back to everybody."""
    if not USER_ID.match(press.user) or press.step not in {"ask", "yes", "list"}:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    user_id = int(press.user)
    if press.step == "list":
        await turn.change(role_list(await _holders(services, turn), turn.texts))
        return
    if press.step == "ask":
        holder = await _holder(services, turn, user_id, services.access.role_of(user_id))
        await turn.change(role_question(holder, turn.texts))
        return
    if press.role not in ROLES:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    outcome, holder = await _set(services, turn, user_id, ROLES[press.role])
    if outcome is not Granted.DONE:
        await turn.toast(not_set(outcome, turn.texts), alert=True)
        return
    await turn.change(role_set(holder, turn.texts))


async def _set(services: Services, turn: Turn, user_id: int, role: Role) -> tuple[Granted, Holder]:
    name = await _name(services, turn, user_id)
    outcome = await services.admin.roles.set(
        user_id, role, turn.user_id, actor(turn), name=name, entry_id=entry_id(turn)
    )
    if outcome is Granted.DONE:
        await services.menus.show_person(turn.bot, user_id, role)
    return outcome, Holder(user_id, role, name)


def _wanted(words: list[str], turn: Turn) -> tuple[int, Role] | None:
    action, *rest = words
    if rest and USER_ID.match(rest[0]):
        user_id = int(rest.pop(0))
    elif turn.answers is not None and not turn.answers.is_bot:
        user_id = turn.answers.id
    else:
        return None
    if action == "revoke" and not rest:
        return user_id, Role.CUSTOMER
    if action == "grant" and len(rest) == 1 and rest[0] in {"operator", "admin"}:
        return user_id, ROLES[rest[0]]
    return None


async def _holders(services: Services, turn: Turn) -> tuple[Holder, ...]:
    people = sorted(services.access.people().items(), key=lambda held: (-held[1], held[0]))
    return tuple(await asyncio.gather(*(_holder(services, turn, user_id, role) for user_id, role in people)))


async def _holder(services: Services, turn: Turn, user_id: int, role: Role) -> Holder:
    """Who has a role from the settings was never named; Telegram is asked."""
    return Holder(user_id, role, services.admin.roles.name_of(user_id) or await _name(services, turn, user_id))


async def _name(services: Services, turn: Turn, user_id: int) -> str:
    """As the person calls themselves in Telegram, if the bot may know it."""
    if turn.answers is not None and turn.answers.id == user_id:
        return clean(turn.answers.first_name, NAME_LIMIT)
    try:
        chat = await turn.bot.get_chat(user_id)
    except TelegramError:
        return services.admin.roles.name_of(user_id)
    return clean(chat.first_name or "", NAME_LIMIT)
