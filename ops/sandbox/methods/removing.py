"""Methods that delete, pin and unpin messages, and react to them."""

from ops.sandbox.conversations import Conversation, Post
from ops.sandbox.errors import bad_request
from ops.sandbox.objects import Message
from ops.sandbox.parameters import Parameters
from ops.sandbox.world import World

DELETABLE_SECONDS = 48 * 3600
MAX_IDS = 100


async def delete_message(world: World, parameters: Parameters) -> bool:
    conversation = world.conversation_for_bot(parameters.text("chat_id"))
    post = _post(conversation, parameters, "message to delete")
    if world.now() - post.message["date"] > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted")
    conversation.remove(post.message["message_id"])
    world.changes += 1
    return True


async def delete_messages(world: World, parameters: Parameters) -> bool:
    conversation = world.conversation_for_bot(parameters.text("chat_id"))
    numbers = [number for number in parameters.list("message_ids") if isinstance(number, int)]
    if not numbers:
        raise bad_request("message identifiers are not specified")
    if len(numbers) > MAX_IDS:
        raise bad_request("too many message identifiers specified")
    for number in numbers:
        conversation.remove(number)
    world.changes += 1
    return True


async def pin_chat_message(world: World, parameters: Parameters) -> bool:
    conversation = world.conversation_for_bot(parameters.text("chat_id"))
    post = _post(conversation, parameters, "message to pin")
    post.pinned = True
    world.changes += 1
    conversation.show(post)
    notice = Message(message_id=0, date=world.now(), chat=conversation.chat, pinned_message=post.message)
    notice["from"] = world.bot
    conversation.add(world.post(conversation, notice))
    return True


async def unpin_chat_message(world: World, parameters: Parameters) -> bool:
    conversation = world.conversation_for_bot(parameters.text("chat_id"))
    if parameters.integer("message_id"):
        _unpin(conversation, _post(conversation, parameters, "message to unpin"))
        return True
    pinned = [post for post in conversation.posts.values() if post.pinned]
    if not pinned:
        raise bad_request("message to unpin not found")
    _unpin(conversation, pinned[-1])
    return True


async def unpin_all_chat_messages(world: World, parameters: Parameters) -> bool:
    conversation = world.conversation_for_bot(parameters.text("chat_id"))
    for post in conversation.posts.values():
        if post.pinned:
            _unpin(conversation, post)
    return True


async def set_message_reaction(world: World, parameters: Parameters) -> bool:
    conversation = world.conversation_for_bot(parameters.text("chat_id"))
    post = _post(conversation, parameters, "message to react")
    emojis = [
        str(reaction["emoji"])
        for reaction in parameters.list("reaction")
        if isinstance(reaction, dict) and reaction.get("type") == "emoji" and "emoji" in reaction
    ]
    if len(emojis) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    post.reaction = emojis[0] if emojis else ""
    world.changes += 1
    conversation.show(post)
    return True


def _unpin(conversation: Conversation, post: Post) -> None:
    post.pinned = False
    conversation.show(post)


def _post(conversation: Conversation, parameters: Parameters, what: str) -> Post:
    number = parameters.integer("message_id")
    if number is None:
        raise bad_request("message identifier is not specified")
    post = conversation.posts.get(number)
    if post is None:
        raise bad_request(f"{what} not found")
    return post
