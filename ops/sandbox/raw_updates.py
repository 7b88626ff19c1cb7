"""Any update put before the bot as it stands, with what it implies of the chat that it names."""

from typing import cast

from ops.sandbox.groups import upgrade
from ops.sandbox.json_values import integer_of, object_of, text_of
from ops.sandbox.objects import JsonObject, Update
from ops.sandbox.world import World

WRITTEN = frozenset({"message", "edited_message"})


def cause(world: World, kind: str, update: JsonObject) -> bool:
    """Queue the update, of which only the field `kind` is set; False if the bot does not want that kind.

    Who writes in private has a chat with the bot from then on, and a group that says so has been upgraded.
    """
    if kind in WRITTEN:
        _implied(world, object_of(update, kind))
    return world.updates.put(kind, cast(Update, update))


def _implied(world: World, message: JsonObject) -> None:
    chat = object_of(message, "chat")
    chat_id, moved_to = integer_of(chat, "id") or 0, integer_of(message, "migrate_to_chat_id")
    person = world.people.meet(chat_id) if text_of(chat, "type") == "private" else None
    if person is not None:
        world.conversation_of(person.user).started = True
    group = world.conversations.get(chat_id)
    if group is not None and not group.private and moved_to is not None:
        upgrade(world, group, moved_to)
