"""Serving of the chat page and of the pictures shown in it."""

from importlib.resources import files

from aiohttp import web

from ops.sandbox.world import World

_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class OpenPages:
    def __init__(self, world: World) -> None:
        self._world = world
        folder = files("ops.sandbox.page").iterdir()
        self._bodies = {found.name: found.read_bytes() for found in folder if found.name.rpartition(".")[2] in _TYPES}

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/", self.page)
        app.router.add_get("/page/{name}", self.page)
        app.router.add_get("/media/{path:.+}", self.media)

    async def page(self, request: web.Request) -> web.Response:
        name = request.match_info.get("name", "index.html")
        if name not in self._bodies:
            raise web.HTTPNotFound
        kind = _TYPES[name.rpartition(".")[2]]
        headers = {
            "Content-Security-Policy": _POLICY,
            "Cache-Control": "no-cache",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(body=self._bodies[name], content_type=kind, charset="utf-8", headers=headers)

    async def media(self, request: web.Request) -> web.Response:
        """A picture to look at; anything else only to be saved, since a bot may send what a browser would run."""
        stored = self._world.files.by_path(request.match_info["path"])
        if stored is None:
            raise web.HTTPNotFound
        picture = stored.path.startswith("photos/")
        headers = {
            "Cache-Control": "max-age=86400, immutable",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Content-Type": stored.mime_type if picture else "application/octet-stream",
            "Content-Disposition": "inline" if picture else "attachment",
        }
        return web.Response(body=stored.data, headers=headers)
