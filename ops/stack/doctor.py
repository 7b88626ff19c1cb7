"""Examines a stack and the machine under it; every fault comes with its cure."""

import os
import shutil
import ssl
import stat
from base64 import b64encode
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from ops.addresses import shown as address
from ops.downloads.java import ADVICE, LEAST, find_java
from ops.elasticsearch import password
from ops.errors import StartupError
from ops.kafka import Kafka
from ops.settings import STACK_DIR_NAME, Settings, load
from ops.shown_certificates import servers, shown_certificate
from ops.stack.directory import StackDirectory
from ops.stack.http_probe import get
from ops.stack.identities import IDENTITIES
from ops.stack.part import NotReadyError
from ops.stack.ports import Ports, is_free
from ops.stack.stack_status import is_supervised, read_status
from ops.tls import Authority, read_certificate

DISK_NEEDED = 2 << 30
MEMORY_NEEDED = 3 << 30
WARN_BEFORE = timedelta(days=14)
PRIVATE = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Finding:
    """What was looked at; with a fault there is a cure."""

    subject: str
    fault: str = ""
    cure: str = ""

    def __str__(self) -> str:
        return f"{self.subject}: {self.fault.rstrip('.')}; {self.cure}" if self.fault else self.subject


async def examine(directory: StackDirectory, now: datetime | None = None) -> AsyncIterator[Finding]:
    """Everything that can be wrong, the causes before what follows from them."""
    moment = now or datetime.now(UTC)
    for finding in (java(), *resources(directory.root)):
        yield finding
    if not directory.root.exists():
        yield Finding(f"stack {directory.root}", "does not exist", "start one: python -m ops up")
        return
    for finding in (*secrets(directory), *certificates(directory, moment)):
        yield finding
    if not is_supervised(directory.lock):
        for finding in ports(directory):
            yield finding
        yield Finding(f"stack {directory.root}", "does not run", "start it: python -m ops up")
        return
    for finding in parts(directory):
        yield finding
    try:
        settings = load({STACK_DIR_NAME: str(directory.root)})
    except StartupError as error:
        yield Finding("settings", str(error), "start the stack anew, it writes them")
        return
    async for finding in connections(settings):
        yield finding


def java() -> Finding:
    """Is there a Java that the servers run on?"""
    found = find_java()
    return Finding(f"Java at {found}") if found else Finding("Java", f"none of version {LEAST} or newer", ADVICE)


def resources(root: Path) -> Iterator[Finding]:
    """Is there enough free disk below the stack, and memory for a whole demo?"""
    there = next(path for path in (root, *root.parents) if path.exists())
    free = shutil.disk_usage(there).free
    yield _unless(
        free < DISK_NEEDED,
        f"disk at {there}",
        f"{_gib(free)} free, {_gib(DISK_NEEDED)} needed",
        "make room, or use another --dir",
    )
    available = psutil.virtual_memory().available
    running = is_supervised(root / "supervisor.lock")
    yield _unless(
        available < MEMORY_NEEDED and not running,
        "memory",
        f"{_gib(available)} available, a whole demo takes {_gib(MEMORY_NEEDED)}",
        "close something, or start fewer parts",
    )


def secrets(directory: StackDirectory) -> Iterator[Finding]:
    """Only their owner, which must be us, may read keys and passwords."""
    faults = 0
    for path in _files(directory.credentials, directory.authority_key.parent, directory.environment):
        status = path.stat()
        if status.st_uid != os.geteuid():
            faults += 1
            yield Finding(str(path), f"belongs to uid {status.st_uid}", f"chown {os.geteuid()} {path}")
        if status.st_mode & PRIVATE:
            faults += 1
            yield Finding(str(path), f"others may use it (mode {stat.S_IMODE(status.st_mode):o})", f"chmod go= {path}")
    if not faults:
        yield Finding(f"secrets in {directory.credentials}")


def certificates(directory: StackDirectory, now: datetime) -> Iterator[Finding]:
    """Each identity has a certificate of this authority that is valid for a while."""
    try:
        authority = Authority.load(directory.authority_key, directory.authority_certificate)
    except StartupError as error:
        yield Finding("certificate authority", str(error), "python -m ops certs issue")
        return
    yield _certificate("authority", authority, directory.authority_certificate, now)
    for one in IDENTITIES:
        yield _certificate(one.name, authority, directory.credentials / one.name / "client.pem", now)


def ports(directory: StackDirectory) -> Iterator[Finding]:
    """While the stack is stopped nobody else may have its ports."""
    for name, port in Ports(directory.ports).assigned().items():
        if not is_free(port):
            user = _user_of(port)
            yield Finding(
                f"port {port} of {name}", f"is in use{user}", "stop that, or start the stack: it takes another"
            )


def parts(directory: StackDirectory) -> Iterator[Finding]:
    """What the supervisor says."""
    current = read_status(directory)
    for part in current.parts if current else ():
        fault = f"{part.health}{f' ({part.note})' if part.note else ''}"
        yield _unless(not part.health.good, f"part {part.name}", fault, f"its log {part.log} may say more")


async def connections(settings: Settings) -> AsyncIterator[Finding]:
    """Every identity's own TLS handshake with Kafka, what the servers show, and each sign-in to Elasticsearch."""
    for one in IDENTITIES:
        try:
            await Kafka(settings, one.name).verify()
        except StartupError as error:
            yield Finding(f"Kafka as {one.name}", str(error), "see `python -m ops status` and the part's log")
        else:
            yield Finding(f"Kafka as {one.name}")
    async for finding in shown(settings):
        yield finding
    for one in IDENTITIES:
        if one.uses_elasticsearch:
            yield await sign_in(settings, one.name)


async def shown(settings: Settings) -> AsyncIterator[Finding]:
    """Does each server show the certificate that lies in its file? One that does not answer is told of elsewhere."""
    for name, host, port in servers(settings):
        try:
            seen = await shown_certificate(host, port)
            held = read_certificate(settings.credentials / name / "client.pem")
        except (OSError, ValueError, StartupError):
            continue
        yield _unless(
            seen.serial_number != held.serial_number,
            f"certificate that {address(host, port)} shows",
            f"is not the one in its file; it ends on {seen.not_valid_after_utc:%Y-%m-%d %H:%M} UTC",
            "have it taken in: python -m ops certs rotate",
        )


async def sign_in(settings: Settings, name: str) -> Finding:
    """Does Elasticsearch know this identity by its password?"""
    subject = f"Elasticsearch as {name}"
    place = urlsplit(settings.elasticsearch.url)
    try:
        host, port = place.hostname or "", place.port or 443
        context = ssl.create_default_context(cafile=str(settings.credentials / "ca.pem"))
        word = b64encode(f"{name}:{password(settings, name)}".encode()).decode()
        status, _ = await get(host, port, "/_security/_authenticate", context=context, authorization=f"Basic {word}")
    except (NotReadyError, StartupError, OSError, ValueError) as error:
        return Finding(subject, str(error), "see `python -m ops status` and the log of elasticsearch")
    restart = "restart the stack, it writes the file of users anew"
    return _unless(status == 401, subject, "does not know the user or the password", restart)


def _certificate(name: str, authority: Authority, path: Path, now: datetime) -> Finding:
    subject = f"certificate of {name}"
    try:
        certificate = read_certificate(path)
    except StartupError:
        return Finding(subject, f"{path} is missing or damaged", "python -m ops certs issue")
    ends = certificate.not_valid_after_utc
    if ends <= now:
        return Finding(subject, f"expired on {ends:%Y-%m-%d %H:%M} UTC", "python -m ops certs rotate")
    if certificate.not_valid_before_utc > now:
        return Finding(subject, f"is not valid before {certificate.not_valid_before_utc}", "set this machine's clock")
    if name != "authority" and not authority.signed(certificate):
        return Finding(subject, "another authority signed it", "python -m ops certs rotate")
    if ends - now < WARN_BEFORE:
        return Finding(subject, f"expires on {ends:%Y-%m-%d}", "python -m ops certs rotate")
    return Finding(f"{subject}, valid until {ends:%Y-%m-%d}")


def _files(*homes: Path) -> Iterable[Path]:
    return sorted(path for home in homes if home.exists() for path in (home, *home.rglob("*")))


def _unless(faulty: bool, subject: str, fault: str, cure: str) -> Finding:
    return Finding(subject, fault, cure) if faulty else Finding(subject)


def _user_of(port: int) -> str:
    try:
        pids = {one.pid for one in psutil.net_connections("tcp") if one.laddr and one.laddr.port == port and one.pid}
    except psutil.AccessDenied:
        return ""
    return "".join(f" by process {pid} ({psutil.Process(pid).name()})" for pid in sorted(pids)[:1])


def _gib(size: int) -> str:
    return f"{size / (1 << 30):.1f} GiB"
