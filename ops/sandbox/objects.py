"""The Bot API's objects that the sandbox makes, field by field as https://core.telegram.org/bots/api names them."""

from typing import TypeAlias, TypedDict

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
JsonObject: TypeAlias = dict[str, Json]


class User(TypedDict, total=False):
    id: int
    is_bot: bool
    first_name: str
    last_name: str
    username: str
    language_code: str


class Chat(TypedDict, total=False):
    id: int
    type: str
    title: str
    username: str
    first_name: str
    last_name: str
    is_forum: bool


class Entity(TypedDict, total=False):
    """`offset` and `length` count UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str
    user: User
    language: str
    custom_emoji_id: str


class InlineKeyboardButton(TypedDict, total=False):
    text: str
    callback_data: str
    url: str
    switch_inline_query: str
    switch_inline_query_current_chat: str
    copy_text: JsonObject
    web_app: JsonObject


class InlineKeyboard(TypedDict):
    inline_keyboard: list[list[InlineKeyboardButton]]


class PhotoSize(TypedDict):
    file_id: str
    file_unique_id: str
    width: int
    height: int
    file_size: int


class SentDocument(TypedDict, total=False):
    file_id: str
    file_unique_id: str
    file_name: str
    mime_type: str
    file_size: int


Message = TypedDict(
    "Message",
    {
        "message_id": int,
        "message_thread_id": int,
        "from": User,
        "date": int,
        "chat": Chat,
        "forward_origin": JsonObject,
        "is_topic_message": bool,
        "reply_to_message": "Message",
        "via_bot": User,
        "edit_date": int,
        "has_protected_content": bool,
        "media_group_id": str,
        "text": str,
        "entities": list[Entity],
        "link_preview_options": JsonObject,
        "photo": list[PhotoSize],
        "document": SentDocument,
        "caption": str,
        "caption_entities": list[Entity],
        "show_caption_above_media": bool,
        "forum_topic_created": JsonObject,
        "pinned_message": "Message",
        "migrate_to_chat_id": int,
        "migrate_from_chat_id": int,
        "reply_markup": InlineKeyboard,
    },
    total=False,
)


class SeenMessage(Message, total=False):
    """A message as a person's client shows it: with addresses of its files and the keyboard under the input."""

    photo_url: str
    document_url: str
    reply_keyboard: JsonObject
    pinned: bool
    reaction: str


CallbackQuery = TypedDict(
    "CallbackQuery",
    {
        "id": str,
        "from": User,
        "message": Message,
        "inline_message_id": str,
        "chat_instance": str,
        "data": str,
    },
    total=False,
)

InlineQuery = TypedDict(
    "InlineQuery",
    {"id": str, "from": User, "query": str, "offset": str, "chat_type": str},
    total=False,
)

ChosenInlineResult = TypedDict(
    "ChosenInlineResult",
    {"result_id": str, "from": User, "query": str, "inline_message_id": str},
    total=False,
)


class Update(TypedDict, total=False):
    update_id: int
    message: Message
    edited_message: Message
    callback_query: CallbackQuery
    inline_query: InlineQuery
    chosen_inline_result: ChosenInlineResult
    my_chat_member: JsonObject
    message_reaction: JsonObject
