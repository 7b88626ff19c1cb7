"""What a person does in the sandbox: writes, edits, presses, types `@bot query`, blocks the bot."""

import asyncio
import secrets
from http import HTTPStatus
from typing import cast

from ops.sandbox.conversations import Conversation, Post
from ops.sandbox.errors import BotApiError, PersonError
from ops.sandbox.groups import put_into_topic
from ops.sandbox.json_values import integer_of, list_of, plain, text_of
from ops.sandbox.markup.formatting import formatted
from ops.sandbox.media import Media, known_media, stored_document
from ops.sandbox.methods.composing import MAX_TEXT, attach
from ops.sandbox.objects import (
    CallbackQuery,
    ChosenInlineResult,
    Entity,
    InlineKeyboard,
    InlineKeyboardButton,
    InlineQuery,
    JsonObject,
    Message,
    SentDocument,
    Update,
    User,
)
from ops.sandbox.parameters import Parameters
from ops.sandbox.people import MAX_PERSON_ID
from ops.sandbox.world import CHAT_INSTANCE, World

MAX_INLINE_QUERY = 256
MAX_INLINE_POSTS = 5_000


class PersonActions:
    """`deadline` is how many seconds a person waits for the bot's answer to a press or an inline query."""

    def __init__(self, world: World, deadline: float) -> None:
        self._world = world
        self._deadline = deadline

    def person(self, number: str) -> User:
        """Raises PersonError for what cannot be a person's id."""
        found = self._world.people.meet(int(number)) if number.isdecimal() and len(number) < 16 else None
        if found is None:
            raise PersonError(
                HTTPStatus.NOT_FOUND, f"No person has the id {number}: it must be between 1 and {MAX_PERSON_ID - 1}."
            )
        return found.user

    def conversation(self, person: User, chat: int | None) -> Conversation:
        """The chat that a person names; raises PersonError when it does not exist or they are not in it."""
        if chat is None:
            raise PersonError(HTTPStatus.BAD_REQUEST, "chat_id must be given as an integer.")
        if chat == person["id"]:
            return self._world.conversation_of(person)
        found = self._world.conversations.get(chat)
        if found is None or (found.private and chat != person["id"]):
            raise PersonError(HTTPStatus.NOT_FOUND, f"There is no chat {chat} for person {person['id']}.")
        if not found.includes(person["id"]):
            raise PersonError(HTTPStatus.FORBIDDEN, f"Person {person['id']} is not a member of chat {chat}.")
        return found

    def send(self, person: User, body: JsonObject) -> Message:
        """Puts a person's text into a chat and before the bot."""
        conversation = self.conversation(person, integer_of(body, "chat_id"))
        message = self._message(person, conversation)
        _set_text(message, text_of(body, "text"))
        replied = conversation.posts.get(integer_of(body, "reply_to_message_id") or 0)
        if replied is not None:
            message["reply_to_message"] = replied.message
        thread = integer_of(body, "message_thread_id")
        if thread:
            if thread not in conversation.topics:
                raise PersonError(HTTPStatus.NOT_FOUND, f"There is no topic {thread} in this chat.")
            put_into_topic(conversation, message, thread)
        self._place(conversation, message)
        return message

    def document(self, person: User, form: Parameters) -> Message:
        """Puts a file that a person sends into a chat and before the bot."""
        conversation = self.conversation(person, form.integer("chat_id"))
        upload = form.uploads.get("document")
        if upload is None or not upload.data:
            raise PersonError(HTTPStatus.BAD_REQUEST, "There is no file in the form, or an empty one.")
        message = self._message(person, conversation)
        if caption := form.text("caption"):
            _set_text(message, caption)
            message["caption"] = message.pop("text")
            if "entities" in message:
                message["caption_entities"] = message.pop("entities")
        media = stored_document(self._world, upload)
        message["document"] = cast(SentDocument, media.document)
        self._place(conversation, message, media)
        return message

    def edit(self, person: User, body: JsonObject) -> Message:
        conversation = self.conversation(person, integer_of(body, "chat_id"))
        post = self._post(conversation, body)
        if post.message["from"]["id"] != person["id"]:
            raise PersonError(HTTPStatus.FORBIDDEN, "Only one's own messages can be edited.")
        edited = post.message.copy()
        edited.pop("entities", None)
        _set_text(edited, text_of(body, "text"))
        edited["edit_date"] = self._world.now()
        post.message = edited
        conversation.show(post)
        self._world.updates.put("edited_message", Update(edited_message=edited))
        return edited

    async def press(self, person: User, body: JsonObject) -> JsonObject:
        """Presses an inline button, named by its label or its callback data; returns the bot's answer."""
        conversation = self.conversation(person, integer_of(body, "chat_id"))
        post = self._post(conversation, body)
        button = _button(post, text_of(body, "button"))
        data = button.get("callback_data")
        if data is None:
            return {name: value for name, value in cast(JsonObject, button).items() if name != "text"}
        number, question = self._world.presses.ask(person["id"])
        query = CallbackQuery(id=number, chat_instance=CHAT_INSTANCE, data=data)
        query["from"] = person
        if post.inline_message_id:
            query["inline_message_id"] = post.inline_message_id
        else:
            query["message"] = post.message
        if not self._world.updates.put("callback_query", Update(callback_query=query)):
            raise PersonError(HTTPStatus.CONFLICT, "The bot has asked for no callback_query updates.")
        return await self._waited(question.answer, f"the press of {button['text']!r}")

    async def inline(self, person: User, body: JsonObject) -> JsonObject:
        """Types `@bot query`; returns {"results": [...], "next_offset": ...}."""
        query, offset = text_of(body, "query"), text_of(body, "offset")
        if len(query) > MAX_INLINE_QUERY:
            raise PersonError(HTTPStatus.BAD_REQUEST, f"An inline query has at most {MAX_INLINE_QUERY} characters.")
        answer = self._world.inline_cache.get(person["id"], query, offset)
        if answer is None:
            number, question = self._world.inline_queries.ask(person["id"])
            asked = InlineQuery(id=number, query=query, offset=offset, chat_type="sender")
            asked["from"] = person
            if not self._world.updates.put("inline_query", Update(inline_query=asked)):
                raise PersonError(HTTPStatus.CONFLICT, "The bot has asked for no inline_query updates.")
            answer = await self._waited(question.answer, f"the inline query {query!r}")
            seconds = integer_of(answer, "cache_time") or 0
            self._world.inline_cache.put(person["id"], query, offset, answer, seconds)
        results = [result for result in list_of(answer, "results") if isinstance(result, dict)]
        self._world.inline_cache.offer(person["id"], results)
        return answer

    def choose(self, person: User, body: JsonObject) -> Message:
        """Sends an inline result that the person was shown, in their name, into one of their chats."""
        conversation = self.conversation(person, integer_of(body, "chat_id"))
        number = text_of(body, "result_id")
        result = self._world.inline_cache.chosen(person["id"], number)
        if result is None:
            raise PersonError(HTTPStatus.NOT_FOUND, f"Person {person['id']} was shown no inline result {number!r}.")
        sends = result.get("sends")
        message = self._message(person, conversation)
        message["via_bot"] = self._world.bot
        photo = None
        if isinstance(sends, dict):
            entities = cast(list[Entity], list_of(sends, "entities"))
            if text_of(sends, "photo_file_id"):
                photo = known_media(self._world, "photo", text_of(sends, "photo_file_id"))
                message["caption"] = text_of(sends, "text")
            else:
                message["text"] = text_of(sends, "text")
            if entities:
                message["entities" if photo is None else "caption_entities"] = entities
            if isinstance(sends.get("reply_markup"), dict):
                message["reply_markup"] = cast(InlineKeyboard, sends["reply_markup"])
        post = self._place(conversation, message, photo)
        chosen = ChosenInlineResult(result_id=number, query=text_of(body, "query"))
        chosen["from"] = person
        if "reply_markup" in message:
            chosen["inline_message_id"] = self._inline_message(conversation, post)
        self._world.updates.put("chosen_inline_result", Update(chosen_inline_result=chosen))
        return message

    def block(self, person: User, blocked: bool) -> None:
        """Stops the bot in the person's private chat, or lets it in again."""
        conversation = self._world.conversation_of(person)
        if conversation.blocked == blocked:
            return
        conversation.blocked = blocked
        names = ("member", "kicked") if blocked else ("kicked", "member")
        bot, someone = plain(self._world.bot), plain(person)
        old, new = (cast(JsonObject, {"status": name, "user": bot}) for name in names)
        change: JsonObject = {"chat": plain(conversation.chat), "from": someone, "date": self._world.now()}
        change |= {"old_chat_member": old, "new_chat_member": new}
        self._world.updates.put("my_chat_member", Update(my_chat_member=change))

    def _message(self, person: User, conversation: Conversation) -> Message:
        message = Message(message_id=0)
        message["from"] = person
        message["chat"] = conversation.chat
        message["date"] = self._world.now()
        return message

    def _place(self, conversation: Conversation, message: Message, media: Media | None = None) -> Post:
        if conversation.private:
            conversation.started = True
            self.block(message["from"], False)
        post = self._world.post(conversation, message)
        attach(post, message, media)
        conversation.add(post)
        self._world.updates.put("message", Update(message=message))
        return post

    def _inline_message(self, conversation: Conversation, post: Post) -> str:
        number = secrets.token_urlsafe(20)
        post.inline_message_id = number
        posts = self._world.inline_posts
        posts[number] = (conversation.id, post.message["message_id"])
        if len(posts) > MAX_INLINE_POSTS:
            del posts[next(iter(posts))]
        return number

    def _post(self, conversation: Conversation, body: JsonObject) -> Post:
        number = integer_of(body, "message_id")
        post = conversation.posts.get(number or 0)
        if post is None:
            raise PersonError(HTTPStatus.NOT_FOUND, f"There is no message {number} in chat {conversation.id}.")
        return post

    async def _waited(self, answer: asyncio.Future[JsonObject], what: str) -> JsonObject:
        try:
            return await asyncio.wait_for(asyncio.shield(answer), self._deadline)
        except TimeoutError:
            raise PersonError(
                HTTPStatus.GATEWAY_TIMEOUT, f"The bot did not answer {what} within {self._deadline:g} s."
            ) from None


def _set_text(message: Message, given: str) -> None:
    try:
        text = formatted(given, "", ())
    except BotApiError as error:
        raise PersonError(HTTPStatus.BAD_REQUEST, f"{error.description}.") from None
    if not text.text:
        raise PersonError(HTTPStatus.BAD_REQUEST, "The text is empty.")
    if len(text.text) > MAX_TEXT:
        raise PersonError(HTTPStatus.BAD_REQUEST, f"A message has at most {MAX_TEXT} characters.")
    message["text"] = text.text
    if text.entities:
        message["entities"] = list(text.entities)


def _button(post: Post, name: str) -> InlineKeyboardButton:
    keyboard = post.message.get("reply_markup")
    buttons = [button for row in keyboard["inline_keyboard"] for button in row] if keyboard else []
    for field in ("callback_data", "text"):
        for button in buttons:
            if button.get(field) == name:
                return button
    labels = ", ".join(repr(button["text"]) for button in buttons) or "none"
    raise PersonError(HTTPStatus.NOT_FOUND, f"There is no button {name!r} on this message; its buttons: {labels}.")
