"""A Bot API that costs next to nothing: the other end of the bot benchmark, in a process of its own.

It keeps a fixed number of text messages unanswered: each sendMessage makes room for the next update. It speaks just
enough HTTP/1.1 for clients that keep their connections, and answers with Message objects of the usual size.
`GET /figures` tells how many messages were answered and when.
"""

import asyncio
import sys
from time import monotonic, time
from typing import cast

import orjson
import uvloop

USERS = 256
BOT = {"id": 7, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}


class Api:
    """Updates that wait, updates that were handed out, and the polls that wait for them."""

    def __init__(self, in_flight: int) -> None:
        self._free = in_flight
        self._next_id = 1
        self._unconfirmed: dict[int, bytes] = {}
        self._polls: list[tuple[Connection, int]] = []
        self.answered = 0
        self.started = 0.0
        self._message_id = 1_000_000

    def call(self, method: str, body: bytes, connection: "Connection") -> bytes | None:
        """The answer's JSON, or None when the connection is answered later."""
        if method == "sendMessage":
            self._message_id += 1
            self.answered += 1
            self._free += 1
            if self._polls:
                asyncio.get_running_loop().call_soon(self._serve_polls)
            return _sent(self._message_id, body)
        if method == "getUpdates":
            return self._updates(body, connection)
        if method == "getMe":
            return _ok(orjson.dumps(BOT))
        if method == "figures":
            return orjson.dumps({"answered": self.answered, "now": monotonic()})
        return _ok(b"true")

    def _updates(self, body: bytes, connection: "Connection") -> bytes | None:
        fields = _fields(body)
        offset = int(fields.get("offset") or 0)
        for update_id in [known for known in self._unconfirmed if known < offset]:
            del self._unconfirmed[update_id]
        self._fill()
        if self._unconfirmed or int(fields.get("timeout") or 0) == 0:
            return self._batch()
        self._polls.append((connection, offset))
        return None

    def _serve_polls(self) -> None:
        self._fill()
        if self._unconfirmed and self._polls:
            connection, _ = self._polls.pop()
            connection.answer(self._batch())

    def _fill(self) -> None:
        while self._free > 0:
            self._unconfirmed[self._next_id] = _update(self._next_id)
            self._next_id += 1
            self._free -= 1

    def _batch(self) -> bytes:
        return _ok(b"[" + b",".join(list(self._unconfirmed.values())[:100]) + b"]")


class Connection(asyncio.Protocol):
    """One kept-alive HTTP/1.1 connection; requests are answered in order."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            at = head.find(b"content-length:")
            length = (
                int(head[at + 15 : head.find(b"\r\n", at) if head.find(b"\r\n", at) > 0 else None]) if at >= 0 else 0
            )
            if len(self._buffer) < end + 4 + length:
                return
            path = self._buffer[: self._buffer.index(b"\r\n")].split(b" ")[1]
            body = self._buffer[end + 4 : end + 4 + length]
            self._buffer = self._buffer[end + 4 + length :]
            answer = self._api.call(path.rpartition(b"/")[2].decode(), body, self)
            if answer is not None:
                self.answer(answer)

    def answer(self, body: bytes) -> None:
        """Write a 200 with this JSON."""
        assert self._transport is not None
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        )


def _fields(body: bytes) -> dict[str, str]:
    """A JSON object, an urlencoded form or (aiogram) multipart, as far as getUpdates and sendMessage use them."""
    if body[:1] == b"{":
        return {name: str(value) for name, value in orjson.loads(body).items()}
    if body[:2] == b"--":
        parts = body.split(body[: body.index(b"\r\n")])[1:-1]
        heads = (part.partition(b"\r\n\r\n") for part in parts)
        return {head.split(b'name="')[1].split(b'"')[0].decode(): value[:-2].decode() for head, _, value in heads}
    pairs = (pair.partition("=") for pair in body.decode().split("&") if pair)
    return {name: value for name, _, value in pairs}


def _ok(result: bytes) -> bytes:
    return b'{"ok":true,"result":' + result + b"}"


def _chat(user: int) -> dict[str, object]:
    return {"id": user, "first_name": "Анна", "last_name": "Смирнова", "username": f"user{user}", "type": "private"}


def _update(update_id: int) -> bytes:
    user = 1000 + update_id % USERS
    sender = {**_chat(user), "is_bot": False, "language_code": "ru"}
    sender.pop("type")
    message = {
        "message_id": update_id,
        "from": sender,
        "chat": _chat(user),
        "date": int(time()),
        "text": "умные часы до 5000",
    }
    return orjson.dumps({"update_id": update_id, "message": message})


def _sent(message_id: int, body: bytes) -> bytes:
    return _ok(
        orjson.dumps(
            {
                "message_id": message_id,
                "from": BOT,
                "chat": _chat(1000),
                "date": int(time()),
                "text": "умные часы до 5000",
            }
        )
    )


async def serve(in_flight: int) -> None:
    """Listen on a free port, print it, and stay."""
    api = Api(in_flight)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(api), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
