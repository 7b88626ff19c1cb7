"""Who may call the sandbox: whoever calls it by one of its own names, and no page of another site.

A browser sends the requests of any page that is open in it. A name of a stranger's that leads to this machine (DNS
rebinding) shows in `Host`; a page of another site shows in `Origin`, or, where that is left out, in `Sec-Fetch-Site`
(W3C, "Fetch Metadata Request Headers"). Programs send neither of the last two.
"""

import re
from http import HTTPStatus
from urllib.parse import urlsplit

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
# Addresses on which one listens, but by which nobody calls.
WILDCARDS = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - not listened on here
HOST = re.compile(r"(\[[0-9a-f:]+\]|[a-z0-9._-]+)(:\d{1,5})?")
SAFE = frozenset({"GET", "HEAD"})
STRANGE_SITES = frozenset({"cross-site", "same-site"})
PAGES = ("/page/",)


class OwnNames:
    """The names by which the sandbox may be called: those of this machine's loopback, and `names`."""

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        self._names = LOOPBACK | {_bracketed(name) for name in names if name not in WILDCARDS}

    def knows(self, host: str) -> bool:
        """True when a `Host` header, with or without a port, has one of the names."""
        found = HOST.fullmatch(host.lower())
        return found is not None and found[1].rstrip(".") in self._names

    def refusal(self, request: web.Request) -> str | None:
        """Why the request is refused, in one sentence; None when it is not."""
        host = request.headers.get("Host", "")
        if not self.knows(host):
            return f"This sandbox is not called {host[:100]!r}; open it by localhost, or start it with --name NAME."
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return "Calls from other sites are refused."
        # The page itself may be opened by a link anywhere; it does nothing until somebody presses something in it.
        page = request.method in SAFE and (request.path == "/" or request.path.startswith(PAGES))
        if not page and request.headers.get("Sec-Fetch-Site") in STRANGE_SITES:
            return "Calls from other sites are refused."
        return None


def guarding(own: OwnNames) -> Middleware:
    """Refuses with 403, and a JSON body as both APIs have, what is not addressed to the sandbox; nothing reads it."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        said = own.refusal(request)
        if said is None:
            return await handler(request)
        body = {"ok": False, "error_code": HTTPStatus.FORBIDDEN, "description": said, "error": said}
        return web.Response(
            status=HTTPStatus.FORBIDDEN, body=orjson.dumps(body), headers={"Content-Type": "application/json"}
        )

    return guard


def _bracketed(name: str) -> str:
    lowered = name.lower().strip("[]")
    return f"[{lowered}]" if ":" in lowered else lowered
