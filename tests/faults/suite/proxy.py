"""A server between a client and the real one, through which the network can be made bad."""

import asyncio
import contextlib
import enum
import socket
import struct
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

LATENCY_S = 2.0
BLOCK = 64 << 10
# What is under way in one direction; a sender that is ahead by more waits, as TCP would have it.
UNDER_WAY = 256
Address = tuple[str, int]


class Trouble(enum.StrEnum):
    """What the network does."""

    NONE = "none"
    LATENCY = "2 s latency"
    """Each byte arrives two seconds late, in each direction."""
    RESET = "reset"
    """Every connection is reset at once, and every new one too."""
    BLACKHOLE = "blackhole"
    """Nothing arrives and nobody is told; what was sent meanwhile arrives afterwards, as if sent again by TCP."""
    HALF_CLOSED = "half-closed"
    """The server's side is closed, and the client's stays open: what it still sends is lost."""


@dataclass(eq=False)
class _Connection:
    """A client's connection; `deaf` when the client was told that no answer comes any more."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter | None = None
    deaf: bool = False


@dataclass
class Proxy:
    """Listens on a port of its own, from which it connects to `target` anew for each client."""

    target: Callable[[], Address]
    port: int = 0
    trouble: Trouble = Trouble.NONE
    connections: set[_Connection] = field(default_factory=set)
    _passable: asyncio.Event = field(default_factory=asyncio.Event)

    def become(self, trouble: Trouble) -> None:
        """Behave like this from now on, towards those who are connected too."""
        self.trouble = trouble
        if trouble is Trouble.BLACKHOLE:
            self._passable.clear()
        else:
            self._passable.set()
        for connection in tuple(self.connections):
            self._suffer(connection)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Proxy"]:
        """Listen until the end of the block, when every connection is broken off."""
        self._passable.set()
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.trouble = Trouble.NONE
            for connection in tuple(self.connections):
                _reset(connection)

    def _suffer(self, connection: _Connection) -> None:
        if self.trouble is Trouble.RESET:
            _reset(connection)
        elif self.trouble is Trouble.HALF_CLOSED and not connection.deaf:
            connection.deaf = True
            with contextlib.suppress(OSError, RuntimeError):
                connection.client.write_eof()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(writer)
        self.connections.add(connection)
        try:
            await self._passable.wait()
            self._suffer(connection)
            if self.trouble is Trouble.RESET:
                return
            host, port = self.target()
            upstream, connection.server = await asyncio.open_connection(host, port)
            await asyncio.gather(
                self._carry(connection, reader, connection.server), self._carry(connection, upstream, writer)
            )
        except (OSError, asyncio.CancelledError):
            # Cancelled when the loop ends: asyncio would print each of them as a fault.
            _reset(connection)
        finally:
            self.connections.discard(connection)
            for end in (connection.client, connection.server):
                if end is not None:
                    end.close()

    async def _carry(self, connection: _Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """What comes from one side goes to the other, in order, when the network lets it."""
        loop = asyncio.get_running_loop()
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(UNDER_WAY)

        async def deliver() -> None:
            while True:
                due, block = await under_way.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                await self._passable.wait()
                if connection.deaf:
                    if not block:
                        return
                    continue
                if not block:
                    with contextlib.suppress(OSError, RuntimeError):
                        writer.write_eof()
                    return
                writer.write(block)
                await writer.drain()

        delivering = asyncio.create_task(deliver())
        try:
            while block := await reader.read(BLOCK):
                late = LATENCY_S if self.trouble is Trouble.LATENCY else 0.0
                await under_way.put((loop.time() + late, block))
            await under_way.put((0.0, b""))
            await delivering
        finally:
            delivering.cancel()
            await asyncio.gather(delivering, return_exceptions=True)


def _reset(connection: _Connection) -> None:
    for end in (connection.client, connection.server):
        if end is None:
            continue
        raw = end.get_extra_info("socket")
        if raw is not None:
            with contextlib.suppress(OSError):
                # No time to linger: the other side gets a reset in place of a farewell.
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.transport.abort()
