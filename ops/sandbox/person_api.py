"""The people's API, which the chat page and tests call: JSON in and out."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TypeAlias

import orjson
from aiohttp import web

from ops.sandbox import json_values
from ops.sandbox.conversations import Conversation
from ops.sandbox.errors import BotApiError, PersonError
from ops.sandbox.events import stream
from ops.sandbox.faults import Faults, parse_fault
from ops.sandbox.group_actions import GroupActions
from ops.sandbox.json_values import flag_of
from ops.sandbox.objects import Json, JsonObject, User
from ops.sandbox.parameters import read_parameters
from ops.sandbox.person_actions import PersonActions
from ops.sandbox.raw_updates import cause
from ops.sandbox.world import World

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
_JSON = {"Content-Type": "application/json"}


class PersonApi:
    def __init__(self, world: World, actions: PersonActions, faults: Faults) -> None:
        self._world = world
        self._actions = actions
        self._faults = faults
        self._groups = GroupActions(world, actions)

    def add_routes(self, app: web.Application) -> None:
        router = app.router
        for path, handler in (
            ("send", self.send),
            ("document", self.document),
            ("edit", self.edit),
            ("press", self.press),
            ("inline", self.inline),
            ("choose", self.choose),
            ("block", self.block),
            ("topic", self.topic),
            ("upgrade", self.upgrade),
        ):
            router.add_post(f"/user/{{person}}/{path}", _guarded(handler))
        router.add_get("/user/{person}/chats", _guarded(self.chats))
        router.add_get("/user/{person}/events", _guarded(self.all_events))
        router.add_get("/user/{person}/chats/{chat}/messages", _guarded(self.messages))
        router.add_get("/user/{person}/chats/{chat}/events", _guarded(self.events))
        router.add_get("/user/{person}/chats/{chat}/commands", _guarded(self.commands))
        router.add_get("/people", _guarded(self.people))
        router.add_get("/faults", _guarded(self.faults))
        router.add_post("/faults", _guarded(self.add_fault))
        router.add_delete("/faults", _guarded(self.clear_faults))
        router.add_post("/updates", _guarded(self.add_update))

    async def send(self, request: web.Request) -> web.Response:
        message = self._actions.send(self._person(request), await _body(request))
        return _json({"message_id": message["message_id"]})

    async def document(self, request: web.Request) -> web.Response:
        """Sends a file: a form with chat_id, document, and perhaps a caption."""
        try:
            form = await read_parameters(request)
        except BotApiError as error:
            raise PersonError(HTTPStatus.BAD_REQUEST, f"{error.description}.") from None
        message = self._actions.document(self._person(request), form)
        return _json({"message_id": message["message_id"]})

    async def edit(self, request: web.Request) -> web.Response:
        message = self._actions.edit(self._person(request), await _body(request))
        return _json({"message_id": message["message_id"]})

    async def press(self, request: web.Request) -> web.Response:
        return _json(await self._actions.press(self._person(request), await _body(request)))

    async def inline(self, request: web.Request) -> web.Response:
        return _json(await self._actions.inline(self._person(request), await _body(request)))

    async def choose(self, request: web.Request) -> web.Response:
        message = self._actions.choose(self._person(request), await _body(request))
        return _json({"message_id": message["message_id"]})

    async def block(self, request: web.Request) -> web.Response:
        body = await _body(request)
        self._actions.block(self._person(request), flag_of(body, "blocked") or "blocked" not in body)
        return _json({})

    async def topic(self, request: web.Request) -> web.Response:
        """Begins a topic of a forum, {"chat_id", "name"}, or deletes one, {"chat_id", "message_thread_id"}."""
        return _json(self._groups.topic(self._person(request), await _body(request)))

    async def upgrade(self, request: web.Request) -> web.Response:
        """Makes a group a supergroup, {"chat_id"}: Telegram gives it another id, which is returned."""
        return _json(self._groups.upgrade(self._person(request), await _body(request)))

    async def chats(self, request: web.Request) -> web.Response:
        """The chats that a person is in, with the last message of each."""
        person = self._person(request)
        chats = []
        for conversation in self._chats_of(person):
            last = next(reversed(conversation.posts.values()), None)
            topics = {str(number): name for number, name in conversation.topics.items()}
            chats.append({"chat": conversation.chat, "last": last.seen() if last else None, "topics": topics})
        return _json({"chats": chats})

    async def messages(self, request: web.Request) -> web.Response:
        conversation = self._actions.conversation(self._person(request), _integer(request.match_info["chat"]))
        after = _integer(request.query.get("after", "0"))
        return _json({"messages": [post.seen() for post in conversation.after(after)]})

    async def events(self, request: web.Request) -> web.StreamResponse:
        conversation = self._actions.conversation(self._person(request), _integer(request.match_info["chat"]))
        return await stream(request, [conversation], _after(request))

    async def all_events(self, request: web.Request) -> web.StreamResponse:
        """The events of all of a person's chats in one stream: browsers open few connections to one host."""
        return await stream(request, self._chats_of(self._person(request)), _after(request))

    async def commands(self, request: web.Request) -> web.Response:
        """The command menu that the person sees in this chat."""
        person = self._person(request)
        conversation = self._actions.conversation(person, _integer(request.match_info["chat"]))
        language = person.get("language_code", "")
        return _json({"commands": self._world.menus.shown(conversation.id, person["id"], language)})

    async def people(self, request: web.Request) -> web.Response:
        people = [{"user": person.user, "role": person.role} for person in self._world.people.demo()]
        bot = dict(self._world.bot)
        profile = self._world.profile
        bot["first_name"] = profile.get("name:", self._world.bot["first_name"])
        names = {key.partition(":")[2]: text for key, text in profile.items() if key.startswith("name:")}
        texts = {key.partition(":")[2]: text for key, text in profile.items() if key.startswith("description:")}
        return _json({"people": people, "bot": bot, "names": names, "descriptions": texts})

    async def faults(self, request: web.Request) -> web.Response:
        return _json({"faults": [fault.described() for fault in self._faults.active]})

    async def add_fault(self, request: web.Request) -> web.Response:
        self._faults.add(parse_fault(await _body(request)))
        return await self.faults(request)

    async def clear_faults(self, request: web.Request) -> web.Response:
        self._faults.clear()
        return await self.faults(request)

    async def add_update(self, request: web.Request) -> web.Response:
        """Puts any update before the bot, for tests of odd ones: {"kind": {...}} with exactly one kind; see `cause`."""
        body = await _body(request)
        kinds = [kind for kind in body if kind != "update_id"]
        if len(kinds) != 1:
            raise PersonError(HTTPStatus.BAD_REQUEST, "An update has exactly one field, its kind.")
        wanted = cause(self._world, kinds[0], body)
        return _json({"update_id": self._world.updates.last_id if wanted else None})

    def _chats_of(self, person: User) -> list[Conversation]:
        groups = [one for one in self._world.conversations.values() if not one.private]
        return [self._world.conversation_of(person), *(one for one in groups if one.includes(person["id"]))]

    def _person(self, request: web.Request) -> User:
        return self._actions.person(request.match_info["person"])


def _guarded(handler: Handler) -> Handler:
    """Turns PersonError into its answer."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except PersonError as error:
            return _json({"error": error.sentence}, error.status)

    return guarded


async def _body(request: web.Request) -> JsonObject:
    try:
        body: Json = json_values.decode(await request.read())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise PersonError(HTTPStatus.BAD_REQUEST, "The body must be a JSON object.")
    return body


def _after(request: web.Request) -> int | None:
    after = request.query.get("after")
    return None if after is None else _integer(after)


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise PersonError(HTTPStatus.BAD_REQUEST, f"{text!r} is not an integer.") from None


def _json(value: object, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(value), headers=_JSON)
