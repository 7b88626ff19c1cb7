"""Chats as server-sent events."""

import asyncio
from collections.abc import Sequence

import orjson
from aiohttp import web

from ops.sandbox.conversations import Conversation, Event

HEARTBEAT_SECONDS = 15.0


async def stream(request: web.Request, conversations: Sequence[Conversation], after: int | None) -> web.StreamResponse:
    """Messages above `after` (None: none of those there already), then `ready`, then what happens.

    Each `message` event is a message as it is now, new or changed; the others are named in conversations.Event.
    """
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    await response.prepare(request)
    queue: asyncio.Queue[Event] = asyncio.Queue()
    for conversation in conversations:
        conversation.watchers.add(queue)
    try:
        events = [
            _written(Event("message", orjson.dumps(post.seen())))
            for conversation in conversations
            for post in (() if after is None else conversation.after(after))
        ]
        await response.write(b"".join(events) + _written(Event("ready", b"{}")))
        while True:
            try:
                event = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            if event.kind == "lost":
                break
            waiting = [event, *(queue.get_nowait() for _ in range(queue.qsize()))]
            await response.write(b"".join(_written(one) for one in waiting if one.kind != "lost"))
    except (ConnectionError, asyncio.CancelledError):
        return response
    finally:
        for conversation in conversations:
            conversation.watchers.discard(queue)
    return response


def _written(event: Event) -> bytes:
    return b"event: " + event.kind.encode() + b"\ndata: " + event.data + b"\n\n"
