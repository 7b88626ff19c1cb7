"""One chat: its messages as everyone in it sees them, and who is watching."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import orjson

from ops.sandbox.objects import Chat, JsonObject, Message, SeenMessage

MAX_MESSAGES = 500
WATCHER_BACKLOG = 2_000


@dataclass(slots=True)
class Post:
    """A message and what only people's clients know of it."""

    message: Message
    photo_url: str = ""
    document_url: str = ""
    reply_keyboard: JsonObject | None = None
    inline_message_id: str = ""
    pinned: bool = False
    reaction: str = ""

    def seen(self) -> SeenMessage:
        """The message as a person's client shows it."""
        seen = cast(SeenMessage, self.message.copy())
        if self.photo_url:
            seen["photo_url"] = self.photo_url
        if self.document_url:
            seen["document_url"] = self.document_url
        if self.reply_keyboard is not None:
            seen["reply_keyboard"] = self.reply_keyboard
        if self.pinned:
            seen["pinned"] = True
        if self.reaction:
            seen["reaction"] = self.reaction
        return seen


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a chat; `data` is JSON.

    Kinds: `message` (new or changed), `deleted`, `action`, `commands` (a menu changed), and `lost` for a watcher
    that is too slow to be told more.
    """

    kind: str
    data: bytes


@dataclass(slots=True, eq=False)
class Conversation:
    """Keeps the last MAX_MESSAGES messages.

    `members` is None for a private chat; `moved_to` is the supergroup that a group has become. A group numbers its
    messages by itself; the numbers of private chats are the bot's and come from the world.
    """

    chat: Chat
    members: frozenset[int] | None = None
    started: bool = False
    blocked: bool = False
    last_message_id: int = 0
    moved_to: int | None = None
    posts: dict[int, Post] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    watchers: set[asyncio.Queue[Event]] = field(default_factory=set)

    @property
    def id(self) -> int:
        return self.chat["id"]

    @property
    def private(self) -> bool:
        return self.members is None

    def includes(self, person: int) -> bool:
        return person == self.id if self.members is None else person in self.members

    def next_message_id(self) -> int:
        self.last_message_id += 1
        return self.last_message_id

    def add(self, post: Post) -> None:
        """Adds a post that has its number, and forgets the oldest above the limit."""
        self.posts[post.message["message_id"]] = post
        if len(self.posts) > MAX_MESSAGES:
            del self.posts[next(iter(self.posts))]
        self.show(post)

    def show(self, post: Post) -> None:
        """Tells the watchers that a post is new or changed."""
        if self.watchers:
            self._tell(Event("message", orjson.dumps(post.seen())))

    def remove(self, message_id: int) -> bool:
        if self.posts.pop(message_id, None) is None:
            return False
        self._tell(Event("deleted", orjson.dumps({"chat_id": self.id, "message_ids": [message_id]})))
        return True

    def act(self, action: str) -> None:
        """The bot is typing, uploading and so on."""
        self._tell(Event("action", orjson.dumps({"chat_id": self.id, "action": action})))

    def menus_changed(self) -> None:
        """The bot has set or deleted a command menu, perhaps one that is shown in this chat."""
        self._tell(Event("commands", orjson.dumps({"chat_id": self.id})))

    def after(self, message_id: int) -> Iterator[Post]:
        return (post for number, post in self.posts.items() if number > message_id)

    def _tell(self, event: Event) -> None:
        for queue in tuple(self.watchers):
            if queue.qsize() >= WATCHER_BACKLOG:
                self.watchers.discard(queue)
                queue.put_nowait(Event("lost", b"{}"))
            else:
                queue.put_nowait(event)
