"""What happens to groups: topics come and go, and a group becomes a supergroup."""

from ops.sandbox.conversations import Conversation
from ops.sandbox.objects import Chat, Message, Update, User
from ops.sandbox.world import World

TOPIC_COLOUR = 7_322_096


def create_topic(
    world: World, conversation: Conversation, name: str, maker: User, colour: int = TOPIC_COLOUR
) -> Message:
    """Begin a topic; its number is that of the service message by which `maker` began it."""
    notice = Message(message_id=0, date=world.now(), chat=conversation.chat)
    notice["from"] = maker
    notice["forum_topic_created"] = {"name": name, "icon_color": colour}
    post = world.post(conversation, notice)
    notice["message_thread_id"] = notice["message_id"]
    notice["is_topic_message"] = True
    conversation.topics[notice["message_id"]] = name
    conversation.add(post)
    return notice


def delete_topic(world: World, conversation: Conversation, number: int) -> bool:
    """Delete a topic with its messages; False when it is not there."""
    if conversation.topics.pop(number, None) is None:
        return False
    for post in [post for post in conversation.posts.values() if post.message.get("message_thread_id") == number]:
        conversation.remove(post.message["message_id"])
    world.changes += 1
    return True


def put_into_topic(conversation: Conversation, message: Message, number: int) -> None:
    """Mark a new message as one of a topic.

    One that answers nothing answers, as Telegram has it, the service message that began the topic.
    """
    message["message_thread_id"], message["is_topic_message"] = number, True
    begun = conversation.posts.get(number)
    if begun is not None:
        message.setdefault("reply_to_message", begun.message)


def upgrade(world: World, conversation: Conversation, new_id: int) -> Conversation:
    """Make the group a supergroup under another id; whoever writes to the old one is told the new one."""
    chat = Chat(id=new_id, type="supergroup", title=conversation.chat.get("title", ""))
    fresh = world.conversations.setdefault(new_id, Conversation(chat, conversation.members, started=True))
    conversation.moved_to = new_id
    world.changes += 1
    return fresh


def announce_upgrade(world: World, old: Conversation, new: Conversation, by: User) -> None:
    """Put Telegram's two service messages about an upgrade into the chats, and before the bot."""
    gone = Message(message_id=0, date=world.now(), chat=old.chat, migrate_to_chat_id=new.id)
    come = Message(message_id=0, date=world.now(), chat=new.chat, migrate_from_chat_id=old.id)
    for conversation, message in ((old, gone), (new, come)):
        message["from"] = by
        conversation.add(world.post(conversation, message))
        world.updates.put("message", Update(message=message))
