"""What Spark's Kafka source needs to read our topics over mutual TLS."""

from __future__ import annotations

from collections.abc import Mapping

from analytics.identity import IDENTITY
from ops.errors import StartupError
from ops.settings import Settings


def kafka_options(settings: Settings) -> Mapping[str, str]:
    """How Spark's Kafka source signs in, and that it sees only what the filter has committed."""
    own = settings.credentials.resolve() / IDENTITY / "client.pem"
    if not own.is_file():
        raise StartupError(f"YARMARKA_CREDENTIALS: {own} is not there; `python -m ops certs issue` makes it.")
    return {
        "kafka.bootstrap.servers": settings.kafka.bootstrap,
        "kafka.security.protocol": "SSL",
        "kafka.ssl.keystore.type": "PEM",
        "kafka.ssl.keystore.location": str(own),
        "kafka.ssl.truststore.type": "PEM",
        "kafka.ssl.truststore.location": str(settings.credentials.resolve() / "ca.pem"),
        "kafka.isolation.level": "read_committed",
        "kafka.request.timeout.ms": str(settings.kafka.request_timeout_ms),
        "kafka.default.api.timeout.ms": str(2 * settings.kafka.request_timeout_ms),
        "fetchOffset.numRetries": "1",
        "failOnDataLoss": "true",
    }
