"""Who is refused by the real servers, and with which words."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiokafka.admin import NewTopic
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    TopicAuthorizationFailedError,
)
from elasticsearch import ApiError, AsyncElasticsearch

from ops.elasticsearch import client
from ops.errors import StartupError
from ops.kafka import Kafka
from ops.private_files import write_private
from ops.settings import Settings
from ops.stack.running import RunningStack
from ops.tls import Authority

pytestmark = pytest.mark.system


def kafka_with(settings: Settings, home: Path, leaf: bytes | None) -> Kafka:
    """Kafka as seen by an owner of the stack's authority certificate and of `leaf`."""
    write_private(home / "ca.pem", (settings.credentials / "ca.pem").read_bytes())
    if leaf is not None:
        write_private(home / "feed" / "client.pem", leaf)
    return Kafka(settings.model_copy(update={"credentials": home}), "feed")


def authority(stack: RunningStack) -> Authority:
    return Authority.load(stack.directory.authority_key, stack.directory.authority_certificate)


async def test_a_client_without_a_certificate_is_refused(stack: RunningStack, tmp_path: Path) -> None:
    context = ssl.create_default_context(cafile=str(stack.settings.credentials / "ca.pem"))
    assert await refusal(stack.settings, context) == "SSLV3_ALERT_BAD_CERTIFICATE"


async def test_a_strangers_certificate_is_refused(stack: RunningStack, tmp_path: Path) -> None:
    stranger = Authority.create("stranger").issue("admin")
    kafka = kafka_with(stack.settings, tmp_path / "credentials", stranger)
    assert await refusal(stack.settings, kafka.ssl_context()) == "SSLV3_ALERT_CERTIFICATE_UNKNOWN"
    with pytest.raises(
        StartupError, match=r"refuses the certificate of `feed` \(SSLV3_ALERT_CERTIFICATE_UNKNOWN\): another authority"
    ):
        await kafka.verify()


async def test_an_authority_of_the_same_name_is_still_a_stranger(stack: RunningStack, tmp_path: Path) -> None:
    name = authority(stack).certificate.subject.rfc4514_string().removeprefix("CN=")
    kafka = kafka_with(stack.settings, tmp_path / "credentials", Authority.create(name).issue("admin"))
    assert await refusal(stack.settings, kafka.ssl_context()) == "SSLV3_ALERT_CERTIFICATE_UNKNOWN"


async def test_an_expired_certificate_is_refused(stack: RunningStack, tmp_path: Path) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    expired = authority(stack).issue("feed", now=yesterday, life=timedelta(hours=1))
    kafka = kafka_with(stack.settings, tmp_path / "credentials", expired)
    # Java's validation has one alert for everything that is wrong with a chain; what it is can be seen in the file.
    assert await refusal(stack.settings, kafka.ssl_context()) == "SSLV3_ALERT_CERTIFICATE_UNKNOWN"
    with pytest.raises(StartupError, match=r"refuses the certificate of `feed` .*: it expired on \d{4}"):
        await kafka.verify()


async def test_plaintext_gets_no_answer(stack: RunningStack) -> None:
    # ApiVersions v0, with which every Kafka client begins.
    assert await plain_answer(stack.settings, bytes.fromhex("0000000e0012000000000001000474657374")) in (b"", TLS_ALERT)


async def test_a_server_of_another_authority_is_refused_by_the_client(stack: RunningStack, tmp_path: Path) -> None:
    home = tmp_path / "credentials"
    other = Authority.create("other")
    write_private(home / "ca.pem", other.pem())
    write_private(home / "feed" / "client.pem", other.issue("feed"))
    with pytest.raises(StartupError, match="certificate that our authority did not sign"):
        await Kafka(stack.settings.model_copy(update={"credentials": home}), "feed").verify()


@pytest.mark.parametrize(
    ("identity", "topic"), [("feed", "bans"), ("filter", "bans"), ("spark", "products"), ("requests", "audit")]
)
async def test_writing_with_the_wrong_services_certificate_is_refused(
    settings: Settings, identity: str, topic: str
) -> None:
    async with Kafka(settings, identity).producer() as producer:
        with pytest.raises(TopicAuthorizationFailedError, match=topic):
            await producer.send_and_wait(topic, b"{}", key=b"k")


async def test_an_identity_that_may_write_nothing_cannot_even_be_an_idempotent_producer(settings: Settings) -> None:
    with pytest.raises((ClusterAuthorizationFailedError, StartupError), match=r"(?i)cluster"):
        async with Kafka(settings, "exporter").producer() as producer:
            await producer.send_and_wait("products", b"{}", key=b"k")


@pytest.mark.parametrize(
    ("identity", "topic", "group", "denial"),
    [
        ("indexer", "bans", "indexer", "[Error 29] TopicAuthorizationFailedError: bans"),
        ("requests", "products", "requests", "[Error 29] TopicAuthorizationFailedError: products"),
        ("indexer", "filtered_products", "filter", "[Error 30] GroupAuthorizationFailedError: filter"),
        ("feed", "bans", "feed", "[Error 29] TopicAuthorizationFailedError: bans"),
    ],
)
async def test_reading_with_the_wrong_services_certificate_is_refused(
    settings: Settings, identity: str, topic: str, group: str, denial: str
) -> None:
    with pytest.raises(StartupError) as caught:
        async with Kafka(settings, identity).consumer(topic, group=group) as consumer:
            await asyncio.wait_for(consumer.getmany(timeout_ms=5000), 10)
    assert denial in str(caught.value)


async def test_only_admin_may_create_topics(settings: Settings, unique: str) -> None:
    async with Kafka(settings, "bot").admin() as admin:
        answer = await admin.create_topics([NewTopic(unique, 1, 1)])
    (code,) = {code for _, code, _ in answer.topic_errors}
    assert code in {TopicAuthorizationFailedError.errno, ClusterAuthorizationFailedError.errno}


@pytest.mark.parametrize(
    ("identity", "index"),
    [("bot", "products-x"), ("cli", "products-x"), ("indexer", "requests-x"), ("requests", "bans")],
)
async def test_elasticsearch_refuses_a_write_of_the_wrong_role(settings: Settings, identity: str, index: str) -> None:
    status, kind = await elasticsearch_refusal(client(settings, identity), index)
    assert (status, kind) == (403, "security_exception")


async def test_elasticsearch_refuses_who_does_not_sign_in(settings: Settings) -> None:
    context = ssl.create_default_context(cafile=str(settings.credentials / "ca.pem"))
    nobody = AsyncElasticsearch(settings.elasticsearch.url, ssl_context=context)
    assert await elasticsearch_refusal(nobody, "products-x") == (401, "security_exception")
    wrong = AsyncElasticsearch(settings.elasticsearch.url, ssl_context=context, basic_auth=("admin", "guess"))
    assert await elasticsearch_refusal(wrong, "products-x") == (401, "security_exception")


async def test_elasticsearch_speaks_no_plain_http(settings: Settings) -> None:
    port = int(settings.elasticsearch.url.rpartition(":")[2])
    assert await plain(port, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n") in (b"", TLS_ALERT)


# A fatal alert in the clear: what a TLS server may say to who does not speak TLS.
TLS_ALERT = bytes.fromhex("15030300020250")


async def refusal(settings: Settings, context: ssl.SSLContext) -> str:
    """The alert with which Kafka ends the handshake."""
    host, _, port = settings.kafka.bootstrap.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port), ssl=context)
    try:
        # TLS 1.3: a client learns with its first read whether its certificate was taken.
        await asyncio.wait_for(reader.read(1), 5)
    except ssl.SSLError as error:
        return error.reason
    finally:
        writer.close()
    return "accepted"


async def plain_answer(settings: Settings, message: bytes) -> bytes:
    return await plain(int(settings.kafka.bootstrap.rpartition(":")[2]), message)


async def plain(port: int, message: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("localhost", port)
    writer.write(message)
    try:
        return await asyncio.wait_for(reader.read(), 10)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


async def elasticsearch_refusal(elasticsearch: AsyncElasticsearch, index: str) -> tuple[int, str]:
    async with elasticsearch:
        with pytest.raises(ApiError) as caught:
            await elasticsearch.index(index=index, document={"a": 1})
    return caught.value.status_code, caught.value.error
