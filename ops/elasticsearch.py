"""The one way to Elasticsearch: TLS, a user per identity, orjson."""

import math
import ssl
from typing import Any

import orjson
from elastic_transport import AiohttpHttpNode, TlsError
from elasticsearch import AsyncElasticsearch
from elasticsearch.serializer import JsonSerializer

from ops.certificate_faults import shown_fault
from ops.errors import StartupError
from ops.settings import Settings


class OrjsonSerializer(JsonSerializer):
    """orjson for requests and answers; several times faster than the standard library's json."""

    def json_dumps(self, data: object) -> bytes:
        return orjson.dumps(data, default=self.default)

    def json_loads(self, data: bytes | str) -> object:
        return orjson.loads(data)


class CertificateFault(TlsError):
    """The server's certificate is not one that we take; the text says why and what to do."""

    def __str__(self) -> str:
        # The base class has "TLS error" here, whatever happened.
        return str(self.message)


class NamingNode(AiohttpHttpNode):
    """A connection whose TLS faults say which certificate is wrong with what, in a sentence."""

    async def perform_request(  # type: ignore[override]  # what goes in and comes out stays as it is
        self, *args: Any, **options: Any
    ) -> Any:
        """As the base class does. Raises CertificateFault with that sentence."""
        try:
            return await super().perform_request(*args, **options)
        except TlsError as error:
            fault = next((one for one in map(_certificate_fault, error.errors) if one is not None), None)
            if fault is None:
                raise
            said = f"Elasticsearch at {self.base_url} (YARMARKA_ELASTICSEARCH__URL) {shown_fault(fault, self.host)}."
            raise CertificateFault(said) from None


def client(
    settings: Settings, identity: str, *, connections: int = 16, answer_within_s: float | None = None
) -> AsyncElasticsearch:
    """A client that signs in as `identity`; nothing is sent yet. The caller closes it.

    A request may take `answer_within_s`, or as long as the settings say if that is less, or if it is None.
    Raises StartupError when the address is not set or a credential is missing.
    """
    if not settings.elasticsearch.url:
        raise StartupError("YARMARKA_ELASTICSEARCH__URL is not set; start a stack with `make demo` or name a server.")
    return AsyncElasticsearch(
        settings.elasticsearch.url,
        basic_auth=(identity, password(settings, identity)),
        ssl_context=_context(settings),
        node_class=NamingNode,
        serializers={"application/json": OrjsonSerializer(), "application/vnd.elasticsearch+json": OrjsonSerializer()},
        request_timeout=min(settings.elasticsearch.request_timeout_s, answer_within_s or math.inf),
        connections_per_node=connections,
        retry_on_timeout=False,
        max_retries=2,
        http_compress=False,
    )


def password(settings: Settings, identity: str) -> str:
    """The identity's password, from its file. Raises StartupError when it cannot be read."""
    path = settings.credentials / identity / "elasticsearch.password"
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise StartupError(
            f"YARMARKA_CREDENTIALS: cannot read {path} ({error.strerror}); `python -m ops certs issue` makes it."
        ) from None


def _certificate_fault(error: object) -> ssl.SSLCertVerificationError | None:
    """What aiohttp found wrong with the server's certificate; None for another fault."""
    inner = getattr(error, "certificate_error", error)
    return inner if isinstance(inner, ssl.SSLCertVerificationError) else None


def _context(settings: Settings) -> ssl.SSLContext:
    path = settings.credentials / "ca.pem"
    try:
        return ssl.create_default_context(cafile=str(path))
    except (OSError, ssl.SSLError) as error:
        raise StartupError(
            f"YARMARKA_CREDENTIALS: cannot read the authority {path} ({error}); `python -m ops certs issue` makes it."
        ) from None
