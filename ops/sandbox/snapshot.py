"""The sandbox's memory on disk, so that a restart of the demo keeps the chats."""

import asyncio
from pathlib import Path
from typing import cast

import orjson
import structlog

from ops.sandbox.commands import Scope
from ops.sandbox.conversations import Conversation, Post
from ops.sandbox.files import StoredFile
from ops.sandbox.objects import Chat, Json, JsonObject, Message, Update
from ops.sandbox.world import World

SAVE_EVERY_SECONDS = 2.0
_VERSION = 2

log = structlog.get_logger(__name__)


class SandboxSnapshot:
    """One file, replaced whole, and a folder of what bots sent. What cannot be read is set aside."""

    def __init__(self, folder: Path, world: World) -> None:
        self._file = folder / "sandbox.json"
        self._media = folder / "media"
        self._world = world
        self._saved: tuple[int, int, int] | None = None

    def load(self) -> None:
        """Fills the world from the file, if there is one."""
        try:
            raw = self._file.read_bytes()
        except FileNotFoundError:
            return
        try:
            value = orjson.loads(raw)
            if value["version"] != _VERSION:
                raise ValueError("another version's file")
            _restore(self._world, value)
            self._read_media(cast(list[list[str]], value["files"]))
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            log.warning("sandbox_state_unreadable", file=str(self._file), error=str(error))
            self._file.rename(self._file.with_suffix(".unreadable"))
        self._saved = self._mark()

    def save(self) -> None:
        """Writes the file if anything has changed since; it is complete on disk when this returns."""
        mark = self._mark()
        if mark != self._saved:
            self._write(_encoded(self._world), self._world.files.all())
            self._saved = mark

    async def keep(self) -> None:
        """Saves every few seconds, until cancelled."""
        while True:
            await asyncio.sleep(SAVE_EVERY_SECONDS)
            mark = self._mark()
            if mark != self._saved:
                await asyncio.to_thread(self._write, _encoded(self._world), self._world.files.all())
                self._saved = mark

    def _mark(self) -> tuple[int, int, int]:
        updates = self._world.updates
        return self._world.changes, updates.last_id, len(updates.pending)

    def _read_media(self, files: list[list[str]]) -> None:
        for unique_id, kind, name, mime_type in files:
            file = self._media / unique_id
            if file.is_file():
                self._world.files.put(kind, name, mime_type, file.read_bytes())

    def _write(self, body: bytes, files: list[StoredFile]) -> None:
        self._media.mkdir(parents=True, exist_ok=True)
        kept = {stored.unique_id: stored for stored in files}
        there = {file.name for file in self._media.iterdir()}
        for unique_id in kept.keys() - there:
            (self._media / unique_id).write_bytes(kept[unique_id].data)
        for unique_id in there - kept.keys():
            (self._media / unique_id).unlink()
        temporary = self._file.with_suffix(".new")
        temporary.touch(mode=0o600)
        temporary.write_bytes(body)
        temporary.replace(self._file)


def _encoded(world: World) -> bytes:
    return orjson.dumps(_described(world), option=orjson.OPT_NON_STR_KEYS)


def _described(world: World) -> JsonObject:
    conversations = [
        {
            "chat": one.chat,
            "members": None if one.members is None else sorted(one.members),
            "started": one.started,
            "blocked": one.blocked,
            "last_message_id": one.last_message_id,
            "moved_to": one.moved_to,
            "topics": one.topics,
            "posts": [_post(post) for post in one.posts.values()],
        }
        for one in world.conversations.values()
    ]
    menus = [
        [scope.kind, scope.chat_id, scope.user_id, language, commands]
        for (scope, language), commands in world.menus.menus.items()
    ]
    files = [
        [stored.unique_id, stored.path.partition("/")[0], stored.name, stored.mime_type] for stored in world.files.all()
    ]
    state: dict[str, object] = {
        "version": _VERSION, "conversations": conversations, "pending": list(world.updates.pending),
        "last_update_id": world.updates.last_id, "menus": menus, "profile": world.profile,
        "inline_posts": world.inline_posts, "files": files,
        "last_private_id": world.last_private_id,
    }  # fmt: skip
    return cast(JsonObject, state)


def _post(post: Post) -> list[object]:
    return [
        post.message, post.photo_url, post.document_url, post.reply_keyboard, post.inline_message_id, post.pinned,
        post.reaction,
    ]  # fmt: skip


def _restore(world: World, value: dict[str, Json]) -> None:
    conversations = {}
    for one in cast(list[dict[str, Json]], value["conversations"]):
        members = cast(list[int] | None, one["members"])
        conversation = Conversation(
            cast(Chat, one["chat"]), None if members is None else frozenset(members), bool(one["started"]),
            bool(one["blocked"]), cast(int, one["last_message_id"]), cast(int | None, one["moved_to"]),
        )  # fmt: skip
        topics = cast(dict[str, str], one["topics"])
        conversation.topics = {int(number): name for number, name in topics.items()}
        for message, *rest in cast(list[list[Json]], one["posts"]):
            post = Post(cast(Message, message), *rest)  # type: ignore[arg-type]
            conversation.posts[post.message["message_id"]] = post
            if conversation.private:
                world.people.meet(conversation.id)
        conversations[conversation.id] = conversation
    world.conversations.update(conversations)
    world.last_private_id = cast(int, value["last_private_id"])
    world.updates.pending.extend(cast(list[Update], value["pending"]))
    world.updates.last_id = cast(int, value["last_update_id"])
    for kind, chat_id, user_id, language, commands in cast(list[list[Json]], value["menus"]):
        scope = Scope(cast(str, kind), cast(int, chat_id), cast(int, user_id))
        world.menus.menus[scope, cast(str, language)] = cast(list[Json], commands)
    world.profile.update(cast(dict[str, str], value["profile"]))
    for number, place in cast(dict[str, list[int]], value["inline_posts"]).items():
        world.inline_posts[number] = (place[0], place[1])
