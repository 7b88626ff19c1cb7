"""The certificates that servers really show, which may be older than those in their files."""

import asyncio
import contextlib
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from cryptography import x509

from ops import logs, metrics
from ops.addresses import host_and_port
from ops.settings import Settings

log = logs.get_logger(__name__)
WITHIN_S = 4.0
BROKER, ELASTICSEARCH = "broker", "elasticsearch"
SERVERS = frozenset({BROKER, ELASTICSEARCH})
"""The identities of servers; the end of theirs is told by what they show, not by what lies in their files."""


async def shown_certificate(host: str, port: int, within_s: float = WITHIN_S) -> x509.Certificate:
    """What the server shows in a handshake, whoever signed it and however old it is.

    Raises OSError (TimeoutError after `within_s`) when there is no server, or it does not speak TLS.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # It is looked at, not believed: nothing is sent, nothing read.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    async with asyncio.timeout(within_s):
        _, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=host)
    try:
        shown: bytes | None = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.transport.abort()
    if shown is None:
        raise ConnectionError(f"{host}:{port} shows no certificate")
    return x509.load_der_x509_certificate(shown)


def servers(settings: Settings) -> Iterator[tuple[str, str, int]]:
    """(identity, host, port) of every server with a certificate of its own that the settings name."""
    for place in settings.kafka.bootstrap.split(","):
        with contextlib.suppress(ValueError):
            yield BROKER, *host_and_port(place)
    url = urlsplit(settings.elasticsearch.url)
    if url.hostname:
        yield ELASTICSEARCH, url.hostname, url.port or 443


async def note_shown(settings: Settings) -> None:
    """Set the end of each server's certificate, the soonest of several servers of one identity.

    A server that does not answer keeps what it showed last: that it is away is told by other alerts.
    """
    known = list(servers(settings))
    ends: dict[str, float] = {}
    for (name, _, _), end in zip(known, await asyncio.gather(*(_end(*one[1:]) for one in known)), strict=True):
        if end is not None:
            ends[name] = min(end, ends.get(name, end))
    for name, end in ends.items():
        metrics.CERTIFICATE_EXPIRY.labels(name).set(end)


async def _end(host: str, port: int) -> float | None:
    try:
        return (await shown_certificate(host, port)).not_valid_after_utc.timestamp()
    except (OSError, ValueError) as error:
        log.warning("no certificate shown", server=f"{host}:{port}", error=str(error))
        return None
