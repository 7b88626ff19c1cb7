"""Each fault of a certificate has its own sentence, told from real handshakes: Kafka's, Elasticsearch's, a probe's."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from elastic_transport import TlsError

from ops import elasticsearch
from ops.certificate_faults import own_fault
from ops.errors import StartupError
from ops.kafka import Kafka
from ops.private_files import write_private
from ops.settings import Settings
from ops.shown_certificates import note_shown, shown_certificate
from ops.stack import doctor
from ops.stack.doctor import sign_in
from ops.tls import Authority
from tests.ops.test_exporter import sample

OURS = Authority.create("ours")
DAY = timedelta(days=1)


def days_ago(days: float) -> datetime:
    return datetime.now(UTC) - days * DAY


# What is wrong → the server's leaf, and the sentence's beginning.
FAULTS: dict[str, tuple[bytes, str]] = {
    "a wrong name": (
        OURS.issue("broker", server=True, names=("kafka.example.org", "10.0.0.7")),
        "shows a certificate that is for other names than `localhost`; call the server by a name",
    ),
    "expired": (
        OURS.issue("broker", server=True, now=days_ago(3), life=DAY),
        "shows a certificate that has expired; renew it by `python -m ops certs rotate`",
    ),
    "not yet valid": (
        OURS.issue("broker", server=True, now=days_ago(-2)),
        "shows a certificate that is not valid yet; compare the clocks",
    ),
    "another authority": (
        Authority.create("other").issue("broker", server=True),
        "shows a certificate that our authority did not sign (",
    ),
    "a client's": (OURS.issue("bot"), "shows a certificate that is not meant for a server"),
}
ALL = pytest.mark.parametrize("fault", FAULTS)


class Server:
    """A TLS server that asks for clients' certificates, keeps their serial numbers, and answers any request by 401."""

    def __init__(self, home: Path, leaf: bytes, *, trusted: Authority = OURS) -> None:
        write_private(home / "server.pem", leaf)
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=trusted.pem().decode())
        self.context.load_cert_chain(home / "server.pem")
        self.context.verify_mode = ssl.CERT_OPTIONAL
        self.clients: list[int] = []
        self.port = 0

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        if shown:
            self.clients.append(x509.load_der_x509_certificate(shown).serial_number)
        if await reader.read(1):
            writer.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator["Server"]:
        server = await asyncio.start_server(self._answer, "localhost", 0, ssl=self.context)
        async with server:
            self.port = server.sockets[0].getsockname()[1]
            yield self


def settings_of(home: Path, port: int, leaf: bytes | None = None) -> Settings:
    write_private(home / "ca.pem", OURS.pem())
    write_private(home / "feed" / "client.pem", leaf or OURS.issue("feed"))
    write_private(home / "feed" / "elasticsearch.password", b"word")
    return Settings.model_validate({
        "credentials": home,
        "kafka": {"bootstrap": f"localhost:{port}"},
        "elasticsearch": {"url": f"https://localhost:{port}"},
    })  # fmt: skip


@ALL
async def test_kafkas_certificate_is_named_with_what_is_wrong(fault: str, tmp_path: Path) -> None:
    leaf, said = FAULTS[fault]
    async with Server(tmp_path, leaf).listening() as server:
        with pytest.raises(StartupError) as caught:
            await Kafka(settings_of(tmp_path / "mine", server.port), "feed").verify()
    assert f"Kafka at localhost:{server.port} (YARMARKA_KAFKA__BOOTSTRAP) {said}" in str(caught.value)


@ALL
async def test_elasticsearchs_certificate_is_named_with_what_is_wrong(fault: str, tmp_path: Path) -> None:
    leaf, said = FAULTS[fault]
    async with Server(tmp_path, leaf).listening() as server:
        settings = settings_of(tmp_path / "mine", server.port)
        async with elasticsearch.client(settings, "feed") as client:
            with pytest.raises(TlsError) as caught:
                await client.info()
        finding = await sign_in(settings, "feed")
    assert f"Elasticsearch at https://localhost:{server.port} (YARMARKA_ELASTICSEARCH__URL) {said}" in str(caught.value)
    assert f"localhost:{server.port} {said}" in finding.fault, "the doctor says the same"


@pytest.mark.parametrize(
    ("leaf", "said"),
    [
        (OURS.issue("feed", now=days_ago(3), life=DAY), "it expired on "),
        (OURS.issue("feed", now=days_ago(-2)), "it is valid from "),
    ],
)
async def test_our_own_certificate_that_is_refused_is_looked_at(leaf: bytes, said: str, tmp_path: Path) -> None:
    async with Server(tmp_path, OURS.issue("broker", server=True)).listening() as server:
        server.context.verify_mode = ssl.CERT_REQUIRED
        with pytest.raises(StartupError, match="the certificate of `feed`") as caught:
            await Kafka(settings_of(tmp_path / "mine", server.port, leaf), "feed").verify()
    assert said in str(caught.value)


def test_a_certificate_that_is_not_there_is_said_too(tmp_path: Path) -> None:
    assert str(own_fault(tmp_path / "client.pem")).startswith(f"{tmp_path}/client.pem holds no readable certificate")


async def test_a_renewed_certificate_is_shown_by_the_next_connection(tmp_path: Path) -> None:
    """The same context all the time, as a service has it that is never restarted."""
    async with Server(tmp_path, OURS.issue("broker", server=True)).listening() as server:
        home = tmp_path / "mine"
        kafka = Kafka(settings_of(home, server.port), "feed")
        context = kafka.ssl_context()
        await connect(server.port, context)
        write_private(home / "feed" / "client.pem", OURS.issue("feed"))
        await connect(server.port, context)
        write_private(home / "feed" / "client.pem", b"half of a certif")
        await connect(server.port, context)
    first, second, third = server.clients
    assert first != second, "the renewed certificate was not taken in"
    assert second == third, "a damaged file must not cut anybody off"


async def test_what_a_server_shows_is_told_although_its_file_is_newer(tmp_path: Path) -> None:
    """The server was started with a certificate that ends in two days; its file has been renewed since."""
    old = OURS.issue("broker", server=True, now=days_ago(1), life=3 * DAY)
    async with Server(tmp_path, old).listening() as server:
        settings = settings_of(tmp_path / "mine", server.port)
        for name in ("broker", "elasticsearch"):
            write_private(tmp_path / "mine" / name / "client.pem", OURS.issue(name, server=True))
        await note_shown(settings)
        shown = await shown_certificate("localhost", server.port)
        findings = [one async for one in doctor.shown(settings)]
    assert [one.fault.partition(";")[0] for one in findings] == ["is not the one in its file"] * 2
    left = shown.not_valid_after_utc - datetime.now(UTC)
    assert left < 2 * DAY
    for name in ("broker", "elasticsearch"):
        told = sample("yarmarka_certificate_expiry_timestamp_seconds", certificate=name)
        assert told == shown.not_valid_after_utc.timestamp()
    await note_shown(settings)
    assert sample("yarmarka_certificate_expiry_timestamp_seconds", certificate="broker") == told, (
        "a server that is away is no news about its certificate"
    )


async def connect(port: int, context: ssl.SSLContext) -> None:
    _, writer = await asyncio.open_connection("localhost", port, ssl=context)
    writer.write(b"x")
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.close()
