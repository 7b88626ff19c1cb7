"""What a person does with a group: begins and deletes topics, makes it a supergroup."""

from http import HTTPStatus

from ops.sandbox import groups
from ops.sandbox.conversations import Conversation
from ops.sandbox.errors import PersonError
from ops.sandbox.json_values import integer_of, text_of
from ops.sandbox.objects import JsonObject, Update, User
from ops.sandbox.person_actions import PersonActions
from ops.sandbox.world import World

MAX_TOPIC_NAME = 128
# Ids of supergroups are -100 followed by ten digits.
FIRST_SUPERGROUP = -1_001_000_000_001


class GroupActions:
    """Every method raises PersonError for what cannot be done."""

    def __init__(self, world: World, actions: PersonActions) -> None:
        self._world = world
        self._actions = actions

    def topic(self, person: User, body: JsonObject) -> JsonObject:
        """Begin a topic by its name, or delete one by its number."""
        conversation = self._group(person, body)
        if not conversation.chat.get("is_forum"):
            raise PersonError(HTTPStatus.BAD_REQUEST, f"Chat {conversation.id} has no topics.")
        number = integer_of(body, "message_thread_id")
        if number is not None:
            if not groups.delete_topic(self._world, conversation, number):
                raise PersonError(HTTPStatus.NOT_FOUND, f"There is no topic {number} in this chat.")
            return {"message_thread_id": number}
        name = text_of(body, "name")
        if not 1 <= len(name) <= MAX_TOPIC_NAME:
            raise PersonError(HTTPStatus.BAD_REQUEST, f"A topic's name has 1 to {MAX_TOPIC_NAME} characters.")
        notice = groups.create_topic(self._world, conversation, name, person)
        self._world.updates.put("message", Update(message=notice))
        return {"message_thread_id": notice["message_id"]}

    def upgrade(self, person: User, body: JsonObject) -> JsonObject:
        """Make the group a supergroup under a new id."""
        conversation = self._group(person, body)
        if conversation.moved_to is not None:
            raise PersonError(HTTPStatus.CONFLICT, f"Chat {conversation.id} is a supergroup already.")
        new_id = min(FIRST_SUPERGROUP, *self._world.conversations) - 1
        fresh = groups.upgrade(self._world, conversation, new_id)
        groups.announce_upgrade(self._world, conversation, fresh, person)
        return {"chat_id": fresh.id}

    def _group(self, person: User, body: JsonObject) -> Conversation:
        conversation = self._actions.conversation(person, integer_of(body, "chat_id"))
        if conversation.private:
            raise PersonError(HTTPStatus.BAD_REQUEST, "A private chat is no group.")
        return conversation
