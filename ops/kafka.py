"""The one way to Kafka: always mutual TLS, one certificate per identity."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaConnectionError, KafkaError

from ops.addresses import host_and_port
from ops.certificate_faults import NOTHING_SEEN, own_fault, shown_fault
from ops.errors import ServerAway, StartupError
from ops.logs import get_logger
from ops.settings import Settings
from ops.tls import RenewedContext

log = get_logger(__name__)
# A producer of a Kafka that is away would wait for ever for what it was given to be taken.
STOP_WITHIN_S = 5.0


class Kafka:
    """Connections of one identity; nothing is opened until a method says so.

    `open_within_s` is for those behind whom a person waits: a connection that takes longer raises ServerAway.
    """

    def __init__(self, settings: Settings, identity: str, *, open_within_s: float | None = None) -> None:
        if not settings.kafka.bootstrap:
            raise StartupError("YARMARKA_KAFKA__BOOTSTRAP is not set; start a stack with `make demo` or name a server.")
        self.settings = settings
        self.identity = identity
        self.bootstrap = settings.kafka.bootstrap
        self._open_within_s = open_within_s
        self._context: ssl.SSLContext | None = None

    def ssl_context(self) -> ssl.SSLContext:
        """The identity's TLS context (client certificate, our authority); each new connection shows the certificate
        that is in the file by then. Raises StartupError for a bad file.
        """
        if self._context is None:
            self._context = self._load_context()
        return self._context

    @contextlib.asynccontextmanager
    async def producer(
        self, *, linger_ms: int = 2, max_batch_size: int = 1 << 20, transactional_id: str | None = None
    ) -> AsyncIterator[AIOKafkaProducer]:
        """An idempotent producer: a send that returns is on all in-sync copies. Flushed and closed at the end.

        It never gives up a send by itself: a Kafka that is away is waited for, and who must not wait bounds the wait.
        At the end, what Kafka has not taken within five seconds is given up.

        With a `transactional_id` its start shuts out every earlier producer of that id, whose open transaction is
        undone, and it sends only between `begin_transaction` and `commit_transaction`.
        """
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap,
            client_id=self.identity,
            security_protocol="SSL",
            ssl_context=self.ssl_context(),
            acks="all",
            enable_idempotence=True,
            linger_ms=linger_ms,
            max_batch_size=max_batch_size,
            max_request_size=4 << 20,
            request_timeout_ms=self.settings.kafka.request_timeout_ms,
            transactional_id=transactional_id,
        )
        await self._start(producer)
        try:
            yield producer
        finally:
            await self._close(producer.stop())
            if not is_broken(producer):
                # What was given up would go on trying, and hold up the end of the process.
                producer._sender.sender_task.cancel()
                await self._close(producer.client.close())

    @contextlib.asynccontextmanager
    async def consumer(
        self,
        *topics: str,
        group: str | None = None,
        from_beginning: bool = True,
        max_poll_records: int | None = None,
        fetch_bytes: int = 4 << 20,
    ) -> AsyncIterator[AIOKafkaConsumer]:
        """A consumer that never commits by itself. Without a group it is meant for `assign` and `seek`.

        `fetch_bytes`: at most so much comes of a partition at once; little where single records are looked up.
        """
        consumer = AIOKafkaConsumer(
            *topics,
            bootstrap_servers=self.bootstrap,
            client_id=self.identity,
            group_id=group,
            security_protocol="SSL",
            ssl_context=self.ssl_context(),
            enable_auto_commit=False,
            auto_offset_reset="earliest" if from_beginning else "latest",
            # The filter writes in transactions: what it took back must not be seen.
            isolation_level="read_committed",
            max_poll_records=max_poll_records,
            max_partition_fetch_bytes=fetch_bytes,
            fetch_max_bytes=16 << 20,
            fetch_max_wait_ms=100,
            request_timeout_ms=max(self.settings.kafka.request_timeout_ms, 10_000),
        )
        await self._start(consumer)
        try:
            yield consumer
        finally:
            await self._close(consumer.stop())
            # Broken off, it leaves its connections behind.
            await self._close(consumer._client.close())

    @contextlib.asynccontextmanager
    async def admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        """An admin client, for topics and ACLs."""
        admin = AIOKafkaAdminClient(
            bootstrap_servers=self.bootstrap,
            client_id=self.identity,
            security_protocol="SSL",
            ssl_context=self.ssl_context(),
            request_timeout_ms=self.settings.kafka.request_timeout_ms,
        )
        await self._start(admin)
        try:
            yield admin
        finally:
            await self._close(admin.close())

    async def verify(self) -> None:
        """Make our own TLS handshake with the first broker.

        aiokafka calls every TLS failure "Unable to bootstrap"; this raises StartupError with the true reason.
        """
        first = self.bootstrap.split(",")[0]
        place = f"Kafka at {first} (YARMARKA_KAFKA__BOOTSTRAP)"
        try:
            host, port = host_and_port(first)
        except ValueError as error:
            raise StartupError(f"{place} cannot be reached ({error}); give it as host:port.") from None
        context = self.ssl_context()
        try:
            reader, writer = await asyncio.wait_for(
                asyncio.open_connection(host, port, ssl=context, server_hostname=host), timeout=5
            )
        except ssl.SSLCertVerificationError as error:
            raise StartupError(f"{place} {shown_fault(error, host)}.") from None
        except ssl.SSLError as error:
            raise StartupError(
                f"{place} refuses the TLS handshake ({error.reason}); is it a TLS listener, and our certificate valid?"
            ) from None
        except TimeoutError:
            raise ServerAway(f"{place} does not answer within 5 s; check that it runs and the network.") from None
        except OSError as error:
            raise ServerAway(f"{place} cannot be reached ({error}); check that it runs.") from None
        await self._accepted(reader, writer, place)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, place: str) -> None:
        """Return when the server keeps the connection. Raises StartupError when it refuses our certificate."""
        own = own_fault(self._own_certificate())
        try:
            # In TLS 1.3 a refused client certificate shows only when one reads: silence means it was accepted.
            closed = not await asyncio.wait_for(reader.read(1), timeout=0.3)
        except TimeoutError:
            return
        except ssl.SSLError as error:
            raise StartupError(
                f"{place} refuses the certificate of `{self.identity}` ({error.reason}): {own or NOTHING_SEEN}."
            ) from None
        except OSError as error:
            raise StartupError(f"{place} closed the connection ({error}) after the handshake.") from None
        finally:
            writer.close()
        if closed and own:
            raise StartupError(f"{place} closed the connection on the certificate of `{self.identity}`: {own}.")

    async def _start(self, client: AIOKafkaProducer | AIOKafkaConsumer | AIOKafkaAdminClient) -> None:
        close = client.close if isinstance(client, AIOKafkaAdminClient) else client.stop
        try:
            async with asyncio.timeout(self._open_within_s):
                await client.start()
        except TimeoutError:
            await self._close(close())
            raise ServerAway(
                f"Kafka at {self.bootstrap} (YARMARKA_KAFKA__BOOTSTRAP) does not answer within "
                f"{self._open_within_s:g} s; check that it runs and the network."
            ) from None
        except KafkaConnectionError:
            await self._close(close())
            await self.verify()
            raise ServerAway(
                f"Kafka at {self.bootstrap} (YARMARKA_KAFKA__BOOTSTRAP) accepts TLS but does not speak Kafka yet; "
                "wait for it or look into its log."
            ) from None
        except KafkaError as error:
            await self._close(close())
            raise StartupError(
                f"Kafka at {self.bootstrap} refuses `{self.identity}`: {error}; "
                "`python -m pipeline topics` creates what is missing."
            ) from None

    async def _close(self, closing: Coroutine[object, object, None]) -> None:
        """Close something, in five seconds at most. aiokafka, closed without a broker, may wait for ever, or raise the
        cancellation of a task of its own."""
        try:
            async with asyncio.timeout(STOP_WITHIN_S):
                await closing
        except TimeoutError:
            log.warning("given up what Kafka has not taken", identity=self.identity, within_s=STOP_WITHIN_S,
                        setting="YARMARKA_KAFKA__BOOTSTRAP")  # fmt: skip
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise

    def _own_certificate(self) -> Path:
        return self.settings.credentials / self.identity / "client.pem"

    def _load_context(self) -> ssl.SSLContext:
        authority = self.settings.credentials / "ca.pem"
        own = self._own_certificate()
        try:
            context = RenewedContext(own)
            context.load_verify_locations(cafile=str(authority))
        except (OSError, ssl.SSLError) as error:
            raise StartupError(
                f"YARMARKA_CREDENTIALS: cannot use {authority} and {own} ({error}); `ops certs issue` makes them."
            ) from None
        return context


def is_broken(producer: AIOKafkaProducer) -> bool:
    """Whether the producer's sending task is gone, after a fault that it cannot mend, such as a log that was lost."""
    task = producer._sender.sender_task
    return task is not None and task.done()
