"""The chats that the settings name: is the bot in them, and may it write there?"""

from collections.abc import AsyncIterator, Iterator, Mapping
from enum import StrEnum
from typing import Any

import aiohttp

from ops.alert_routes import read_routes
from ops.preflight.bot_api import Answer, BotApi
from ops.preflight.plan import Plan
from ops.stack.doctor import Finding

GENERAL = 1
CHATS, ROUTES = "YARMARKA_BOT__ALERT_CHATS", "YARMARKA_BOT__ALERT_ROUTES"
ESCALATION = "YARMARKA_BOT__ESCALATION_CHAT"
PEOPLE = {"YARMARKA_BOT__ADMINS": "admins", "YARMARKA_BOT__OPERATORS": "operators"}


async def chats(api: BotApi, plan: Plan) -> AsyncIterator[Finding]:
    """Each chat for alerts with its topic, and each first admin and operator."""
    bot = plan.settings.bot
    places = [(CHATS, place) for place in bot.alert_chats]
    places += [(ROUTES, route.chat) for route in read_routes(bot.alert_routes)]
    places += [(ESCALATION, str(bot.escalation_chat))] if bot.escalation_chat is not None else []
    try:
        for setting, place in dict.fromkeys(places):
            yield await _place(api, setting, place)
        for setting, field in PEOPLE.items():
            for user_id in getattr(bot, field):
                yield _person(setting, user_id, await api.call("getChat", chat_id=user_id))
    except (aiohttp.ClientError, OSError, ValueError) as error:
        yield Finding("chats", f"Telegram stopped answering ({type(error).__name__})", "run the check once more")


async def _place(api: BotApi, setting: str, place: str) -> Finding:
    name, _, topic = place.partition(":")
    found = await api.call("getChat", chat_id=int(name))
    if found.error:
        return Finding(f"chat {name} ({setting})", *_not_there(found, name, setting))
    me = await api.call("getMe")
    member = await api.call("getChatMember", chat_id=int(name), user_id=me.result["id"])
    faults = list(judged(found.result, member.result or {}, int(topic) if topic else None, setting))
    subject = f"chat «{found.result.get('title') or name}» ({setting})"
    return Finding(subject, *faults[0]) if faults else Finding(subject)


class ChatFault(StrEnum):
    """What keeps cards from appearing in a chat."""

    LEFT = "left"
    NO_POSTS = "no_posts"
    NO_WRITING = "no_writing"
    SLOW = "slow"
    NO_TOPICS = "no_topics"


def chat_faults(chat: Mapping[str, Any], member: Mapping[str, Any], topic: int | None) -> Iterator[ChatFault]:
    """What keeps cards from this chat and topic, the worst first; `member` is the bot in it. Pure."""
    status, admin = member.get("status"), member.get("status") in {"administrator", "creator"}
    if status in {"left", "kicked"}:
        yield ChatFault.LEFT
        return
    if chat.get("type") == "channel":
        if not member.get("can_post_messages"):
            yield ChatFault.NO_POSTS
        return
    restricted = status == "restricted" and not member.get("can_send_messages")
    closed = chat.get("permissions", {}).get("can_send_messages") is False
    if restricted or (closed and not admin):
        yield ChatFault.NO_WRITING
    if chat.get("slow_mode_delay") and not admin:
        yield ChatFault.SLOW
    if topic not in {None, GENERAL} and not chat.get("is_forum"):
        yield ChatFault.NO_TOPICS


def judged(
    chat: Mapping[str, Any], member: Mapping[str, Any], topic: int | None, setting: str
) -> Iterator[tuple[str, str]]:
    """The same as (fault, cure). Pure."""
    slow = chat.get("slow_mode_delay")
    said = {
        ChatFault.LEFT: ("the bot is not in it", "add the bot to the group"),
        ChatFault.NO_POSTS: (
            "the bot may not post in this channel",
            "make it an administrator that may post messages",
        ),
        ChatFault.NO_WRITING: (
            "the bot may not write there",
            "make it an administrator, or allow members to write",
        ),
        ChatFault.SLOW: (
            f"slow mode lets the bot write once in {slow} s, and cards would wait for each other",
            "make the bot an administrator, who is free of it",
        ),
        ChatFault.NO_TOPICS: (
            "it has no topics",
            f"write its number without :{topic} into {setting}, or switch topics on in the group",
        ),
    }
    return (said[fault] for fault in chat_faults(chat, member, topic))


def _not_there(answer: Answer, name: str, setting: str) -> tuple[str, str]:
    moved = (answer.parameters or {}).get("migrate_to_chat_id")
    if moved:
        return "the group became a supergroup, with another number", f"write {moved} into {setting}"
    if answer.code == 403:
        return "the bot was removed from it", "add the bot to the group again"
    if not name.startswith("-"):
        return "Telegram knows no such chat", f"a group's number begins with a minus: -{name} or -100{name}"
    return "Telegram knows no such chat", "add the bot to the group, and check the number"


def _person(setting: str, user_id: int, answer: Answer) -> Finding:
    subject = f"person {user_id} ({setting})"
    if answer.error:
        cure = "have them press Start in the bot's chat, and check the number"
        return Finding(subject, "the bot cannot write to them yet", cure)
    if answer.result.get("type") != "private":
        return Finding(subject, "this is a group and no person", "name people here; groups belong to the alert chats")
    return Finding(f"{answer.result.get('first_name', user_id)} ({setting})")
