"""People of a running sandbox, for tests: they write, press and look."""

import asyncio
from dataclasses import dataclass

import aiohttp

from ops.sandbox.objects import Json, JsonObject, SeenMessage

WAIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and JSON body of a call."""

    status: int
    body: JsonObject

    @property
    def result(self) -> JsonObject:
        """A Bot API call's result; fails the test when there is none."""
        assert self.body.get("ok") is True, self.body
        result = self.body["result"]
        assert isinstance(result, dict), result
        return result

    @property
    def description(self) -> str:
        """A Bot API call's error text; fails the test when the call went well."""
        assert self.body.get("ok") is False, self.body
        return str(self.body["description"])


class Caller:
    """Both APIs of a sandbox by plain HTTP."""

    def __init__(self, session: aiohttp.ClientSession, token: str) -> None:
        self.session = session
        self.token = token

    async def bot(self, method: str, **parameters: Json) -> Answer:
        """A Bot API call with a JSON body."""
        return await self.post(f"/bot{self.token}/{method}", parameters)

    async def person(self, number: int, action: str, **body: Json) -> Answer:
        return await self.post(f"/user/{number}/{action}", body)

    async def post(self, path: str, body: Json) -> Answer:
        async with self.session.post(path, json=body) as response:
            return Answer(response.status, await response.json())

    async def get(self, path: str) -> Answer:
        async with self.session.get(path) as response:
            return Answer(response.status, await response.json())

    async def messages(self, person: int, chat: int | None = None, after: int = 0) -> list[SeenMessage]:
        path = f"/user/{person}/chats/{chat or person}/messages?after={after}"
        async with self.session.get(path) as response:
            body = await response.json()
        found: list[SeenMessage] = body["messages"]
        return found

    async def say(self, person: int, text: str, chat: int | None = None) -> int:
        """Writes into a chat (the private one by default); returns the message's id."""
        answer = await self.person(person, "send", chat_id=chat or person, text=text)
        number = answer.body["message_id"]
        assert isinstance(number, int)
        return number

    async def hear(self, person: int, text: str, chat: int | None = None) -> SeenMessage:
        """Waits until somebody else's message that contains `text` is there as the last one."""
        deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
        while True:
            seen = await self.messages(person, chat)
            if seen:
                last = seen[-1]
                if text in last.get("text", last.get("caption", "")) and last["from"]["id"] != person:
                    return last
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"nobody said {text!r} to {person}; seen: {seen[-3:]}")
            await asyncio.sleep(0.01)
