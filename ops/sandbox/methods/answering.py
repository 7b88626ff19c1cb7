"""Methods that answer what a person asked: a pressed button, an inline query."""

from urllib.parse import urlsplit

from ops.sandbox.errors import bad_request
from ops.sandbox.json_values import integer_of, object_of, plain, text_of
from ops.sandbox.keyboards import parse_reply_markup
from ops.sandbox.media import known_media
from ops.sandbox.methods.composing import checked_text, read_caption
from ops.sandbox.objects import Json, JsonObject
from ops.sandbox.parameters import Parameters
from ops.sandbox.world import World

MAX_ANSWER = 200
MAX_RESULTS = 50
MAX_RESULT_ID_BYTES = 64
MAX_OFFSET_BYTES = 64
DEFAULT_CACHE_SECONDS = 300
# RFC 3986 has no place for these.
_NOT_IN_ADDRESSES = frozenset('"<>\\^`{|} ')
_PICTURES = ("thumbnail_url", "photo_url")
_KINDS = frozenset({"article", "photo", "document", "gif", "video"})


async def answer_callback_query(world: World, parameters: Parameters) -> bool:
    text = parameters.text("text")
    if len(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    answer: JsonObject = {"text": text, "show_alert": parameters.flag("show_alert")}
    if parameters.text("url"):
        answer["url"] = parameters.text("url")
    world.presses.answer(parameters.text("callback_query_id"), answer)
    return True


async def answer_inline_query(world: World, parameters: Parameters) -> bool:
    results = parameters.structure("results")
    if not isinstance(results, list):
        raise bad_request("expected an Array of inline query results")
    if len(results) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    _check_pictures(results)
    checked = [_result(world, result) for result in results if isinstance(result, dict)]
    if len({result["id"] for result in checked if isinstance(result["id"], str)}) != len(checked):
        raise bad_request("RESULT_ID_DUPLICATE")
    next_offset = parameters.text("next_offset")
    if len(next_offset.encode()) > MAX_OFFSET_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    seconds = parameters.integer("cache_time")
    answer: JsonObject = {
        "results": list(checked),
        "next_offset": next_offset,
        "is_personal": parameters.flag("is_personal"),
        "cache_time": DEFAULT_CACHE_SECONDS if seconds is None else seconds,
    }
    if parameters.object("button"):
        answer["button"] = parameters.object("button")
    world.inline_queries.answer(parameters.text("inline_query_id"), answer)
    return True


def _result(world: World, value: JsonObject) -> JsonObject:
    """A result with its message already checked and formatted (`sends`), so that choosing it cannot fail."""
    number, kind = text_of(value, "id"), text_of(value, "type")
    if not number or len(number.encode()) > MAX_RESULT_ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    if kind not in _KINDS:
        raise bad_request(f'can\'t parse inline query result: type "{kind}" is unsupported for the inline query result')
    sends: JsonObject = {}
    content = object_of(value, "input_message_content")
    if content:
        entities = content.get("entities")
        text = checked_text(
            world,
            text_of(content, "message_text"),
            text_of(content, "parse_mode"),
            entities if isinstance(entities, list) else [],
        )
        sends = {"text": text.text, "entities": [plain(entity) for entity in text.entities]}
        preview = object_of(content, "link_preview_options")
        if preview:
            sends["link_preview_options"] = preview
    elif kind == "article":
        raise bad_request("can't parse inline query result: Input message content is not specified")
    else:
        caption = read_caption(world, value, [])
        sends = {"text": caption.text or text_of(value, "title"), "entities": []}
        if caption.entities:
            sends["entities"] = [plain(entity) for entity in caption.entities]
    markup = parse_reply_markup(value.get("reply_markup"))
    if markup.inline is not None:
        sends["reply_markup"] = plain(markup.inline)
    shown: JsonObject = {"id": number, "type": kind, "sends": sends}
    for name in ("title", "description", "thumbnail_url", "url", "photo_url"):
        if text_of(value, name):
            shown[name] = text_of(value, name)
    if text_of(value, "photo_file_id"):
        # A picture that Telegram has: the list shows it, and so does the message.
        shown["photo_url"] = known_media(world, "photo", text_of(value, "photo_file_id")).url
        sends["photo_file_id"] = value["photo_file_id"]
    sizes = {name: value[name] for name in ("photo_width", "photo_height") if integer_of(value, name) is not None}
    return shown | sizes


def _check_pictures(results: list[Json]) -> None:
    addresses = [
        address
        for result in results
        for name in _PICTURES
        if isinstance(result, dict) and (address := text_of(result, name))
    ]
    # As in Telegram, the text does not say which one.
    if not all(map(_is_web_document, addresses)):
        raise bad_request("WEBDOCUMENT_URL_INVALID")


def _is_web_document(address: str) -> bool:
    """Whether it can be the address of a picture on the web."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    odd = any(character in _NOT_IN_ADDRESSES or character < " " for character in address)
    return parts.scheme in {"http", "https"} and "." in host.strip(".") and not odd
