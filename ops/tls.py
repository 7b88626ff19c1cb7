"""A small certificate authority of our own: ECDSA P-256, PEM files that Kafka, Elasticsearch and Python read.

A leaf's file holds the PKCS#8 key first and the certificate after it, the order that Kafka's PEM keystore wants.
"""

import contextlib
import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ops.errors import StartupError
from ops.private_files import write_private

AUTHORITY_LIFE = timedelta(days=3650)
LEAF_LIFE = timedelta(days=365)
# A host's clock may be behind the one that signs; certificates begin a little in the past.
CLOCK_SKEW = timedelta(minutes=5)
LOCAL_NAMES = ("localhost", "127.0.0.1")


@dataclass(frozen=True)
class Authority:
    """The key and certificate that sign every identity of one stack."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def create(cls, name: str, now: datetime | None = None, life: timedelta = AUTHORITY_LIFE) -> "Authority":
        """A new authority that may sign leaves and nothing deeper."""
        key = ec.generate_private_key(ec.SECP256R1())
        start = now or datetime.now(UTC)
        subject = _name(name)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start - CLOCK_SKEW)
            .not_valid_after(start + life)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        return cls(key, certificate)

    @classmethod
    def load(cls, key: Path, certificate: Path) -> "Authority":
        """The authority kept in two files. Raises StartupError when either is missing or damaged."""
        try:
            private = serialization.load_pem_private_key(key.read_bytes(), password=None)
            own = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
        except (OSError, ValueError) as error:
            raise StartupError(
                f"The authority {key} and {certificate} cannot be used ({error}); "
                "remove both and run `python -m ops certs issue`."
            ) from None
        if not isinstance(private, ec.EllipticCurvePrivateKey) or private.public_key() != own.public_key():
            raise StartupError(
                f"{key} is not the key of {certificate}; remove both and run `python -m ops certs issue`."
            )
        return cls(private, own)

    def issue(
        self,
        identity: str,
        *,
        names: tuple[str, ...] = LOCAL_NAMES,
        server: bool = False,
        now: datetime | None = None,
        life: timedelta = LEAF_LIFE,
    ) -> bytes:
        """Key and certificate of `identity` as one PEM: CN=identity, good as a client, and as a server if `server`.

        The certificate never outlives the authority.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        start = now or datetime.now(UTC)
        purposes = [ExtendedKeyUsageOID.CLIENT_AUTH, *([ExtendedKeyUsageOID.SERVER_AUTH] if server else [])]
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_name(identity))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start - CLOCK_SKEW)
            .not_valid_after(min(start + life, self.certificate.not_valid_after_utc))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
            .add_extension(x509.SubjectAlternativeName([_alternative(name) for name in names]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        return private_pem(key) + certificate.public_bytes(serialization.Encoding.PEM)

    def signed(self, certificate: x509.Certificate) -> bool:
        """True when this authority signed `certificate`."""
        try:
            certificate.verify_directly_issued_by(self.certificate)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True

    def save(self, key: Path, certificate: Path) -> None:
        """Write both files so that only their owner can read them."""
        write_private(key, private_pem(self.key))
        write_private(certificate, self.pem())

    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


class RenewedContext(ssl.SSLContext):
    """A client's context: each new connection shows the certificate that `own` holds by then.

    Whoever renews the file needs to tell nobody: connections that are there stay as they are, for TLS looks at a
    certificate only while it shakes hands. A file that cannot be read just then leaves the former certificate in use.
    Raises OSError or ssl.SSLError when `own` cannot be read at first.
    """

    def __new__(cls, own: Path) -> "RenewedContext":
        return super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)

    def __init__(self, own: Path) -> None:
        self._own = own
        self._loaded = _stamp(own)
        self.load_cert_chain(own)

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        """As the base class does; asyncio and uvloop call it for each connection."""
        with contextlib.suppress(OSError):  # ssl.SSLError is one
            found = _stamp(self._own)
            if found != self._loaded:
                self.load_cert_chain(self._own)
                self._loaded = found
        return super().wrap_bio(incoming, outgoing, server_side, server_hostname, session)


def private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """An unencrypted PKCS#8 key; it is the file's mode that keeps it private."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def read_certificate(path: Path) -> x509.Certificate:
    """The first certificate of a PEM file, which may begin with a key. Raises StartupError when there is none."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())[0]
    except (OSError, ValueError) as error:
        raise StartupError(
            f"{path} holds no readable certificate ({error}); `python -m ops certs issue` makes one."
        ) from None


def split_pem(pem: bytes) -> tuple[bytes, bytes]:
    """(key, certificates) of a leaf's file, for servers that want them apart."""
    begin = pem.index(b"-----BEGIN CERTIFICATE-----")
    return pem[:begin], pem[begin:]


def _stamp(path: Path) -> tuple[int, int]:
    """What is another after each replacement of a file."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
