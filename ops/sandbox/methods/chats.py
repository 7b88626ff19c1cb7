"""Methods about chats: who is in them, their topics, files seen in them."""

from ops.sandbox import groups
from ops.sandbox.errors import bad_request
from ops.sandbox.json_values import plain
from ops.sandbox.objects import JsonObject, User
from ops.sandbox.parameters import Parameters
from ops.sandbox.world import World

_RIGHTS = (
    "can_be_edited", "can_manage_chat", "can_change_info", "can_delete_messages", "can_invite_users",
    "can_restrict_members", "can_pin_messages", "can_manage_topics", "can_promote_members", "can_manage_video_chats",
    "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip
_GROUP_ADMINS = (2001, 2002)
# Larger files a bot cannot load, though people may send them.
MAX_DOWNLOAD_BYTES = 20 << 20


async def get_chat(world: World, parameters: Parameters) -> JsonObject:
    conversation = world.conversation_for_bot(parameters.text("chat_id"))
    full: JsonObject = plain(conversation.chat)
    full |= {"accent_color_id": 0, "max_reaction_count": 11}
    full["accepted_gift_types"] = {
        "unlimited_gifts": False, "limited_gifts": False, "unique_gifts": False, "premium_subscription": False,
        "gifts_from_channels": False,
    }  # fmt: skip
    return full


async def get_chat_member(world: World, parameters: Parameters) -> JsonObject:
    conversation = world.conversation_for_bot(parameters.text("chat_id"))
    number = parameters.integer("user_id")
    if number == world.bot["id"]:
        return _administrator(world.bot)
    person = world.people.known(number or 0)
    if person is None:
        raise bad_request("invalid user_id specified")
    if not conversation.includes(person.user["id"]):
        return {"status": "left", "user": plain(person.user)}
    if not conversation.private and number in _GROUP_ADMINS:
        return _administrator(person.user)
    return {"status": "member", "user": plain(person.user)}


async def get_chat_administrators(world: World, parameters: Parameters) -> list[JsonObject]:
    conversation = world.conversation_for_bot(parameters.text("chat_id"))
    if conversation.private:
        raise bad_request("there are no administrators in the private chat")
    people = [world.people.known(number) for number in _GROUP_ADMINS]
    return [_administrator(person.user) for person in people if person] + [_administrator(world.bot)]


async def get_chat_member_count(world: World, parameters: Parameters) -> int:
    conversation = world.conversation_for_bot(parameters.text("chat_id"))
    return 2 if conversation.members is None else len(conversation.members) + 1


async def leave_chat(world: World, parameters: Parameters) -> bool:
    world.conversation_for_bot(parameters.text("chat_id"))
    return True


async def create_forum_topic(world: World, parameters: Parameters) -> JsonObject:
    conversation = world.conversation_for_bot(parameters.text("chat_id"))
    if not conversation.chat.get("is_forum"):
        raise bad_request("the chat is not a forum")
    name = parameters.text("name")
    if not 1 <= len(name) <= 128:
        raise bad_request("TOPIC_TITLE_INVALID" if name else "TOPIC_TITLE_EMPTY")
    colour = parameters.integer("icon_color") or groups.TOPIC_COLOUR
    notice = groups.create_topic(world, conversation, name, world.bot, colour)
    return {"message_thread_id": notice["message_id"], **notice["forum_topic_created"]}


async def edit_forum_topic(world: World, parameters: Parameters) -> bool:
    conversation = world.conversation_for_bot(parameters.text("chat_id"))
    number = parameters.integer("message_thread_id") or 0
    if number not in conversation.topics:
        raise bad_request("message thread not found")
    if parameters.text("name"):
        conversation.topics[number] = parameters.text("name")
        world.changes += 1
    return True


async def delete_forum_topic(world: World, parameters: Parameters) -> bool:
    conversation = world.conversation_for_bot(parameters.text("chat_id"))
    if not groups.delete_topic(world, conversation, parameters.integer("message_thread_id") or 0):
        raise bad_request("message thread not found")
    return True


async def get_file(world: World, parameters: Parameters) -> JsonObject:
    stored = world.files.by_id(parameters.text("file_id"))
    if stored is None:
        raise bad_request("invalid file_id" if parameters.text("file_id") else "file_id not specified")
    if len(stored.data) > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.data),
        "file_path": stored.path,
    }


def _administrator(user: User) -> JsonObject:
    member: JsonObject = {"status": "administrator", "user": plain(user), "is_anonymous": False}
    return member | {right: right != "can_be_edited" for right in _RIGHTS}
