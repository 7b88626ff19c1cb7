"""The bot's command menus: by scope and language, looked up as Telegram's clients do."""

import re
from dataclasses import dataclass

from ops.sandbox.errors import bad_request
from ops.sandbox.objects import Json, JsonObject

MAX_COMMANDS = 100
_NAME = re.compile(r"^[a-z0-9_]{1,32}$")
_CHAT_SCOPES = {"chat", "chat_administrators", "chat_member"}
_OTHER_SCOPES = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}


@dataclass(frozen=True, slots=True)
class Scope:
    """`chat_id` and `user_id` are 0 where the scope's type has none."""

    kind: str = "default"
    chat_id: int = 0
    user_id: int = 0


def parse_scope(value: JsonObject) -> Scope:
    """Raises BotApiError in Telegram's words."""
    kind = value.get("type", "default")
    if not isinstance(kind, str) or kind not in _CHAT_SCOPES | _OTHER_SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    chat, user = value.get("chat_id"), value.get("user_id")
    if kind in _CHAT_SCOPES and not isinstance(chat, (int, str)):
        raise bad_request("can't parse BotCommandScope: Empty chat_id specified")
    if kind == "chat_member" and not isinstance(user, (int, str)):
        raise bad_request("can't parse BotCommandScope: Invalid user_id specified")
    try:
        return Scope(
            kind,
            int(chat) if kind in _CHAT_SCOPES and isinstance(chat, (int, str)) else 0,
            int(user) if kind == "chat_member" and isinstance(user, (int, str)) else 0,
        )
    except ValueError:
        raise bad_request("chat not found") from None


def parse_commands(values: list[Json]) -> list[Json]:
    """The commands as Telegram keeps them; raises BotApiError in Telegram's words."""
    if len(values) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    commands: list[Json] = []
    for value in values:
        if not isinstance(value, dict):
            raise bad_request("can't parse BotCommand: expected an Object")
        name, description = value.get("command"), value.get("description")
        if not isinstance(name, str) or not isinstance(description, str):
            raise bad_request('can\'t parse BotCommand: can\'t find field "command" or "description"')
        name = name.removeprefix("/")
        if not _NAME.match(name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(description) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        commands.append({"command": name, "description": description})
    return commands


class CommandMenus:
    """Menus that the bot set. An empty menu is the same as none."""

    def __init__(self) -> None:
        self.menus: dict[tuple[Scope, str], list[Json]] = {}

    def set(self, scope: Scope, language: str, commands: list[Json]) -> None:
        if commands:
            self.menus[scope, language] = commands
        else:
            self.menus.pop((scope, language), None)

    def get(self, scope: Scope, language: str) -> list[Json]:
        """Exactly this scope's and language's menu, as getMyCommands gives it."""
        return self.menus.get((scope, language), [])

    def shown(self, chat_id: int, user_id: int, language: str) -> list[Json]:
        """What a person sees in a chat: the narrowest scope first, in each the person's language before none."""
        scopes = [Scope("chat", chat_id)]
        if chat_id < 0:
            scopes = [Scope("chat_member", chat_id, user_id), *scopes, Scope("all_group_chats")]
        else:
            scopes.append(Scope("all_private_chats"))
        for scope in (*scopes, Scope()):
            for code in (language, ""):
                if (scope, code) in self.menus:
                    return self.menus[scope, code]
        return []
