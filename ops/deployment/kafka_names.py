"""The authority and the broker's identity under the names that guides to Kafka use."""

import secrets
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12Certificate, serialize_java_truststore

from ops.private_files import write_private
from ops.stack.directory import StackDirectory
from ops.tls import split_pem

TRUST_STORE = "kafka.server.truststore.jks"
ALIAS = b"caroot"


def export(stack: StackDirectory, target: Path) -> tuple[Path, ...]:
    """Write ca-cert, kafka-cert, kafka-key and the trust store with its password; the paths.

    The trust store is PKCS#12, which every Java since 9 reads whatever the file is called.
    """
    authority = stack.authority_certificate.read_bytes()
    key, certificate = split_pem((stack.credentials / "broker" / "client.pem").read_bytes())
    password = secrets.token_urlsafe(18).encode("ascii")
    trusted = [PKCS12Certificate(x509.load_pem_x509_certificate(authority), ALIAS)]
    files = {
        "ca-cert": authority,
        "kafka-cert": certificate,
        "kafka-key": key,
        TRUST_STORE: serialize_java_truststore(trusted, BestAvailableEncryption(password)),
        f"{TRUST_STORE}.password": password,
    }
    for name, content in files.items():
        write_private(target / name, content)
    return tuple(target / name for name in files)
