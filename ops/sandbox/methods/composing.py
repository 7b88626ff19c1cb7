"""What every sending method has in common: where to, in which topic, in reply to what, with which keyboard."""

from dataclasses import dataclass

from ops.sandbox.conversations import Conversation, Post
from ops.sandbox.errors import bad_request
from ops.sandbox.groups import put_into_topic
from ops.sandbox.json_values import flag_of, integer_of, text_of
from ops.sandbox.keyboards import ReplyMarkup, parse_reply_markup
from ops.sandbox.markup.formatting import formatted
from ops.sandbox.markup.text import Formatted
from ops.sandbox.media import Media
from ops.sandbox.objects import Entity, Json, JsonObject, Message
from ops.sandbox.parameters import Parameters
from ops.sandbox.world import World

MAX_TEXT = 4096
MAX_CAPTION = 1024


@dataclass(slots=True)
class Draft:
    """A message to be sent: the fields that do not depend on its content."""

    conversation: Conversation
    message: Message
    markup: ReplyMarkup


def draft(world: World, parameters: Parameters) -> Draft:
    """Checks the destination and the keyboard; raises BotApiError in Telegram's words."""
    conversation = world.conversation_for_bot(parameters.text("chat_id"))
    message = Message(message_id=0)
    message["from"] = world.bot
    message["chat"] = conversation.chat
    message["date"] = world.now()
    thread = parameters.integer("message_thread_id")
    # The General topic has the number 1 in people's clients, and none here.
    if thread and thread not in conversation.topics:
        raise bad_request("message thread not found")
    replied = _replied(conversation, parameters)
    if replied is not None:
        message["reply_to_message"] = replied
    if thread:
        put_into_topic(conversation, message, thread)
    if parameters.flag("protect_content"):
        message["has_protected_content"] = True
    return Draft(conversation, message, parse_reply_markup(parameters.structure("reply_markup")))


def deliver(world: World, draft: Draft, media: Media | None = None) -> Message:
    """Puts a finished draft into its chat."""
    message = draft.message
    if draft.markup.inline is not None:
        message["reply_markup"] = draft.markup.inline
    post = world.post(draft.conversation, message)
    post.reply_keyboard = draft.markup.reply
    attach(post, message, media)
    draft.conversation.add(post)
    return message


def attach(post: Post, message: Message, media: Media | None) -> None:
    """Makes `media` the file of a message."""
    if media is None:
        return
    if media.photo is not None:
        message["photo"] = media.photo
        post.photo_url = media.url
    elif media.document is not None:
        message["document"] = media.document
        post.document_url = media.url


def read_text(world: World, parameters: Parameters) -> Formatted:
    """A text message's text. Telegram counts characters after parsing."""
    return checked_text(world, parameters.text("text"), parameters.text("parse_mode"), parameters.list("entities"))


def checked_text(world: World, text: str, parse_mode: str, entities: list[Json]) -> Formatted:
    """Raises BotApiError in Telegram's words for an empty, long or unparsable text."""
    if not text:
        raise bad_request("message text is empty")
    result = _with_people(world, formatted(text, parse_mode, entities))
    if not result.text:
        raise bad_request("message text is empty")
    if len(result.text) > MAX_TEXT:
        raise bad_request("message is too long")
    return result


def read_caption(world: World, values: JsonObject, entities: list[Json]) -> Formatted:
    """A caption, which may be empty."""
    parsed = formatted(text_of(values, "caption"), text_of(values, "parse_mode"), entities)
    result = _with_people(world, parsed)
    if len(result.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return result


def _with_people(world: World, text: Formatted) -> Formatted:
    """With whole users in mentions; Telegram leaves out mentions of people whom the bot has never met."""
    if not any(entity["type"] == "text_mention" for entity in text.entities):
        return text
    entities: list[Entity] = []
    for entity in text.entities:
        if entity["type"] == "text_mention":
            person = world.people.known(entity["user"]["id"])
            if person is None:
                continue
            entity["user"] = person.user
        entities.append(entity)
    return Formatted(text.text, tuple(entities))


def set_text(message: Message, text: Formatted, parameters: Parameters) -> None:
    message["text"] = text.text
    message.pop("entities", None)
    message.pop("link_preview_options", None)
    if text.entities:
        message["entities"] = list(text.entities)
    preview = parameters.object("link_preview_options")
    if not preview and parameters.flag("disable_web_page_preview"):
        preview = {"is_disabled": True}
    if preview:
        message["link_preview_options"] = preview


def set_caption(message: Message, caption: Formatted, above: bool = False) -> None:
    for name in ("caption", "caption_entities", "show_caption_above_media"):
        message.pop(name, None)  # type: ignore[misc]
    if caption.text:
        message["caption"] = caption.text
    if caption.entities:
        message["caption_entities"] = list(caption.entities)
    if above:
        message["show_caption_above_media"] = True


def _replied(conversation: Conversation, parameters: Parameters) -> Message | None:
    reply = parameters.object("reply_parameters")
    if not reply:
        reply = {
            "message_id": parameters.integer("reply_to_message_id"),
            "allow_sending_without_reply": parameters.flag("allow_sending_without_reply"),
        }
    number = integer_of(reply, "message_id")
    if not number:
        return None
    post = conversation.posts.get(number)
    if post is None:
        if flag_of(reply, "allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found")
    replied = post.message.copy()
    replied.pop("reply_to_message", None)
    replied.pop("reply_markup", None)
    return replied
