"""An HTTP proxy of the smallest kind, for what is to be reached through one alone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Proxy:
    """An HTTP proxy that passes everything on to one server, and remembers what it was asked; or refuses."""

    port: int = 0
    to: int = 0
    refuses: bytes = b""
    asked: list[str] = field(default_factory=list)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.asked.append(head)
        if self.refuses or head.startswith("CONNECT"):
            writer.write(b"HTTP/1.1 " + (self.refuses or b"403 Forbidden") + b"\r\nContent-Length: 0\r\n\r\n")
        else:
            length = int(head.lower().partition("content-length: ")[2].partition("\r")[0] or 0)
            behind, onwards = await asyncio.open_connection("127.0.0.1", self.to)
            path = urlsplit(head.split(" ", 2)[1]).path
            onwards.write(f"{head.split()[0]} {path} HTTP/1.0\r\nHost: 127.0.0.1:{self.to}\r\n".encode())
            onwards.write(f"Content-Length: {length}\r\n{_kind(head)}\r\n".encode())
            onwards.write(await reader.readexactly(length))
            writer.write(await behind.read())
            onwards.close()
        await writer.drain()
        writer.close()


def _kind(head: str) -> str:
    kind = head.lower().partition("content-type: ")[2].partition("\r")[0]
    return f"Content-Type: {kind}\r\n" if kind else ""


@contextlib.asynccontextmanager
async def running_proxy(to: int) -> AsyncIterator[Proxy]:
    """A proxy on this machine, behind which every host is the server on this port of it."""
    state = Proxy(to=to)
    async with await asyncio.start_server(state.handle, "127.0.0.1", 0) as listening:
        state.port = listening.sockets[0].getsockname()[1]
        yield state
