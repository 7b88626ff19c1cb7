"""Serving of the chat page and of the pictures shown in it."""

from importlib.resources import files

from aiohttp import web

from ops.sandbox.world import World

_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FILES = {"/": "index.html", "/style.css": "style.css", "/app.js": "app.js", "/icon.svg": "icon.svg"}


class Pages:
    def __init__(self, world: World) -> None:
        self._world = world
        folder = files("ops.sandbox.page")
        self._bodies = {path: folder.joinpath(name).read_bytes() for path, name in _FILES.items()}

    def add_routes(self, app: web.Application) -> None:
        for path in _FILES:
            app.router.add_get(path, self.page)
        app.router.add_get("/media/{path:.+}", self.media)

    async def page(self, request: web.Request) -> web.Response:
        kind = _TYPES[_FILES[request.path].rpartition(".")[2]]
        headers = {
            "Content-Security-Policy": _POLICY,
            "Cache-Control": "no-cache",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(body=self._bodies[request.path], content_type=kind, charset="utf-8", headers=headers)

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
