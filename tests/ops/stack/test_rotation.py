"""Renewing every certificate of a running stack."""

import asyncio
import ssl

import pytest
from cryptography import x509

from ops.elasticsearch import client
from ops.kafka import Kafka
from ops.stack.parts import PARTS
from ops.stack.rotation import Renewal
from ops.stack.running import RunningStack
from ops.tls import read_certificate
from tests.waiting import until

pytestmark = pytest.mark.system
WITHIN = 30.0


async def test_nobody_loses_a_connection_and_both_servers_show_new_certificates(stack: RunningStack) -> None:
    settings, home = stack.settings, stack.directory.credentials
    old = {name: read_certificate(home / name / "client.pem").serial_number for name in ("broker", "elasticsearch")}
    pids = {part.name: part.pid for part in stack.status().parts}
    old_client, stop = client(settings, "cli"), asyncio.Event()
    sent = asyncio.create_task(keep_sending(Kafka(settings, "feed"), stop))
    said = [line async for line in Renewal(stack.directory, PARTS).renew(everything=True)]
    assert said[0].startswith("issued ")
    assert "kafka reads the new files" in said
    await shows(stack, settings.kafka.bootstrap, "broker", old["broker"])
    await shows(stack, settings.elasticsearch.url.removeprefix("https://"), "elasticsearch", old["elasticsearch"])
    # The old certificates of clients are still good, and so are the new ones.
    await Kafka(settings, "feed").verify()
    assert (await old_client.security.authenticate())["username"] == "cli"
    await old_client.close()
    stop.set()
    assert await sent > 0
    assert {name: stack.part(name).pid for name in pids} == pids


async def keep_sending(kafka: Kafka, stop: asyncio.Event) -> int:
    """Send until stopped, the same connection all the time; raises when one message is not acknowledged."""
    count = 0
    async with kafka.producer() as producer:
        while not stop.is_set():
            # A tombstone of a product that never was: nobody will miss it.
            await producer.send_and_wait("products", None, key=b"rotation-test")
            count += 1
    return count


async def shows(stack: RunningStack, address: str, name: str, old: int) -> None:
    """Wait until the server's certificate is the one that was issued last."""
    wanted = read_certificate(stack.directory.credentials / name / "client.pem").serial_number
    assert wanted != old

    async def renewed() -> bool:
        shown = await serial(stack, address)
        assert shown in {old, wanted}
        return shown == wanted

    await until(renewed, f"{name} shows its new certificate", within_s=WITHIN, look_s=0.2)


async def serial(stack: RunningStack, address: str) -> int:
    host, _, port = address.rpartition(":")
    context = Kafka(stack.settings, "feed").ssl_context()
    _, writer = await asyncio.open_connection(host, int(port), ssl=context)
    tls: ssl.SSLObject = writer.get_extra_info("ssl_object")
    shown = tls.getpeercert(binary_form=True)
    writer.close()
    assert shown is not None
    return x509.load_der_x509_certificate(shown).serial_number
