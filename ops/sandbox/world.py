"""All that the sandbox knows: one bot, its people, their chats."""

import time
from dataclasses import dataclass, field

from ops.sandbox.answers import Questions
from ops.sandbox.commands import CommandMenus
from ops.sandbox.conversations import Conversation, Post
from ops.sandbox.errors import bad_request, group_moved, refused
from ops.sandbox.files import Files
from ops.sandbox.inline import InlineAnswerCache
from ops.sandbox.objects import Chat, JsonObject, Message, User
from ops.sandbox.people import DEMO_PEOPLE, SandboxPeople
from ops.sandbox.updates import Updates
from ops.sandbox.webhook import WebhookSender

OPERATORS_GROUP = -100500
CHAT_INSTANCE = "4821553907713042"


@dataclass(slots=True)
class World:
    """`token` is the bot's; everything else starts empty, but for the demo's people and their group."""

    token: str
    bot: User = field(init=False)
    people: SandboxPeople = field(default_factory=SandboxPeople)
    conversations: dict[int, Conversation] = field(default_factory=dict)
    updates: Updates = field(default_factory=Updates)
    files: Files = field(default_factory=Files)
    presses: Questions = field(default_factory=Questions)
    inline_queries: Questions = field(default_factory=Questions)
    inline_cache: InlineAnswerCache = field(default_factory=InlineAnswerCache)
    inline_posts: dict[str, tuple[int, int]] = field(default_factory=dict)
    menus: CommandMenus = field(default_factory=CommandMenus)
    profile: dict[str, str] = field(default_factory=dict)
    menu_button: JsonObject = field(default_factory=lambda: {"type": "commands"})
    webhook: WebhookSender | None = None
    changes: int = 0
    last_private_id: int = 0

    def __post_init__(self) -> None:
        number = self.token.partition(":")[0]
        self.bot = User(
            id=int(number) if number.isdecimal() else 7_000_000_001,
            is_bot=True,
            first_name="Yarmarka",
            username="yarmarka_bot",
        )
        members = frozenset(person.user["id"] for person in DEMO_PEOPLE)
        group = Chat(id=OPERATORS_GROUP, type="supergroup", title="Operators", is_forum=True)
        self.conversations[OPERATORS_GROUP] = Conversation(group, members, started=True)

    def conversation_of(self, person: User) -> Conversation:
        """The person's private chat with the bot."""
        found = self.conversations.get(person["id"])
        if found is None:
            chat = Chat(id=person["id"], type="private", first_name=person["first_name"])
            for name in ("last_name", "username"):
                if name in person:
                    chat[name] = person[name]
            found = self.conversations[person["id"]] = Conversation(chat)
        return found

    def conversation_for_bot(self, chat: str) -> Conversation:
        """The chat that the bot names; raises BotApiError like Telegram for one the bot may not write to."""
        if not chat:
            raise bad_request("chat_id is empty")
        try:
            found = self.conversations.get(int(chat))
        except ValueError:
            found = next((one for one in self.conversations.values() if _public_name(one) == chat), None)
        if found is None or (found.private and not found.started):
            person = self.people.known(int(chat)) if chat.isdecimal() else None
            if person is not None and any(person is one for one in DEMO_PEOPLE):
                raise refused(403, "bot can't initiate conversation with a user")
            raise bad_request("chat not found")
        if found.moved_to is not None:
            raise group_moved(found.moved_to)
        if found.blocked:
            raise refused(403, "bot was blocked by the user")
        return found

    def now(self) -> int:
        """Seconds since the epoch, as Telegram dates its messages."""
        return int(time.time())

    def post(self, conversation: Conversation, message: Message) -> Post:
        """Gives a message, complete but for its number, the next one: all private chats of a bot count together."""
        if conversation.private:
            self.last_private_id += 1
            message["message_id"] = self.last_private_id
        else:
            message["message_id"] = conversation.next_message_id()
        post = Post(message)
        self.changes += 1
        return post


def _public_name(conversation: Conversation) -> str:
    return "@" + conversation.chat.get("username", "") if "username" in conversation.chat else ""
