"""Servers on other hosts: they must be there before our services are, and show certificates that are good today."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from cryptography import x509

from ops.addresses import host_and_port, shown
from ops.preflight.plan import Plan
from ops.settings import Settings
from ops.shown_certificates import shown_certificate
from ops.stack.doctor import WARN_BEFORE, Finding

WITHIN_S = 5.0


def named(settings: Settings) -> Iterator[tuple[str, str, bool]]:
    """(setting, address, whether it speaks TLS) of every server that the settings name."""
    for broker in filter(None, settings.kafka.bootstrap.split(",")):
        yield "YARMARKA_KAFKA__BOOTSTRAP", broker.strip(), True
    for setting, url in (
        ("YARMARKA_ELASTICSEARCH__URL", settings.elasticsearch.url),
        ("YARMARKA_HDFS__URL", settings.hdfs.url),
        ("YARMARKA_HDFS__WEB_URL", settings.hdfs.web_url),
    ):
        if url:
            place = urlsplit(url)
            usual = {"https": 443, "http": 80, "hdfs": 8020}.get(place.scheme, 0)
            yield setting, shown(place.hostname or "", place.port or usual), place.scheme == "https"


async def servers(plan: Plan, now: datetime | None = None) -> AsyncIterator[Finding]:
    """Each server elsewhere: name, port, certificate."""
    for setting, place, speaks_tls in named(plan.settings):
        yield await _server(setting, place, speaks_tls, now or datetime.now(UTC))


async def _server(setting: str, place: str, speaks_tls: bool, now: datetime) -> Finding:
    subject = f"{place} ({setting})"
    try:
        host, port = host_and_port(place)
    except ValueError as error:
        return Finding(subject, str(error), "give it as host:port")
    if fault := await _unreached(host, port):
        return Finding(subject, *fault)
    if not speaks_tls:
        return Finding(subject)
    try:
        certificate = await shown_certificate(host, port)
    except (OSError, ValueError):
        return Finding(subject, "it does not speak TLS", "name its TLS port; the services speak nothing else")
    fault = out_of_date(certificate, now)
    return Finding(subject, *fault) if fault else Finding(f"{subject}, certificate shown")


async def _unreached(host: str, port: int) -> tuple[str, str] | None:
    """Fault and cure when no connection comes about."""
    try:
        async with asyncio.timeout(WITHIN_S):
            _, writer = await asyncio.open_connection(host, port)
    except socket.gaierror as error:
        return f"the name cannot be resolved ({error.strerror})", "check the name and the DNS server"
    except TimeoutError:
        return f"no answer within {WITHIN_S:g} s", "check the firewall on the way"
    except OSError:
        return "nothing listens there", "start the server, and have it listen on this address"
    writer.close()
    return None


def out_of_date(certificate: x509.Certificate, now: datetime) -> tuple[str, str] | None:
    """Fault and cure when the certificate is not good today, or will soon not be. Pure."""
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if begins > now:
        return "its certificate is not valid yet", "compare the clocks of the two machines"
    if ends - now >= WARN_BEFORE:
        return None
    when = "ended" if ends <= now else "ends"
    return f"its certificate {when} on {ends:%Y-%m-%d}", "renew it there: scripts/generate_ssl.sh --renew"
