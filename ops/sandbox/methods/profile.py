"""Methods about the bot itself: who it is, its command menus, its texts."""

from ops.sandbox.commands import Scope, parse_commands, parse_scope
from ops.sandbox.errors import bad_request
from ops.sandbox.objects import Json, JsonObject
from ops.sandbox.parameters import Parameters
from ops.sandbox.world import World


async def get_me(world: World, parameters: Parameters) -> JsonObject:
    return {
        "id": world.bot["id"],
        "is_bot": True,
        "first_name": world.profile.get("name:", world.bot["first_name"]),
        "username": world.bot["username"],
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def log_out(world: World, parameters: Parameters) -> bool:
    return True


async def close(world: World, parameters: Parameters) -> bool:
    return True


async def set_my_commands(world: World, parameters: Parameters) -> bool:
    commands = parameters.structure("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands JSON object")
    world.menus.set(_scope(world, parameters), _language(parameters), parse_commands(commands))
    _menus_changed(world)
    return True


async def get_my_commands(world: World, parameters: Parameters) -> list[Json]:
    return world.menus.get(_scope(world, parameters), _language(parameters))


async def delete_my_commands(world: World, parameters: Parameters) -> bool:
    world.menus.set(_scope(world, parameters), _language(parameters), [])
    _menus_changed(world)
    return True


async def set_my_name(world: World, parameters: Parameters) -> bool:
    return _set_text(world, parameters, "name", 64)


async def get_my_name(world: World, parameters: Parameters) -> JsonObject:
    return {"name": _text(world, parameters, "name") or world.bot["first_name"]}


async def set_my_description(world: World, parameters: Parameters) -> bool:
    return _set_text(world, parameters, "description", 512)


async def get_my_description(world: World, parameters: Parameters) -> JsonObject:
    return {"description": _text(world, parameters, "description")}


async def set_my_short_description(world: World, parameters: Parameters) -> bool:
    return _set_text(world, parameters, "short_description", 120)


async def get_my_short_description(world: World, parameters: Parameters) -> JsonObject:
    return {"short_description": _text(world, parameters, "short_description")}


async def set_chat_menu_button(world: World, parameters: Parameters) -> bool:
    world.menu_button = parameters.object("menu_button") or {"type": "default"}
    return True


async def get_chat_menu_button(world: World, parameters: Parameters) -> JsonObject:
    return world.menu_button


async def set_my_default_administrator_rights(world: World, parameters: Parameters) -> bool:
    return True


def _scope(world: World, parameters: Parameters) -> Scope:
    scope = parse_scope(parameters.object("scope"))
    if scope.chat_id:
        world.conversation_for_bot(str(scope.chat_id))
    return scope


def _language(parameters: Parameters) -> str:
    code = parameters.text("language_code")
    if code and (len(code) != 2 or not code.isalpha()):
        raise bad_request("LANG_CODE_INVALID")
    return code


def _set_text(world: World, parameters: Parameters, name: str, limit: int) -> bool:
    text = parameters.text(name)
    if len(text) > limit:
        raise bad_request(f"BOT_{name.upper()}_INVALID")
    world.profile[f"{name}:{_language(parameters)}"] = text
    world.changes += 1
    return True


def _text(world: World, parameters: Parameters, name: str) -> str:
    return world.profile.get(f"{name}:{_language(parameters)}") or world.profile.get(f"{name}:", "")


def _menus_changed(world: World) -> None:
    world.changes += 1
    for conversation in world.conversations.values():
        if conversation.watchers:
            conversation.menus_changed()
