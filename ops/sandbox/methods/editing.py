"""Methods that change a message which is there already."""

from ops.sandbox.conversations import Conversation, Post
from ops.sandbox.errors import NOT_MODIFIED, BotApiError, bad_request
from ops.sandbox.json_values import list_of, text_of
from ops.sandbox.keyboards import parse_reply_markup
from ops.sandbox.media import media_of
from ops.sandbox.methods.composing import attach, read_caption, read_text, set_caption, set_text
from ops.sandbox.objects import Message
from ops.sandbox.parameters import Parameters
from ops.sandbox.world import World

_CONTENT = (
    "text", "entities", "caption", "caption_entities", "photo", "document", "reply_markup", "link_preview_options",
)  # fmt: skip


async def edit_message_text(world: World, parameters: Parameters) -> Message | bool:
    conversation, post = _target(world, parameters)
    try:
        text = read_text(world, parameters)
    except BotApiError as error:
        if error.description == "Bad Request: message is too long":
            raise bad_request("MESSAGE_TOO_LONG") from None
        raise
    if "text" not in post.message:
        raise bad_request("there is no text in the message to edit")
    edited = post.message.copy()
    set_text(edited, text, parameters)
    return _finish(world, conversation, post, edited, parameters)


async def edit_message_caption(world: World, parameters: Parameters) -> Message | bool:
    conversation, post = _target(world, parameters)
    if "photo" not in post.message and "document" not in post.message:
        raise bad_request("there is no caption in the message to edit")
    edited = post.message.copy()
    caption = read_caption(world, parameters.values, parameters.list("caption_entities"))
    set_caption(edited, caption, parameters.flag("show_caption_above_media"))
    return _finish(world, conversation, post, edited, parameters)


async def edit_message_media(world: World, parameters: Parameters) -> Message | bool:
    conversation, post = _target(world, parameters)
    media = parameters.object("media")
    kind = text_of(media, "type")
    if kind not in {"photo", "document"}:
        raise bad_request("can't parse InputMedia: type must be photo or document")
    found = await media_of(world, parameters, kind, text_of(media, "media"))
    edited = post.message.copy()
    for name in ("text", "entities", "link_preview_options", "photo", "document"):
        edited.pop(name, None)  # type: ignore[misc]
    post.photo_url = post.document_url = ""
    attach(post, edited, found)
    set_caption(edited, read_caption(world, media, list_of(media, "caption_entities")))
    return _finish(world, conversation, post, edited, parameters)


async def edit_message_reply_markup(world: World, parameters: Parameters) -> Message | bool:
    conversation, post = _target(world, parameters)
    return _finish(world, conversation, post, post.message.copy(), parameters)


def _target(world: World, parameters: Parameters) -> tuple[Conversation, Post]:
    inline = parameters.text("inline_message_id")
    if inline:
        where = world.inline_posts.get(inline)
        conversation = world.conversations.get(where[0]) if where else None
        post = conversation.posts.get(where[1]) if conversation and where else None
        if conversation is None or post is None:
            raise bad_request("MESSAGE_ID_INVALID")
        return conversation, post
    conversation = world.conversation_for_bot(parameters.text("chat_id"))
    number = parameters.integer("message_id")
    if number is None:
        raise bad_request("message identifier is not specified")
    post = conversation.posts.get(number)
    if post is None:
        raise bad_request("message to edit not found")
    if post.message["from"]["id"] != world.bot["id"] or "forward_origin" in post.message:
        raise bad_request("message can't be edited")
    return conversation, post


def _finish(
    world: World, conversation: Conversation, post: Post, edited: Message, parameters: Parameters
) -> Message | bool:
    """Sets the keyboard (none given means none from now on), and the date; refuses what changes nothing."""
    edited.pop("reply_markup", None)
    markup = parse_reply_markup(parameters.structure("reply_markup"))
    if markup.inline is not None:
        edited["reply_markup"] = markup.inline
    if all(edited.get(name) == post.message.get(name) for name in _CONTENT):
        raise bad_request(NOT_MODIFIED)
    edited["edit_date"] = world.now()
    post.message = edited
    world.changes += 1
    conversation.show(post)
    return True if parameters.text("inline_message_id") else edited
