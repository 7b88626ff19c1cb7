"""A site of a shop, over real HTTP: it has a feed, and may be told to misbehave."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class FeedSite:
    """`content` is at /feed.yml with an ETag; what else may be asked for stands in `_answer`."""

    content: bytes = b"[]"
    status: int = 200
    url: str = ""
    """http://host:port of the site."""
    asked: list[web.Request] = field(default_factory=list)
    now: int = 0
    most: int = 0
    """How many were being answered at once, at most."""
    slow_s: float = 0.0

    @property
    def address(self) -> str:
        return f"{self.url}/feed.yml"

    def with_password(self, path: str = "/feed.yml?token=s3cret") -> str:
        return self.url.replace("://", "://shop:s3cret@") + path

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(self.slow_s)
            return await self._answer(request)
        finally:
            self.now -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        kind, _, rest = request.path.removeprefix("/").partition("/")
        if kind in {"cut", "endless"}:
            return await (self._cut if kind == "cut" else self._endless)(request)
        if kind == "to":
            return web.Response(status=302, headers={"Location": str(request.query["url"])})
        if kind == "hops":
            return web.Response(
                status=307, headers={"Location": f"/hops/{int(rest) - 1}" if int(rest) > 1 else "/feed"}
            )
        return self._feed(request)

    def _feed(self, request: web.Request) -> web.Response:
        if self.status != 200:
            busy = self.status in {429, 503}
            return web.Response(status=self.status, headers={"Retry-After": "120"} if busy else {})
        tag = f'"{hash(self.content)}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        return web.Response(body=self.content, headers={"ETag": tag, "Last-Modified": "Fri, 27 Nov 2026 10:00:00 GMT"})

    async def _cut(self, request: web.Request) -> web.StreamResponse:
        """The beginning of the file, and then nothing more, though more was announced."""
        response = web.StreamResponse(headers={"Content-Length": str(len(self.content))})
        await response.prepare(request)
        await response.write(self.content[: len(self.content) // 2])
        assert request.transport is not None
        request.transport.close()
        return response

    @staticmethod
    async def _endless(request: web.Request) -> web.StreamResponse:
        """A file without a length that never ends."""
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            while True:
                await response.write(b"x" * 65_536)
                await asyncio.sleep(0.005)
        return response


@contextlib.asynccontextmanager
async def feed_site(content: bytes = b"[]", host: str = "127.0.0.1") -> AsyncIterator[FeedSite]:
    """The site is up as long as this is entered."""
    site, app = FeedSite(content), web.Application()
    app.router.add_route("*", "/{any:.*}", site.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, 0).start()
    site.url = f"http://{host}:{runner.addresses[0][1]}"
    try:
        yield site
    finally:
        await runner.cleanup()
