"""Runs in a container on the network of what it attacks; each attempt prints the exact words of its denial.

`python attacker.py ATTEMPT…`, one JSON line each: {"attempt", "denied"}. What succeeds says "SUCCEEDED".
"""

import asyncio
import base64
import json
import os
import socket
import ssl
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

KEYS = Path(os.environ.get("KEYS", "/attack"))
KAFKA = ("kafka", 9092)
SUCCEEDED = "SUCCEEDED"


def plaintext_to_kafka() -> str:
    # ApiVersions, as every client begins.
    request = bytes.fromhex("00000013" + "0012" + "0000" + "00000001" + "0009" + b"attacker1".hex())
    with socket.create_connection(KAFKA, timeout=10) as connection:
        connection.sendall(request)
        answer = connection.recv(64)
    if answer[:2] == b"\x15\x03":
        return f"TLS alert {answer[-1]}, then closed"
    return "closed without a word" if not answer else f"{SUCCEEDED}: {answer!r}"


def handshake(name: str | None) -> Callable[[], str]:
    def attempt() -> str:
        context = ssl.create_default_context(cafile=str(KEYS / "ca.pem"))
        if name is not None:
            context.load_cert_chain(KEYS / f"{name}.pem")
        try:
            with (
                socket.create_connection(KAFKA, timeout=10) as plain,
                context.wrap_socket(plain, server_hostname="kafka") as connection,
            ):
                connection.settimeout(3)
                connection.recv(1)
        except ssl.SSLError as error:
            return error.reason or str(error)
        except TimeoutError:
            return f"{SUCCEEDED}: the broker waits for a request"
        return "closed without a word"

    return attempt


def write_bans_as_filter() -> str:
    return asyncio.run(_produce("filter", "bans"))


def read_products_as_bot() -> str:
    return asyncio.run(_consume("bot", "products"))


async def _produce(identity: str, topic: str) -> str:
    from aiokafka import AIOKafkaProducer
    from aiokafka.errors import KafkaError

    producer = AIOKafkaProducer(
        bootstrap_servers="kafka:9092", security_protocol="SSL", ssl_context=_context(identity), acks="all"
    )
    await producer.start()
    try:
        await producer.send_and_wait(topic, b"{}", b"product:x")
    except KafkaError as error:
        return f"{type(error).__name__} [{error.errno}]"
    finally:
        await producer.stop()
    return SUCCEEDED


async def _consume(identity: str, topic: str) -> str:
    from aiokafka import AIOKafkaConsumer
    from aiokafka.errors import KafkaError

    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers="kafka:9092",
        security_protocol="SSL",
        ssl_context=_context(identity),
        group_id=identity,
    )
    try:
        await consumer.start()
        await asyncio.wait_for(consumer.getone(), 10)
    except KafkaError as error:
        return f"{type(error).__name__} [{error.errno}]"
    finally:
        await consumer.stop()
    return SUCCEEDED


def _context(identity: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(KEYS / "ca.pem"))
    context.load_cert_chain(KEYS / f"{identity}.pem")
    return context


def search(path: str, login: str = "", body: object = None) -> Callable[[], str]:
    def attempt() -> str:
        headers = {"Content-Type": "application/json"}
        if login:
            password = (KEYS / f"{login}.password").read_text().strip()
            headers["Authorization"] = "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"https://elasticsearch:9200{path}", data, headers)
        context = ssl.create_default_context(cafile=str(KEYS / "ca.pem"))
        try:
            with urllib.request.urlopen(request, context=context, timeout=10) as answer:  # noqa: S310 - a literal
                return f"{SUCCEEDED}: {answer.status}"
        except urllib.error.HTTPError as error:
            fault = json.load(error)["error"]
            return f"{error.code} {fault['type']}: {fault['reason'][:160]}"

    return attempt


def webhook_without_bearer() -> str:
    request = urllib.request.Request("http://bot:8001/alerts", b"{}")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - a literal
            return f"{SUCCEEDED}: {answer.status}"
    except urllib.error.HTTPError as error:
        return f"{error.code}"


def reach(place: str) -> str:
    host, _, port = place.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=3).close()
    except TimeoutError:
        return "no answer"
    except OSError as error:
        return os.strerror(error.errno) if error.errno is not None and error.errno > 0 else str(error)
    return SUCCEEDED


ATTEMPTS: dict[str, Callable[[], str]] = {
    "plaintext to Kafka": plaintext_to_kafka,
    "no certificate": handshake(None),
    "certificate of another authority": handshake("stranger"),
    "expired certificate": handshake("expired"),
    "the filter's certificate writes bans": write_bans_as_filter,
    "the bot's certificate reads products": read_products_as_bot,
    "Elasticsearch without a password": search("/products/_search"),
    "a reader writes to Elasticsearch": search("/products/_doc/x", "bot", {"name": "x"}),
    "webhook without a bearer": webhook_without_bearer,
}

if __name__ == "__main__":
    for attempt in sys.argv[1:]:
        denied = ATTEMPTS[attempt]() if attempt in ATTEMPTS else reach(attempt)
        sys.stdout.write(json.dumps({"attempt": attempt, "denied": denied}) + "\n")
