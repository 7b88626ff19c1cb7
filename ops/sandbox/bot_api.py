"""The Bot API that bots call: /bot<token>/<method> and /file/bot<token>/<path>."""

import asyncio
import secrets
from http import HTTPStatus

import orjson
import structlog
from aiohttp import web

from ops.sandbox.errors import BotApiError, too_many_requests
from ops.sandbox.faults import Faults, InjectedFault
from ops.sandbox.methods import METHODS, SENDING
from ops.sandbox.parameters import Parameters, read_parameters
from ops.sandbox.rate_limits import RateLimits
from ops.sandbox.world import World

_JSON = {"Content-Type": "application/json"}
_UNAUTHORIZED = BotApiError(401, "Unauthorized")
_NO_METHOD = BotApiError(404, "Not Found: method not found")
_NO_FILE = BotApiError(404, "Not Found")
# Telegram takes GET for everything; here an address in some page's picture would be enough to speak as the bot.
_NOT_BY_GET = BotApiError(405, "Method Not Allowed: the sandbox changes nothing by GET, call it by POST")
_CHANGING_GETTERS = frozenset({"getupdates"})

log = structlog.get_logger(__name__)


class BotApi:
    """Answers exactly one bot; `limits` is None when the rate limits are switched off."""

    def __init__(self, world: World, faults: Faults, limits: RateLimits | None) -> None:
        self._world = world
        self._faults = faults
        self._limits = limits

    def add_routes(self, app: web.Application) -> None:
        for verb in ("GET", "POST"):
            app.router.add_route(verb, "/bot{token}/{method}", self.call)
        app.router.add_get("/file/bot{token}/{path:.+}", self.file)

    async def call(self, request: web.Request) -> web.Response:
        if not self._authorised(request):
            return _failed(_UNAUTHORIZED)
        method = request.match_info["method"].lower()
        if request.method == "GET" and (not method.startswith("get") or method in _CHANGING_GETTERS):
            return _failed(_NOT_BY_GET)
        try:
            parameters = await read_parameters(request)
        except BotApiError as error:
            return _failed(error)
        fault = self._faults.strike(method, _chat(parameters))
        if fault is not None and not fault.delivered:
            return await _suffer(request, fault)
        response = await self._answer(method, parameters)
        return response if fault is None else await _suffer(request, fault)

    async def file(self, request: web.Request) -> web.Response:
        if not self._authorised(request):
            return _failed(_UNAUTHORIZED)
        stored = self._world.files.by_path(request.match_info["path"])
        if stored is None:
            return _failed(_NO_FILE)
        return web.Response(body=stored.data, content_type="application/octet-stream")

    def _authorised(self, request: web.Request) -> bool:
        return secrets.compare_digest(request.match_info["token"].encode(), self._world.token.encode())

    async def _answer(self, method: str, parameters: Parameters) -> web.Response:
        function = METHODS.get(method)
        if function is None:
            return _failed(_NO_METHOD)
        try:
            if self._limits is not None and method in SENDING:
                self._limits.take(_chat(parameters))
            result = await function(self._world, parameters)
        except BotApiError as error:
            return _failed(error)
        except (ArithmeticError, LookupError, TypeError, ValueError):
            log.exception("sandbox_method_failed", method=method)
            return _failed(BotApiError(500, "Internal Server Error"))
        return web.Response(body=orjson.dumps({"ok": True, "result": result}), headers=_JSON)


def _chat(parameters: Parameters) -> int:
    return parameters.integer("chat_id") or 0


def _failed(error: BotApiError) -> web.Response:
    body: dict[str, object] = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return web.Response(status=error.code, body=orjson.dumps(body), headers=_JSON)


async def _suffer(request: web.Request, fault: InjectedFault) -> web.Response:
    """What the bot sees of a fault: an error, a long silence, or a connection that breaks off."""
    if fault.kind == "429":
        return _failed(too_many_requests(fault.retry_after))
    if fault.kind == "500":
        return _failed(BotApiError(500, "Internal Server Error"))
    if fault.kind == "timeout":
        await asyncio.sleep(fault.hold)
        return web.Response(status=HTTPStatus.GATEWAY_TIMEOUT, text="Gateway Timeout")
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=HTTPStatus.BAD_GATEWAY)
