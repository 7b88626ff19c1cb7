"""Methods that put something new into a chat."""

from ops.sandbox.errors import bad_request
from ops.sandbox.json_values import list_of, plain, text_of
from ops.sandbox.media import Media, media_of, read_media
from ops.sandbox.methods.composing import (
    Draft,
    deliver,
    draft,
    read_caption,
    read_text,
    set_caption,
    set_text,
)
from ops.sandbox.objects import JsonObject, Message
from ops.sandbox.parameters import Parameters
from ops.sandbox.world import World

_CHAT_ACTIONS = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
        "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    }
)  # fmt: skip


async def send_message(world: World, parameters: Parameters) -> Message:
    prepared = draft(world, parameters)
    set_text(prepared.message, read_text(world, parameters), parameters)
    return deliver(world, prepared)


async def send_photo(world: World, parameters: Parameters) -> Message:
    return await _send_file(world, parameters, "photo")


async def send_document(world: World, parameters: Parameters) -> Message:
    return await _send_file(world, parameters, "document")


async def _send_file(world: World, parameters: Parameters, kind: str) -> Message:
    prepared = draft(world, parameters)
    caption = read_caption(world, parameters.values, parameters.list("caption_entities"))
    set_caption(prepared.message, caption, parameters.flag("show_caption_above_media"))
    return deliver(world, prepared, await read_media(world, parameters, kind, kind))


async def send_media_group(world: World, parameters: Parameters) -> list[Message]:
    items = [item for item in parameters.list("media") if isinstance(item, dict)]
    if not 2 <= len(items) <= 10:
        raise bad_request("media group must include 2-10 items" if items else "there are no messages to send")
    prepared: list[tuple[Draft, Media]] = []
    for item in items:
        kind = text_of(item, "type")
        if kind not in {"photo", "document"} or kind != text_of(items[0], "type"):
            raise bad_request("can't use the media of the specified type in the album")
        one = draft(world, parameters)
        set_caption(one.message, read_caption(world, item, list_of(item, "caption_entities")))
        prepared.append((one, await media_of(world, parameters, kind, text_of(item, "media"))))
    group = str(13_000_000_000_000_000 + world.now() * 1_000 + world.changes)
    for one, _ in prepared:
        one.message["media_group_id"] = group
    return [deliver(world, one, media) for one, media in prepared]


async def send_chat_action(world: World, parameters: Parameters) -> bool:
    action = parameters.text("action")
    if action not in _CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.conversation_for_bot(parameters.text("chat_id")).act(action)
    return True


async def forward_message(world: World, parameters: Parameters) -> Message:
    source = _source(world, parameters, parameters.integer("message_id"), "message to forward")
    prepared = draft(world, parameters)
    origin: JsonObject = {"type": "user", "date": source["date"]}
    origin["sender_user"] = plain(source["from"])
    prepared.message["forward_origin"] = origin
    return _repeat(world, prepared, source)


async def copy_message(world: World, parameters: Parameters) -> JsonObject:
    source = _source(world, parameters, parameters.integer("message_id"), "message to copy")
    prepared = draft(world, parameters)
    copied = source.copy()
    if "caption" in parameters.values and ("photo" in source or "document" in source):
        set_caption(copied, read_caption(world, parameters.values, parameters.list("caption_entities")))
    return {"message_id": _repeat(world, prepared, copied)["message_id"]}


async def forward_messages(world: World, parameters: Parameters) -> list[JsonObject]:
    sent = [await forward_message(world, one) for one in _each(world, parameters)]
    return [{"message_id": message["message_id"]} for message in sent]


async def copy_messages(world: World, parameters: Parameters) -> list[JsonObject]:
    return [await copy_message(world, one) for one in _each(world, parameters)]


def _each(world: World, parameters: Parameters) -> list[Parameters]:
    """One call per message of `message_ids` that exists; Telegram leaves the others out."""
    known = world.conversation_for_bot(parameters.text("from_chat_id")).posts
    numbers = [number for number in parameters.list("message_ids") if isinstance(number, int)]
    if not numbers:
        raise bad_request("message identifiers are not specified")
    return [Parameters({**parameters.values, "message_id": number}) for number in numbers if number in known]


def _source(world: World, parameters: Parameters, number: int | None, what: str) -> Message:
    conversation = world.conversation_for_bot(parameters.text("from_chat_id"))
    post = conversation.posts.get(number or 0)
    if post is None:
        raise bad_request(f"{what} not found")
    if post.message.get("has_protected_content"):
        raise bad_request("the message can't be forwarded" if "forward" in what else "the message can't be copied")
    return post.message


def _repeat(world: World, prepared: Draft, source: Message) -> Message:
    for name in ("text", "entities", "caption", "caption_entities", "link_preview_options"):
        if name in source:
            prepared.message[name] = source[name]
    media = None
    if "photo" in source:
        stored = world.files.by_id(source["photo"][-1]["file_id"])
        media = Media(f"/media/{stored.path}" if stored else "", photo=source["photo"])
    elif "document" in source:
        stored = world.files.by_id(source["document"]["file_id"])
        media = Media(f"/media/{stored.path}" if stored else "", document=source["document"])
    return deliver(world, prepared, media)
