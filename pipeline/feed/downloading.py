"""Fetching one feed from its address to the disk: bounded, from public hosts alone, and silent about what is secret."""

import asyncio
import base64
import contextlib
import os
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import aiohttp
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from ops import metrics
from ops.public_addresses import NotPublic, PublicResolver, is_private_literal
from ops.service import VERSION
from ops.settings import FeedSettings
from pipeline.contracts.feeds import FetchedFile, FetchFault

MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
BLOCK = 256 * 1024
MEBIBYTE = 1 << 20
CONNECT_S = 20.0
STALL_S = 60.0
LONGEST_VALIDATOR = 1_000
# Packed as the site likes: the file is unpacked where all files are, by its bytes and within the same bounds.
HEADERS = {"User-Agent": f"Yarmarka/{VERSION} (feed)", "Accept": "*/*", "Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class Downloaded:
    """The file is on disk as a whole; by these the site says the next time whether it is still the same."""

    etag: str
    modified: str
    size: int
    digest: str


class FetchFailed(Exception):
    """Nothing was fetched. Neither `fault` nor `detail` has anything of the address in it."""

    def __init__(self, fault: FetchFault, detail: str = "", not_before: datetime | None = None) -> None:
        super().__init__(f"{fault.value} {detail}".strip())
        self.fault = fault
        self.detail = detail
        self.not_before = not_before


async def download(
    address: str, target: Path, settings: FeedSettings, known: FetchedFile | None = None
) -> Downloaded | None:
    """Fetch the file into `target`; None when it is still the `known` one, as the site says or as its bytes do.

    Each redirect is checked as the address itself is, and a password goes to the address' own site alone. Raises
    FetchFailed; what is in `target` then, or when it is still the known one, is not to be used.
    """
    try:
        async with (
            asyncio.timeout(settings.fetch_timeout_s),
            _session(private=settings.fetch_private) as session,
            _answer(session, address, settings, known) as response,
        ):
            if response.status == 304 and known is not None:
                return None
            if response.status != 200:
                raise FetchFailed(FetchFault.STATUS, str(response.status), _not_before(response))
            size, digest = await _save(response, target, settings.fetch_mb * MEBIBYTE)
            if known is not None and digest == known.digest:
                return None
            return Downloaded(_validator(response, "ETag"), _validator(response, "Last-Modified"), size, digest)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        # What aiohttp says has the address in it, with all that is secret there: none of it goes any further.
        raise FetchFailed(_fault_of(error), type(error).__name__) from None


@contextlib.asynccontextmanager
async def _session(*, private: bool) -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(
        resolver=ThreadedResolver() if private else PublicResolver(), use_dns_cache=False, force_close=True
    )
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=STALL_S)
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        headers=HEADERS,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
    ) as session:
        yield session


@contextlib.asynccontextmanager
async def _answer(
    session: aiohttp.ClientSession, address: str, settings: FeedSettings, known: FetchedFile | None
) -> AsyncIterator[aiohttp.ClientResponse]:
    """The answer at the end of the redirects, its body not yet read."""
    url = first = URL(address)
    for _ in range(MOST_REDIRECTS + 1):
        if url.scheme not in {"http", "https"} or not url.host:
            raise FetchFailed(FetchFault.ADDRESS)
        if not settings.fetch_private and is_private_literal(url.host):
            raise FetchFailed(FetchFault.PRIVATE)
        headers = _headers(url, first, known)
        async with session.get(url.with_user(None), headers=headers, allow_redirects=False) as response:
            location = response.headers.get("Location")
            if response.status not in REDIRECTS or not location:
                yield response
                return
            url = url.with_user(None).join(URL(location))
    raise FetchFailed(FetchFault.REDIRECTS)


def _headers(url: URL, first: URL, known: FetchedFile | None) -> dict[str, str]:
    headers = {}
    owner = url if url.user is not None else first if url.origin() == first.origin() else None
    if owner is not None and owner.user is not None:
        pair = f"{owner.user}:{owner.password or ''}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    if known is not None and known.etag:
        headers["If-None-Match"] = known.etag
    if known is not None and known.modified:
        headers["If-Modified-Since"] = known.modified
    return headers


async def _save(response: aiohttp.ClientResponse, target: Path, most: int) -> tuple[int, str]:
    """Write the body to disk; how many bytes it has, and their digest; on the disk when this returns."""
    if (response.content_length or 0) > most:
        raise FetchFailed(FetchFault.LARGE)
    size, digest = 0, sha256()
    try:
        # Opened here and now: a thread that is given up might make the file after it was removed.
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644), "wb") as file:
            async for block in response.content.iter_chunked(BLOCK):
                size += len(block)
                if size > most:
                    raise FetchFailed(FetchFault.LARGE)
                metrics.FEED_FETCHED.inc(len(block))
                digest.update(block)
                await asyncio.to_thread(file.write, block)
            await asyncio.to_thread(_sync, file)
    except aiohttp.ClientPayloadError:
        raise FetchFailed(FetchFault.CUT_OFF) from None
    except (aiohttp.ClientError, TimeoutError):
        raise
    except OSError as error:
        raise FetchFailed(FetchFault.OURS, error.strerror or type(error).__name__) from None
    if response.content_length is not None and size < response.content_length:
        raise FetchFailed(FetchFault.CUT_OFF)
    return size, digest.hexdigest()


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _validator(response: aiohttp.ClientResponse, name: str) -> str:
    value = response.headers.get(name, "").strip()
    return value if len(value) <= LONGEST_VALIDATOR and value.isascii() and value.isprintable() else ""


def _not_before(response: aiohttp.ClientResponse) -> datetime | None:
    """What a busy site asks for: seconds, or a moment."""
    asked = response.headers.get("Retry-After", "").strip()
    try:
        return datetime.fromtimestamp(time.time() + int(asked), UTC) if asked.isdecimal() else _moment(asked)
    except (ValueError, OverflowError, OSError):
        return None


def _moment(text: str) -> datetime | None:
    moment = parsedate_to_datetime(text) if text else None
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def _fault_of(error: Exception) -> FetchFault:
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, NotPublic) or isinstance(cause.__cause__, NotPublic):
        return FetchFault.PRIVATE
    if isinstance(error, TimeoutError):
        return FetchFault.SLOW
    if isinstance(error, (aiohttp.ClientSSLError, aiohttp.ClientConnectorCertificateError)):
        return FetchFault.CERTIFICATE
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        # A resolver that is away is not the same as a name that nobody has.
        known = (socket.EAI_NONAME, socket.EAI_NODATA) if hasattr(socket, "EAI_NODATA") else (socket.EAI_NONAME,)
        return FetchFault.NO_HOST if isinstance(cause, OSError) and cause.errno in known else FetchFault.AWAY
    if isinstance(error, (aiohttp.InvalidURL, ValueError)):
        return FetchFault.ADDRESS
    return FetchFault.AWAY
