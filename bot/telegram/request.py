"""The Bot API over aiohttp: a `BaseRequest` for python-telegram-bot.

httpx, the framework's own transport, slows down as more calls are in flight; aiohttp does not.
"""

import asyncio
import random
from time import perf_counter

import aiohttp
import orjson
from multidict import CIMultiDict
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.telegram.faults import NotSentError, ServerFaultError, UncertainError, may_repeat
from ops import metrics
from ops.proxies import shown

JSON_HEADERS = CIMultiDict({"Content-Type": "application/json", "User-Agent": BaseRequest.USER_AGENT})
FILE_HEADERS = CIMultiDict({"User-Agent": BaseRequest.USER_AGENT})
# Shorter than any server's own, so that a call seldom meets a connection that is just being closed.
KEEPALIVE_S = 30.0
PROXY_WANTS_LOGIN = 407


class AiohttpRequest(BaseRequest):
    """Calls of the Bot API over a pool of kept-alive connections.

    Raises what HTTPXRequest raises (`TimedOut`, `NetworkError`), in narrower classes that say whether the call
    can have reached Telegram: `NotSentError` (it cannot), `UncertainError` (it may), `ServerFaultError` (it did,
    and Telegram answered 5xx).
    """

    def __init__(
        self,
        connections: int = 256,
        timeout_s: float = 20.0,
        connect_s: float = 5.0,
        pauses_s: tuple[float, ...] = (0.2, 0.5, 1.0, 2.0, 4.0),
        proxy: str | None = None,
    ) -> None:
        self._proxy = proxy
        self._connections = connections
        self._timeout_s = timeout_s
        self._connect_s = connect_s
        self._pauses_s = pauses_s
        self._session: aiohttp.ClientSession | None = None
        self._urls: dict[str, URL] = {}
        self._timeouts: dict[float, aiohttp.ClientTimeout] = {}

    @property
    def read_timeout(self) -> float:
        return self._timeout_s

    async def initialize(self) -> None:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections, limit_per_host=0, ttl_dns_cache=300, keepalive_timeout=KEEPALIVE_S
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=True,
                skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent"),
                json_serialize=_dumps,
                proxy=self._proxy,
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(  # noqa: PLR0917 - the framework's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One call, made again with growing pauses while a repeat is harmless (`faults.may_repeat`).

        5xx answers are raised as ServerFaultError; all others are returned with their status.
        """
        name = url.rpartition("/")[2]
        read_s = float(read_timeout) if isinstance(read_timeout, int | float) else self._timeout_s
        for pause_s in self._pauses_s:
            try:
                return await self._once(name, method, url, request_data, read_s)
            except NetworkError as error:
                if name == "getUpdates" or not may_repeat(name, error):
                    raise
            await asyncio.sleep(pause_s * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, not a secret
        return await self._once(name, method, url, request_data, read_s)

    async def _once(
        self, name: str, method: str, url: str, data: RequestData | None, read_s: float
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("AiohttpRequest is not initialized")
        headers, body = _body(data)
        begun = perf_counter()
        try:
            async with self._session.request(
                method, self._url(url), data=body, headers=headers, timeout=self._timeout(read_s), allow_redirects=False
            ) as response:
                status, payload = response.status, await response.read()
        except aiohttp.ConnectionTimeoutError as error:
            text = f"no connection to Telegram within {self._connect_s:g} s"
            raise _failed(name, "connect", NotSentError(text)) from error
        except (TimeoutError, aiohttp.ServerTimeoutError) as error:
            raise _failed(name, "timeout", TimedOut(f"no answer from Telegram within {read_s:g} s")) from error
        except aiohttp.ClientHttpProxyError as error:
            raise _failed(name, "proxy", self._refused(error.status)) from error
        except aiohttp.ClientProxyConnectionError as error:
            text = f"the proxy {shown(self._proxy or '')} cannot be reached ({error.os_error})"
            raise _failed(name, "proxy", NotSentError(text)) from error
        except aiohttp.ClientConnectorError as error:
            raise _failed(name, "connect", NotSentError(f"aiohttp.{type(error).__name__}: {error}")) from error
        except aiohttp.ClientError as error:
            raise _failed(name, "network", UncertainError(f"aiohttp.{type(error).__name__}: {error}")) from error
        metrics.TELEGRAM_SECONDS.labels(name).observe(perf_counter() - begun)
        if status >= 300:
            metrics.TELEGRAM_ERRORS.labels(name, str(status)).inc()
        if status == PROXY_WANTS_LOGIN:
            raise self._refused(status)
        if status >= 500:
            raise ServerFaultError(status, payload)
        return status, payload

    def _refused(self, status: int) -> NotSentError:
        """What was asked of the proxy, and that it passed nothing on."""
        why = "it wants a user and a password" if status == PROXY_WANTS_LOGIN else f"it answers {status}"
        return NotSentError(f"the proxy {shown(self._proxy or '')} lets nobody through to Telegram: {why}")

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, object]:
        """The answer's JSON. Raises TelegramError when it is none."""
        try:
            answer = orjson.loads(payload)
        except orjson.JSONDecodeError as error:
            raise TelegramError("Invalid server response") from error
        if not isinstance(answer, dict):
            raise TelegramError("Invalid server response")
        return answer

    def _url(self, url: str) -> URL:
        known = self._urls.get(url)
        if known is None:
            known = URL(url, encoded=True)
            if len(self._urls) < 512:
                self._urls[url] = known
        return known

    def _timeout(self, read_s: float) -> aiohttp.ClientTimeout:
        known = self._timeouts.get(read_s)
        if known is None:
            known = aiohttp.ClientTimeout(total=read_s + 2 * self._connect_s, connect=self._connect_s, sock_read=read_s)
            if len(self._timeouts) < 64:
                self._timeouts[read_s] = known
        return known


def _body(data: RequestData | None) -> tuple[CIMultiDict[str], bytes | aiohttp.FormData | None]:
    if data is None:
        return FILE_HEADERS, None
    if not data.contains_files:
        return JSON_HEADERS, orjson.dumps(data.parameters)
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return FILE_HEADERS, form


def _failed(method: str, kind: str, error: TelegramError) -> TelegramError:
    metrics.TELEGRAM_ERRORS.labels(method, kind).inc()
    return error


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()
